"""What a format of files is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from longshort.data.tables.dialect import Written
from longshort.data.tables.raw import Part, Raw

Source = Path | bytes
"""A file, or the bytes of one that was unpacked."""


@dataclass(frozen=True)
class Format:
    """Hold how a format is recognised and read.

    `begins` says from a file's first bytes whether it is of this format; `read` gives its cells; `scan` opens it
    without reading it all, where the format can be read so.
    """

    name: str
    endings: tuple[str, ...]
    begins: Callable[[bytes], bool]
    read: Callable[[Source, Part, Written], Raw]
    scan: Callable[[Path], pl.LazyFrame] | None = None
