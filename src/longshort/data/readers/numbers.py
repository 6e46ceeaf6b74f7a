"""Turn text cells into numbers: blanks, decimal commas, thousands, currencies, percent, and words for thousands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.readers.decimals import has_decimal_comma
from longshort.data.tables.cells import BLANK
from longshort.data.tables.raw import Raw
from longshort.errors import DataError, SettingsError
from longshort.language import message

Floats = NDArray[np.float64]
WHOLE = 2.0**53  # integers beyond lose digits as floating-point numbers
_CURRENCIES = (
    r"R\$|US\$|[$€£¥₩₹₽₺₫฿₴]|(?:USD|EUR|GBP|JPY|CHF|KRW|CNY|RMB|BRL|INR|RUB|Rp|kr|zł|Kč|Ft)\b\.?|원|円|元|달러|руб\.?"
)
_SCALES = {
    **dict.fromkeys(("k", "tsd", "тыс", "천", "千"), 1e3),
    **dict.fromkeys(("만", "万", "萬"), 1e4),
    "lakh": 1e5,
    **dict.fromkeys(("m", "mm", "mn", "mio", "mln", "million", "millions", "млн", "백만", "百万"), 1e6),
    "crore": 1e7,
    **dict.fromkeys(("억", "億", "亿"), 1e8),
    **dict.fromkeys(("b", "bn", "mrd", "mrds", "mld", "billion", "billions", "млрд"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion", "bio"), 1e12),
    **dict.fromkeys(("조", "兆"), 1e12),
}
_WORDS = "|".join(sorted(_SCALES, key=len, reverse=True))
_TRUTH = {"true": 1.0, "false": 0.0}


@dataclass
class Numbers:
    """Hold what became of columns: `cells` are float64 with NaN where blank; `notes` say how they were written.

    `texts` hold mostly text, `broken` are columns of numbers in which something else stands; each with the error that
    names the first such cell.
    """

    cells: dict[str, Floats] = field(default_factory=dict)
    texts: dict[str, DataError] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    broken: dict[str, DataError] = field(default_factory=dict)


def to_numbers(raw: Raw, columns: Collection[str], decimal: str | None) -> Numbers:
    """Turn columns into numbers.

    A column in which fewer than half of the cells are numbers is text. Raise `DataError` where a comma or a dot could
    divide thousands as well as decimals, `SettingsError` for a `decimal` that is neither.
    """
    if decimal not in (None, ".", ","):
        raise SettingsError(f"decimal is {decimal!r}.", hint="Pass . or ,")
    plain = {name: _plain(raw.frame[name]) for name in columns}
    texts = [name for name in columns if raw.frame[name].dtype == pl.String]
    bad = {name: plain[name][1] for name in texts if len(plain[name][1])}
    comma = has_decimal_comma(raw, {name: raw.frame[name] for name in texts}, bad, decimal)
    found = Numbers(notes=[message("notes.decimal_comma")] if comma else [])
    for name in columns:
        values, _ = plain.pop(name)
        wrong = None
        if name in bad or (comma and name in texts):
            values = _truth(raw.frame[name]) if _is_truth(bad.get(name)) else _cleaned(raw.frame[name], comma)
            wrong = _wrong(raw, name, values)
        if wrong is not None and wrong.sum() * 2 > _filled(raw.frame[name]).sum():
            found.texts[name] = _blamed(raw, name, wrong)
        elif wrong is not None and wrong.any():
            found.broken[name] = _blamed(raw, name, wrong)
        elif np.isinf(values).any():
            found.broken[name] = _endless(raw, name, values)
        else:
            found.cells[name] = values
            found.notes += _digits_lost(raw.frame[name], values, name)
    return found


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


def _is_truth(cells: pl.Series | None) -> bool:
    """Say whether all cells that are no numbers say true or false."""
    return cells is not None and bool(cells.str.to_lowercase().is_in(list(_TRUTH)).all())


def _truth(column: pl.Series) -> Floats:
    text = column.str.strip_chars().str.to_lowercase()
    said = text.replace_strict(_TRUTH, default=None, return_dtype=pl.Float64)
    return _array(said.fill_null(text.cast(pl.Float64, strict=False)))


def _cleaned(column: pl.Series, comma: bool) -> Floats:
    """Convert cells without thousands, currencies, percent and words for thousands; NaN where blank or no number."""
    text = column.str.strip_chars().str.replace_all("[−–—]", "-")
    text = text.str.replace_all(rf"(?i)^([-+(]*)\s*(?:{_CURRENCIES})\s*", "${1}")
    text = text.str.replace(rf"(?i)\s*(?:{_CURRENCIES})\s*(\)?)$", "${1}")
    text = text.str.replace_all(r"[\s'’\u00a0\u202f]", "").str.replace(r"^\+([^+-])", "${1}")
    text = text.set(text.str.starts_with("+"), None)
    text = text.str.replace(r"^\((.*)\)$", "-${1}")
    percent = text.str.ends_with("%")
    text = text.set(_stray(percent, text), None).str.replace(r"%$", "")
    word = text.str.extract(rf"(?i)[\d.,]({_WORDS})\.?$").str.to_lowercase()
    text = text.str.replace(rf"(?i)([\d.,])(?:{_WORDS})\.?$", "${1}")
    if comma:
        grouped = text.str.contains(r"^-?\d{1,3}(\.\d{3})+(,\d*)?$")
        kept = text.set(text.str.contains(r"\.") & ~grouped, None)
        text = kept.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        grouped = text.str.contains(r"^-?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$")
        text = text.set(text.str.contains(",") & ~grouped, None).str.replace_all(",", "", literal=True)
    scale = word.replace_strict(_SCALES, default=1.0, return_dtype=pl.Float64).fill_null(1.0)
    return _array(text.cast(pl.Float64, strict=False) * scale)


def _stray(percent: pl.Series, text: pl.Series) -> pl.Series:
    """Mark the rarer kind where some numbers are percent and others are not; a bare zero is both."""
    bare = ~percent & text.str.contains(r"[1-9]")
    percent = percent.fill_null(value=False)
    some, others = int(percent.sum()), int(bare.fill_null(value=False).sum())
    if not some or not others:
        return pl.Series([False]).new_from_index(0, len(text))
    return percent if some < others else bare.fill_null(value=False)


def _filled(column: pl.Series) -> NDArray[np.bool_]:
    return ~column.str.strip_chars().str.contains(BLANK).fill_null(value=True).to_numpy()


def _wrong(raw: Raw, name: str, values: Floats) -> NDArray[np.bool_]:
    """Mark the cells that hold something and no number."""
    return np.isnan(values) & _filled(raw.frame[name])


def _blamed(raw: Raw, name: str, wrong: NDArray[np.bool_]) -> DataError:
    """Name the first cell that is no number, and how many more there are."""
    row, more = int(np.argmax(wrong)), int(wrong.sum()) - 1
    return DataError(
        f"{raw.where(row)}, column {name!r}: {raw.frame[name][row]!r} is not a number"
        + (f" (nor are {more} more cells of that column)." if more else "."),
        hint="Mend the cell, leave it blank (a blank is not observed), or name the sign of a blank: --blank SIGN.",
    )


def _endless(raw: Raw, name: str, values: Floats) -> DataError:
    row = int(np.argmax(np.isinf(values)))
    return DataError(
        f"{raw.where(row)}, column {name!r}: {raw.frame[name][row]!r} is infinite.",
        hint="Mend the cell or leave it blank; a blank is loaded as not observed.",
    )


def _digits_lost(column: pl.Series, values: Floats, name: str) -> list[str]:
    """Say where whole numbers are too long for a floating-point number."""
    whole = column.dtype.is_integer() or column.dtype == pl.String
    if not whole or not (np.abs(values) >= WHOLE).any():
        return []
    largest = column.gather(np.flatnonzero(np.abs(values) >= WHOLE)).cast(pl.String)
    long = largest.str.strip_chars().str.contains(r"^[-+]?\d{16,}$")
    return [message("notes.digits_lost", column=repr(name), n=int(long.sum()))] if long.any() else []


def refuse(found: Numbers, names: Mapping[str, object] | Collection[str]) -> None:
    """Raise the error of a column that must be numbers and is not, throughout."""
    for name in names:
        if name in found.broken or name in found.texts:
            raise found.broken.get(name) or found.texts[name]
