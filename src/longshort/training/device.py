"""Choose the device in one place, and say it."""

from longshort.errors import SettingsError, examples

DEVICES = ("auto", "cpu", "cuda")


def resolve_device(wish: str) -> tuple[str, str]:
    """Turn a wish (auto, cpu or cuda) into a device and one sentence that names it.

    "auto" takes a CUDA device where PyTorch sees one. Raises SettingsError for another name, or where cuda is asked
    for and missing.
    """
    import torch

    if wish not in DEVICES:
        raise SettingsError(f"device {wish!r} is not one of {examples(DEVICES)}.", "Pass --device auto.")
    present = torch.cuda.is_available()
    if wish == "cuda" and not present:
        raise SettingsError("--device cuda was asked for, but PyTorch sees no CUDA device.", "Pass --device cpu.")
    if present and wish != "cpu":
        return "cuda", f"Networks train on {torch.cuda.get_device_name()} through PyTorch {torch.__version__}."
    return "cpu", f"Networks train on the processor through PyTorch {torch.__version__}."
