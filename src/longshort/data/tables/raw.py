"""Cells as they came: one frame of text or typed columns that still knows from which file and line each row is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.errors import DataError
from longshort.finding import Finding
from longshort.language import message

MOST_CELLS = 2**31


@dataclass(frozen=True)
class Part:
    """Name one source: `name` for messages, `stem` for the id of its series, `lined` where rows are lines of a file."""

    name: str
    stem: str
    lined: bool = True


@dataclass(frozen=True, eq=False)
class Raw:
    """Hold the cells of all sources below one another.

    `lines[i]` is the line on which row `i` stands in its source, as an editor counts lines (for tables in memory the
    row counted from 0); `origin[i]` is its source's place in `parts`. `separator` is the field separator of a text
    file, which tells a decimal comma from a thousands comma. `id_column` names a column that the reader itself made.
    """

    frame: pl.DataFrame
    lines: NDArray[np.uint32]
    origin: NDArray[np.uint32]
    parts: tuple[Part, ...]
    separator: str = ","
    id_column: str | None = None
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """Name the sources in a message: the file, or how many there are."""
        first = self.parts[0].name
        more = len(self.parts) - 1
        return message("notes.source.several", first=first, n=more) if more else first

    def where(self, row: int) -> str:
        """Say where a row stands: the file and its line, or the row of a table."""
        part = self.parts[int(self.origin[row])]
        line = int(self.lines[row])
        return message("notes.where.line" if part.lined else "notes.where.row", source=part.name, row=line)

    def keep(self, mask: NDArray[np.bool_]) -> "Raw":
        """Keep some of the rows."""
        if mask.all():
            return self
        kept = self.frame.filter(pl.Series(mask))
        return replace(self, frame=kept, lines=self.lines[mask], origin=self.origin[mask])

    def with_notes(self, notes: Sequence[str]) -> "Raw":
        """Say something else of how it was read."""
        return replace(self, notes=tuple(notes))

    def without(self, column: str) -> "Raw":
        """Leave a column out."""
        return replace(self, frame=self.frame.drop(column))


def single(frame: pl.DataFrame, part: Part, first_line: int, **rest: object) -> Raw:
    """Wrap one source whose first row stands on a known line."""
    lines = np.arange(first_line, first_line + frame.height, dtype=np.uint32)
    raw = Raw(frame, lines, np.zeros(frame.height, np.uint32), (part,))
    return replace(raw, **rest)  # type: ignore[arg-type]


def stack(raws: list[Raw]) -> Raw:
    """Put several sources below one another; columns meet by name, whatever their case, and may be missing in some."""
    if len(raws) == 1:
        return _bounded(raws[0])
    firsts = np.cumsum([0, *(len(raw.parts) for raw in raws[:-1])])
    frames = [_respelled(raw.frame, raws[0].frame.columns) for raw in raws]
    return _bounded(
        Raw(
            frame=pl.concat(frames, how="diagonal_relaxed"),
            lines=np.concatenate([raw.lines for raw in raws]),
            origin=np.concatenate([raw.origin + np.uint32(before) for raw, before in zip(raws, firsts, strict=True)]),
            parts=tuple(part for raw in raws for part in raw.parts),
            separator=raws[0].separator,
            id_column=raws[0].id_column,
            findings=tuple(dict.fromkeys(finding for raw in raws for finding in raw.findings)),
            notes=(
                message("notes.sources", n=int(firsts[-1]) + len(raws[-1].parts)),
                *dict.fromkeys(note for raw in raws for note in raw.notes),
            ),
        )
    )


def _respelled(frame: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Spell a frame's columns as the first frame does where only the case differs."""
    lower = {name.lower(): name for name in wanted}
    taken = set(frame.columns)
    new = {name: lower.get(name.lower(), name) for name in frame.columns}
    return frame.rename({old: name for old, name in new.items() if old != name and name not in taken})


def _bounded(raw: Raw) -> Raw:
    """Refuse what would not fit into memory."""
    cells = raw.frame.height * max(raw.frame.width, 1)
    if cells > MOST_CELLS:
        raise DataError(
            f"{raw.name} holds {raw.frame.height:,} rows of {raw.frame.width:,} columns, over {MOST_CELLS:,} cells.",
            hint="Read fewer columns, or split the file and read its parts one after another.",
        )
    return raw
