"""How much a table may take: counted while it is unpacked, and known before it is read where its file says so."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from longshort.errors import DataError, SettingsError

VARIABLE = "LONGSHORT_MEMORY"
SHARE = 0.5  # of the memory that is free, which a single table may take
UNKNOWN = 8 * 2**30  # bytes, where nobody says how much is free
CHUNK = 1 << 20
_CGROUP = Path("/sys/fs/cgroup")
_LIMITS = (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"))
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def available() -> int:
    """Give the bytes that this process may still take: by the machine, and by the limit of its control group.

    The variable LONGSHORT_MEMORY ("6G", "500M") overrides both; SettingsError where it is no size.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if said:
        return _size(said)
    return min([*_machine(), *_control_group()], default=UNKNOWN)


def _size(said: str) -> int:
    number, unit = said.upper().removesuffix("IB").removesuffix("B"), ""
    if number and number[-1] in _UNITS:
        number, unit = number[:-1], number[-1]
    try:
        size = int(float(number) * _UNITS[unit])
    except (ValueError, OverflowError):
        size = 0
    if size <= 0:
        raise SettingsError(f"{VARIABLE} is {said!r}, which is no size.", hint="Write it like 6G or 500M.")
    return size


def _machine() -> list[int]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    return [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]


def _control_group() -> list[int]:
    for limit, used in _LIMITS:
        try:
            most, now = (int((_CGROUP / name).read_text(encoding="ascii")) for name in (limit, used))
        except (OSError, ValueError):  # no such group, or no limit ("max")
            continue
        return [max(most - now, 0)]
    return []


@dataclass
class Budget:
    """Count the bytes that one table takes, and refuse what does not fit; `name` names the table."""

    name: str
    most: int = field(default_factory=lambda: int(SHARE * available()))
    taken: int = 0

    def take(self, count: int) -> None:
        """Take so many bytes more; DataError where they are too many."""
        self.taken += count
        if self.taken > self.most:
            raise too_large(self.name, f"more than {self.most / 2**30:.1f} GiB")


def refuse_cells(name: str, rows: int, columns: int) -> None:
    """Raise DataError where so many cells of eight bytes do not fit, before any of them is read."""
    size = 8 * rows * max(columns, 1)
    if size > int(SHARE * available()):
        raise too_large(name, f"{rows:,} rows of {columns:,} columns, about {size / 2**30:.1f} GiB")


def too_large(name: str, size: str) -> DataError:
    """Say that a table is larger than the memory there is."""
    return DataError(
        f"{name} holds {size}; that does not fit into the memory that is free.",
        hint=f"Read fewer columns or rows, or set {VARIABLE}=16G where there is more memory than longshort sees.",
    )
