"""`longshort doctor`: which kernels run here, and why the others do not."""

from pathlib import Path
from typing import Any

import click

from longshort.cli.command import Answer, answers

FEATURES = ("avx2", "fma", "avx512f", "avx512vl", "avx512bw", "avx512dq", "avx512_bf16", "amx_tile", "amx_bf16")
LISTED = Path("/proc/cpuinfo")


@click.command(
    "doctor",
    epilog="""\b
Examples:
  longshort doctor
  longshort doctor --json
""",
)
@answers
def command() -> Answer:
    """Say which kernels train and forecast on this machine, and why the others do not.

    Native kernels are compiled C++, one library for each instruction set; the best that this processor can run is
    taken. Where none runs, PyTorch does the work. LONGSHORT_KERNEL=reference, torch, native or native:avx2 (portable,
    avx512, amx) overrides the choice.
    """
    found = examine()
    return Answer(found, as_text(found))


def examine() -> dict[str, Any]:
    """Look at kernels, processor, PyTorch and Python; raise SettingsError where LONGSHORT_KERNEL cannot be had."""
    import platform

    from longshort import __version__
    from longshort.bench.machine import processor
    from longshort.kernels.choice import choose, processor_isa
    from longshort.native.library import ISAS, build_record, file_of, why_not
    from longshort.training.engine import available_threads

    choice, record = choose(), build_record()
    reasons = {isa: why_not(isa) for isa in ISAS}
    return {
        "schema": 1,
        "kernel": {"backend": choice.backend, "isa": choice.isa, "sentence": str(choice.sentence)},
        "isas": [
            {"name": isa, "built": file_of(isa).exists(), "runs": why is None, "why": why}
            for isa, why in reasons.items()
        ],
        "compiler": record.get("compiler"),
        "processor": {"name": processor(), "isa": processor_isa(), "features": features()},
        "threads": available_threads(),
        "torch": torch_facts(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "longshort": __version__,
    }


def features() -> list[str]:
    """Name the processor's vector instructions of which kernels make use, as far as Linux lists them."""
    try:
        lines = LISTED.read_text().splitlines()
    except OSError:
        return []
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
    return [name for name in FEATURES if name in flags]


def torch_facts() -> dict[str, Any]:
    """Give PyTorch's version and devices, or why it cannot be loaded."""
    try:
        import torch

        devices = [f"cuda:{k} {torch.cuda.get_device_name(k)}" for k in range(torch.cuda.device_count())]
    except Exception as error:
        return {"version": None, "devices": [], "why": f"{type(error).__name__}: {error}"}
    return {"version": torch.__version__, "devices": ["cpu", *devices], "why": None}


def as_text(found: dict[str, Any]) -> str:
    """Write what was found for people, the kernels that will run first."""
    processor, torch = found["processor"], found["torch"]
    version = torch["why"] or f"{torch['version']}: {', '.join(torch['devices'])}"
    lines = [found["kernel"]["sentence"], "", "Native kernels"]
    lines += [f"  {isa['name']:<9} {_state(isa, found['kernel'])}" for isa in found["isas"]]
    lines += ["", f"Compiled by  {found['compiler'] or 'nobody'}"]
    lines += [f"Processor    {processor['name']}: {', '.join(processor['features']) or processor['isa']}"]
    lines += [f"Threads      {found['threads']}"]
    lines += [f"PyTorch      {version}"]
    lines += [f"Python       {found['python']}", f"System       {found['platform']}"]
    return "\n".join([*lines, f"longshort    {found['longshort']}"])


def _state(isa: dict[str, Any], kernel: dict[str, Any]) -> str:
    if isa["why"]:
        return f"no: {isa['why']}"
    return "runs, and is used" if kernel["isa"] == isa["name"] else "could run; it is not the one chosen"
