"""Find, check and open the shared libraries beside this file; `build_kernels.py` in the repository's root makes them.

Opening a file runs what is in it, so whatever can be known before is looked at before: that the processor has its
instructions, that it is whole. What is no library of ours ends in a SettingsError, never in a crash.
"""

import ctypes
import json
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Any

from longshort.errors import SettingsError, nearest

ISAS = ("portable", "avx2", "avx512", "amx")
"""Instruction sets in the order of `longshort_processor`: each processor that has one has those before it."""

ABI = 4
"""The number of the C interface that this Python calls: `kAbi` in csrc/api.h."""

DIRECTORY = Path(__file__).parent
SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
BEGINNINGS = {".so": b"\x7fELF\x02", ".dylib": b"\xcf\xfa\xed\xfe", ".dll": b"MZ"}
SMALLEST, LARGEST = 4096, 2**30
SHARED_OBJECT = 3
BUILD = "Build them with 'make kernels', or install longshort again."


def library(isa: str) -> ctypes.CDLL:
    """Give the library of that instruction set.

    Raises SettingsError where there is none of that name, where this processor cannot run it, and where its file is
    missing, damaged or another version's.
    """
    if isa not in ISAS:
        raise SettingsError(f"there are no native kernels {isa!r}.", hint=nearest(isa, ISAS))
    if ISAS.index(isa) > ISAS.index(processor()):
        raise SettingsError(
            f"this processor cannot run the {isa} kernels.", hint=f"The best that it can run is {processor()!r}."
        )
    return _opened(file_of(isa))


def best_isa() -> str:
    """Name the best instruction set whose library opens; raise the best one's SettingsError where none does."""
    tried = [(isa, why_not(isa)) for isa in reversed(ISAS[: ISAS.index(processor()) + 1])]
    for isa, error in tried:
        if error is None:
            return isa
    raise SettingsError(str(tried[0][1]), hint=BUILD)


def why_not(isa: str) -> str | None:
    """Say in one sentence why a library does not serve; None where it does."""
    try:
        library(isa)
    except SettingsError as error:
        return error.message
    return None


def processor() -> str:
    """Name the best instruction set of this processor, whichever libraries there are.

    The portable library is asked, since opening it is safe on every processor; without it, raises its SettingsError.
    """
    return _asked(_opened(file_of("portable")))


def file_of(isa: str) -> Path:
    """Give the place of a library, whether it is there or not."""
    return DIRECTORY / f"longshort_{isa}{SUFFIX}"


def build_record() -> dict[str, Any]:
    """Read what the build left about itself: compiler, instruction sets left out, why nothing was built."""
    try:
        found = json.loads((DIRECTORY / "built.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@cache  # the instruction that asks leaves a virtual machine, which takes longer than forecasting from a window
def _asked(portable: ctypes.CDLL) -> str:
    return ISAS[portable.longshort_processor()]


@cache
def _opened(path: Path) -> ctypes.CDLL:
    if fault := _fault(path):
        raise SettingsError(f"{path.name} {fault}.", hint=BUILD)
    try:
        opened = ctypes.CDLL(str(path))
        number = opened.longshort_abi()
        opened.longshort_processor  # noqa: B018 - there or an AttributeError
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be opened ({error}).", hint=BUILD) from None
    except AttributeError:
        raise SettingsError(f"{path.name} is no library of longshort's.", hint=BUILD) from None
    if number != ABI:
        said = f"its interface has number {number}, this one needs {ABI}"
        raise SettingsError(f"{path.name} is of another version of longshort ({said}).", hint=BUILD)
    return opened


def _fault(path: Path) -> str | None:
    """Say what is wrong with a file that should be a library, without running anything in it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError:
        return f"is missing{_reason(path)}"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if not (SMALLEST <= size <= LARGEST and head.startswith(BEGINNINGS[SUFFIX])):
        return "is no shared library"
    return "is damaged" if SUFFIX == ".so" and _is_cut(head, size) else None


def _is_cut(head: bytes, size: int) -> bool:
    """Say whether an ELF file is no shared object or ends before the table of its sections, which comes last."""
    (kind,) = struct.unpack_from("<H", head, 16)
    (table,) = struct.unpack_from("<Q", head, 40)
    entry, entries = struct.unpack_from("<HH", head, 58)
    return bool(kind != SHARED_OBJECT or table + entry * entries > size)


def _reason(path: Path) -> str:
    """Say why the build left a library out, where it wrote that down."""
    record = build_record()
    isa = path.stem.removeprefix("longshort_")
    if record.get("why"):
        return f": {record['why']}"
    if isa in record.get("left_out", {}):
        return f": {record.get('compiler')} does not know {record['left_out'][isa]}"
    return ""
