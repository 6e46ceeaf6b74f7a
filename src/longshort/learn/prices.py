"""The one real price series of the book: the daily S&P 500, 1999 to 2018, that the dependency `arch` ships."""

from dataclasses import replace
from functools import cache

from longshort.data.panel import Panel


@cache
def sp500() -> Panel:
    """Read the daily S&P 500, 1999 to 2018, target Close."""
    from arch.data import sp500 as shipped

    from longshort.data.readers import read

    return replace(read(shipped.load(), target="Close"), ids=("S&P 500",))
