"""Choose the device in one place, and say it."""

import sys
from pathlib import Path

from longshort.errors import SettingsError, examples
from longshort.language import Message, message

DEVICES = ("auto", "cpu", "cuda")
DRIVER = Path("/proc/driver/nvidia")


def resolve_device(wish: str) -> tuple[str, Message]:
    """Turn a wish (auto, cpu or cuda) into a device and one sentence that names it.

    "auto" takes a CUDA device where PyTorch sees one. Raises SettingsError for another name, or where cuda is asked
    for and missing.
    """
    if wish not in DEVICES:
        raise SettingsError(f"device {wish!r} is not one of {examples(DEVICES)}.", "Pass --device auto.")
    if wish == "cpu" or (wish == "auto" and not may_have_cuda()):
        return "cpu", message("kernels.processor")
    import torch

    if not torch.cuda.is_available():
        if wish == "cuda":
            raise SettingsError("--device cuda was asked for, but PyTorch sees no CUDA device.", "Pass --device cpu.")
        return "cpu", message("kernels.processor")
    return "cuda", message("kernels.cuda", name=torch.cuda.get_device_name(), version=str(torch.__version__))


def may_have_cuda() -> bool:
    """Say whether it is worth loading PyTorch, which takes seconds, to look for a CUDA device."""
    return "torch" in sys.modules or DRIVER.exists() or sys.platform == "win32"
