"""Quantile levels as people write them: 0.1, 10, "10%", or the width of an interval in percent."""

from collections.abc import Sequence

from longshort.errors import DataError, examples


def as_shares(numbers: Sequence[float], where: str) -> tuple[list[float], bool]:
    """Turn the levels of one table into numbers between 0 and 1, and say whether they were given as percent.

    All are read alike: percent where all are at least 1 (and not all of them 1), or where they lie around 50 in pairs.
    Raise DataError for levels at or beyond the ends of either scale, and for those that could be either.

    >>> as_shares([2.5, 50, 97.5], "the table")
    ([0.025, 0.5, 0.975], True)
    """
    if all(0 < number < 1 for number in numbers):
        return [float(number) for number in numbers], False
    inside = all(0 < number < 100 for number in numbers) and max(numbers) > 1
    paired = {round(100 - number, 9) for number in numbers} == {round(number, 9) for number in numbers}
    if inside and (all(number >= 1 for number in numbers) or paired):
        return [_tidy(number / 100) for number in numbers], True
    wrong = [f"{number:g}" for number in numbers if not 0 < number < (100 if max(numbers) > 1 else 1)] or [
        f"{number:g}" for number in numbers
    ]
    reason = "could be shares as well as percent" if inside else "does not lie between 0 and 1 (or 0 % and 100 %)"
    raise DataError(
        f"{where}: the quantile level {examples(wrong)} {reason}.",
        hint="Write levels as numbers between 0 and 1, such as 0.05, 0.5 and 0.95.",
    )


def of_percent(number: float, where: str) -> float:
    """Turn a level that is marked as percent into a share; DataError where it is not between 0 % and 100 %.

    >>> of_percent(2.5, "the table")
    0.025
    """
    if not 0 < number < 100:
        raise DataError(
            f"{where}: the quantile level '{number:g}%' does not lie between 0 and 1 (or 0 % and 100 %).",
            hint="Write levels as numbers between 0 and 1, such as 0.05, 0.5 and 0.95.",
        )
    return _tidy(number / 100)


def lower(width: float) -> float:
    """Give the level at the lower end of a central interval.

    >>> lower(0.8), lower(0.95)
    (0.1, 0.025)
    """
    return _tidy((1 - width) / 2)


def upper(width: float) -> float:
    """Give the level at the upper end of a central interval.

    >>> upper(0.8), upper(0.95)
    (0.9, 0.975)
    """
    return _tidy((1 + width) / 2)


def _tidy(level: float) -> float:
    """Take away what binary division leaves behind the twelfth digit, so that levels from two files are equal."""
    return round(level, 12)
