"""Turn text cells into numbers: blanks, decimal commas, thousands, signs of currency, percent and K M B."""

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.tables.cells import BLANK
from longshort.data.tables.raw import Raw
from longshort.errors import DataError, SettingsError
from longshort.language import message

_WITH_COMMA = r"^[-+(−]?[$€£¥₩]?[\d.\s'’]*,[\d.,]*\s*[%KMBTkmbt)€₩]*$"
_SUFFIX = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
Floats = NDArray[np.float64]


def to_numbers(
    raw: Raw, columns: Collection[str], decimal: str | None, required: Collection[str]
) -> tuple[dict[str, Floats], list[str], list[str]]:
    """Turn columns into float64, NaN where blank; give them, the columns of text, and notes on how numbers are written.

    A column in which fewer than half of the cells are numbers is text and is left out, unless it is `required`. Raise
    `DataError`, quoting row, column and value, for text among numbers and for infinity, and where a comma could
    divide thousands or decimals.
    """
    if decimal not in (None, ".", ","):
        raise SettingsError(f"decimal is {decimal!r}.", hint="Pass . or ,")
    plain = {name: _plain(raw.frame[name]) for name in columns}
    bad = {name: cells for name, (_, cells) in plain.items() if len(cells)}
    comma = _has_decimal_comma(raw, bad, decimal)
    numbers, texts = {}, []
    for name in columns:
        values = plain[name][0]
        if raw.frame[name].dtype == pl.String and (name in bad or comma):
            values = _cleaned(raw.frame[name], comma)
            if not _accept(raw, name, values, name in required):
                texts.append(name)
                continue
        numbers[name] = _finite(raw, name, values)
        plain.pop(name)
    notes: list[str] = [message("notes.decimal_comma")] if comma else []
    return numbers, texts, notes


def _plain(column: pl.Series) -> tuple[Floats, pl.Series]:
    """Convert what is a number already, and give the cells that are neither a number nor blank."""
    nothing = pl.Series([], dtype=pl.String)
    if column.dtype != pl.String:
        return _typed(column), nothing
    values = column.cast(pl.Float64, strict=False)
    if values.null_count() == column.null_count():
        return _array(values), nothing
    left = column.filter(values.is_null() & column.is_not_null())
    left = left.unique(maintain_order=True).str.strip_chars()
    return _array(values), left.filter(~left.str.contains(BLANK))


def _typed(column: pl.Series) -> Floats:
    if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null):
        return _array(column.cast(pl.Float64))
    return np.full(len(column), np.nan)


def is_candidate(column: pl.Series) -> bool:
    """Say whether a column's type can hold numbers at all."""
    return column.dtype in (pl.String, pl.Boolean, pl.Null) or column.dtype.is_numeric()


def _array(values: pl.Series) -> Floats:
    return values.fill_null(np.nan).to_numpy().astype(np.float64, copy=False)


def _has_decimal_comma(raw: Raw, bad: Mapping[str, pl.Series], decimal: str | None) -> bool:
    """Tell a decimal comma from a thousands comma by the cells of all columns together."""
    if decimal is not None:
        return decimal == ","
    cells = pl.concat([column.head(100_000) for column in bad.values()]) if bad else pl.Series([], dtype=pl.String)
    cells = cells.filter(cells.str.contains(_WITH_COMMA)).str.replace_all(r"[^\d,.]", "")
    if not len(cells):
        return False
    as_decimal = cells.str.contains(r"^[\d.]*,\d*$") & ~cells.str.contains(r"^[1-9]\d{0,2},\d{3}$")
    as_thousands = cells.str.contains(r"^\d{1,3}(,\d{3})+\.\d*$|^\d{1,3}(,\d{3}){2,}$")
    if as_decimal.any() and not as_thousands.any():
        return True
    if as_thousands.any() or raw.separator == ",":
        return False
    raise DataError(
        f"{raw.name}: {cells[0]!r} could be {cells[0].replace(',', '.')} or {cells[0].replace(',', '')}.",
        hint="Pass --decimal , where the comma divides decimals, --decimal . where it divides thousands.",
    )


def _cleaned(column: pl.Series, comma: bool) -> Floats:
    """Convert cells without thousands, currencies, percent and K M B T; NaN where blank or no number."""
    text = column.str.strip_chars()
    text = text.str.replace_all(r"[\s'’\u00a0\u202f$€£¥₩+]", "").str.replace_all("[−–—]", "-")
    text = text.str.replace(r"^\((.*)\)$", "-${1}").str.replace(r"%$", "")
    suffix = text.str.extract(r"[\d.,]([KMBTkmbt])$").str.to_uppercase()
    text = text.str.replace(r"([\d.,])[KMBTkmbt]$", "${1}")
    if comma:
        grouped = text.str.contains(r"^-?\d{1,3}(\.\d{3})+(,\d*)?$")
        kept = text.set(text.str.contains(r"\.") & ~grouped, None)
        text = kept.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        grouped = text.str.contains(r"^-?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$")
        text = text.set(text.str.contains(",") & ~grouped, None).str.replace_all(",", "", literal=True)
    scale = suffix.replace_strict(_SUFFIX, default=1.0, return_dtype=pl.Float64).fill_null(1.0)
    return _array(text.cast(pl.Float64, strict=False) * scale)


def _accept(raw: Raw, name: str, values: Floats, required: bool) -> bool:
    """Say whether a column is one of numbers; raise where text stands among them."""
    column = raw.frame[name]
    blank = column.str.strip_chars().str.contains(BLANK).fill_null(value=True).to_numpy()
    wrong = np.isnan(values) & ~blank
    if not wrong.any():
        return True
    if not required and wrong.sum() * 2 > (~blank).sum():
        return False
    row = int(np.argmax(wrong))
    more = int(wrong.sum()) - 1
    raise DataError(
        f"{raw.where(row)}, column {name!r}: {column[row]!r} is not a number"
        + (f" (nor are {more} more cells of that column)." if more else "."),
        hint="Mend the cell or leave it blank; a blank is loaded as not observed.",
    )


def _finite(raw: Raw, name: str, values: Floats) -> Floats:
    endless = np.isinf(values)
    if endless.any():
        row = int(np.argmax(endless))
        raise DataError(
            f"{raw.where(row)}, column {name!r}: {raw.frame[name][row]!r} is infinite.",
            hint="Mend the cell or leave it blank; a blank is loaded as not observed.",
        )
    return values
