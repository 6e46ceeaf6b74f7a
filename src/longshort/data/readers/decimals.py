"""Tell what divides decimals, a dot or a comma, by the cells of all columns together."""

from collections.abc import Mapping

import polars as pl

from longshort.data.tables.raw import Raw
from longshort.errors import DataError

LOOKED_AT = 100_000  # cells of a column
_SIGNS = r"[^\d,.]"
_NUMBER = r"^[-+(−]?\D{0,4}[\d.\s'’]*,?[\d.,]*\D{0,9}$"


def has_decimal_comma(
    raw: Raw, columns: Mapping[str, pl.Series], bad: Mapping[str, pl.Series], decimal: str | None
) -> bool:
    """Say whether the comma divides decimals; `bad` are the cells of each column that are no numbers as they stand.

    A cell with two of a sign proves that it divides thousands. Raise `DataError` where both readings are possible.
    """
    if decimal is not None:
        return decimal == ","
    commas = _cells([cells.filter(cells.str.contains(",") & cells.str.contains(_NUMBER)) for cells in bad.values()])
    proof = _by_commas(commas)
    if proof is not None and not (proof and _dots_are_decimal(columns, commas)):
        return proof
    if len(commas) and proof is None and raw.separator != ",":
        raise _asked(raw, str(commas[0]), ",")
    if len(commas):
        return False
    return _by_dots(raw, columns)


def _cells(parts: list[pl.Series]) -> pl.Series:
    joined = pl.concat([part.head(LOOKED_AT) for part in parts]) if parts else pl.Series([], dtype=pl.String)
    return joined.str.replace_all(_SIGNS, "").str.replace(r"[.,]+$", "")


def _by_commas(cells: pl.Series) -> bool | None:
    """Decide by cells with commas: True for decimals, False for thousands, None where nothing proves either."""
    if not len(cells):
        return None
    as_decimal = cells.str.contains(r"^[\d.]*,\d*$") & ~cells.str.contains(r"^[1-9]\d{0,2},\d{3}$")
    as_thousands = cells.str.contains(r"^\d{1,3}(,\d{3})+\.\d*$|^\d{1,3}(,\d{3}){2,}$")
    if as_decimal.any() and not as_thousands.any():
        return True
    return False if as_thousands.any() else None


def _dots_are_decimal(columns: Mapping[str, pl.Series], commas: pl.Series) -> bool:
    """Say whether more cells have a dot that divides decimals than cells have a comma, which is then the odd sign."""
    dotted = r"^\s*-?\d+\.(\d{1,2}|\d{4,})\s*$"
    return sum(int(column.head(LOOKED_AT).str.contains(dotted).sum()) for column in columns.values()) > len(commas)


def _by_dots(raw: Raw, columns: Mapping[str, pl.Series]) -> bool:
    """Decide where no comma stands: two dots in a cell prove thousands; 985 beside 1.005 is asked."""
    for column in columns.values():
        cells = column.head(LOOKED_AT).drop_nulls().str.strip_chars().str.replace_all(_SIGNS, "")
        if cells.str.contains(r"^\d{1,3}(\.\d{3}){2,}$").any():
            return True
        dotted = cells.filter(cells.str.contains(".", literal=True))
        whole = cells.filter(cells.str.contains(r"^\d{3}$"))
        if not len(dotted) or not len(whole) or not dotted.str.contains(r"^[1-9]\d{0,2}\.\d{3}$").all():
            continue
        if float(dotted.cast(pl.Float64).max() or 0) < 100:  # type: ignore[arg-type]
            raise _asked(raw, str(dotted[0]), ".")
    return False


def _asked(raw: Raw, cell: str, sign: str) -> DataError:
    other = "." if sign == "," else ","
    plain = cell.replace(sign, "")
    return DataError(
        f"{raw.name}: {cell!r} could be {cell.replace(sign, '.')} or {plain}.",
        hint=f"Pass --decimal {sign} where the {_NAMES[sign]} divides decimals, --decimal {other} where it divides "
        "thousands.",
    )


_NAMES = {",": "comma", ".": "dot"}
