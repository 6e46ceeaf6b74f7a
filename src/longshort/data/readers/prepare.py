"""What the user says about raw cells before they are interpreted: blanks, columns to drop, what names a series."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from longshort.data.tables import names
from longshort.data.tables.raw import Part, Raw, stack
from longshort.errors import SettingsError


def listed(wanted: str | Sequence[str] | None) -> list[str]:
    """Give one name, several or none as a list."""
    return [] if wanted is None else [wanted] if isinstance(wanted, str) else list(wanted)


def with_blanks(raw: Raw, signs: Sequence[str]) -> Raw:
    """Take the cells that hold one of these signs, and nothing else, for blanks; numbers too, such as -999."""
    if not signs:
        return raw
    numbers = [value for sign in signs if (value := _number(sign)) is not None]
    cleaned = []
    for column in raw.frame.get_columns():
        if column.dtype == pl.String:
            hit = column.str.strip_chars().is_in(list(signs))
        elif column.dtype.is_numeric() and numbers:
            hit = column.cast(pl.Float64).is_in(numbers)
        else:
            continue
        cleaned.append(column.set(hit.fill_null(value=False), None))
    return replace(raw, frame=raw.frame.with_columns(cleaned))


def _number(sign: str) -> float | None:
    try:
        return float(sign)
    except ValueError:
        return None


def without(raw: Raw, wanted: Sequence[str]) -> Raw:
    """Leave columns out; DataError for one that is not there."""
    for name in wanted:
        raw = raw.without(names.find(name, raw.frame.columns, "to drop"))
    return raw


def with_one_id(raw: Raw, wanted: Sequence[str]) -> tuple[Raw, str | None]:
    """Put the columns that name a series together into one, joined by "/"; give its name, None where none is wanted."""
    if len(wanted) < 2:
        return raw, wanted[0] if wanted else None
    parts = [names.find(name, raw.frame.columns, "the series") for name in wanted]
    if len(set(parts)) < len(parts):
        raise SettingsError(f"the id names {parts[0]!r} twice.", hint="Name each column once.")
    name = "/".join(parts)
    cells = pl.concat_str([pl.col(part).cast(pl.String).str.strip_chars() for part in parts], separator="/")
    return replace(raw, frame=raw.frame.with_columns(cells.alias(name)).drop(parts)), name


def as_one_series(raw: Raw) -> Raw:
    """Take all sources for parts of one series, named after the first."""
    first = raw.parts[0].stem
    return replace(raw, parts=tuple(Part(part.name, first, part.lined) for part in raw.parts))


def with_future(raw: Raw, coming: Raw, target: str | None) -> Raw:
    """Put coming rows below the observed ones; what they say of the target is left out.

    Rows without an id belong to the only series that there is.
    """
    blank = [name for name in coming.frame.columns if target is not None and name.casefold() == target.casefold()]
    frame = coming.frame.with_columns(pl.lit(None, coming.frame[name].dtype).alias(name) for name in blank)
    known = {name.casefold() for name in raw.frame.columns}
    frame = frame.drop(name for name in frame.columns if name.casefold() not in known)
    stems = [part.stem for part in raw.parts]
    alone = len(set(stems)) == 1
    parts = tuple(replace(part, stem=stems[0]) if alone else part for part in coming.parts)
    return stack([raw, replace(coming, frame=frame, parts=parts)])
