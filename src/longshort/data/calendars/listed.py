"""The sessions of all exchanges, written down: asking `exchange_calendars` takes a second and more.

`closed.txt` has a line for each exchange: its code, its time zone, its usual hours (minutes from the local midnight of
the session's date to the open and to the close; negative on the evening before), and the days on which it differs from
plain weekdays, one bit a day from 1 January of `FIRST` to 31 December of `LAST` (packed, compressed by zlib, written
in base 64). It is written by `renew()`, never by hand, and says which version of the library it quotes. That version
is quoted for all years; another one, which may know of new holidays, is asked itself for the years after `SETTLED`.
What was a session up to then is history.
"""

import base64
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longshort.errors import CalendarError

FIRST, SETTLED, LAST = 1950, 2025, 2029
"""The first and the last year listed, and the last one that no new holiday can change."""
LIBRARY = "exchange_calendars"
LIST = Path(__file__).with_name("closed.txt")
ROUND_THE_CLOCK = ("24/5", "24/7")
"""Names of the library that are no exchange's: `weeks` and `daily` stand for them."""


@dataclass(frozen=True)
class Listed:
    """Hold an exchange's time zone, its usual hours in minutes, and the days on which it differs from weekdays."""

    zone: str
    opens: int
    closes: int
    differs: str


@lru_cache(maxsize=1)
def lines() -> dict[str, str]:
    """Read the list: what is written of each exchange, and the version under the library's name."""
    return dict(line.partition(" ")[::2] for line in LIST.read_text().splitlines())


@lru_cache(maxsize=128)
def listed(code: str) -> Listed:
    """Read the line of an exchange that is listed."""
    zone, opens, closes, differs = lines()[code].split()
    return Listed(zone, int(opens), int(closes), differs)


def exchanges() -> list[str]:
    """List the codes of all exchanges that are listed, in the order of the alphabet."""
    return [name for name in lines() if name != LIBRARY]


def last_listed(code: str) -> int | None:
    """Give the last year of an exchange for which the list may be believed; None where it lists nothing of it."""
    if code not in exchanges():
        return None
    return LAST if version(LIBRARY) == lines()[LIBRARY] else SETTLED


def day_of_year(year: int) -> int:
    """Give the first day of a year in days since 1970."""
    return int(np.datetime64(f"{year:04d}-01-01").astype(np.int64))


@lru_cache(maxsize=128)
def open_days(code: str) -> NDArray[np.bool_]:
    """Tell for every day from `FIRST` to `LAST` whether it is a session of a listed exchange."""
    days = np.arange(day_of_year(FIRST), day_of_year(LAST + 1))
    packed = np.frombuffer(zlib.decompress(base64.b64decode(listed(code).differs)), dtype=np.uint8)
    found: NDArray[np.bool_] = (weekday(days) < 5) ^ np.unpackbits(packed, count=len(days)).astype(bool)
    return found


def weekday(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the day of the week of days since 1970: 0 is Monday."""
    return (days + 3) % 7


def sessions_within(code: str, low: int, high: int) -> NDArray[np.bool_]:
    """Tell for every day from `low` to `high` whether it is a session, as listed; weekdays stand for unlisted years."""
    first, after = day_of_year(FIRST), day_of_year(LAST + 1)
    found: NDArray[np.bool_] = weekday(np.arange(low, high + 1)) < 5
    begin, end = max(low, first), min(high + 1, after)
    if begin < end:
        found[begin - low : end - low] = open_days(code)[begin - first : end - first]
    return found


def described(code: str) -> str:
    """Write an exchange's line anew, of what the library says."""
    from longshort.data.calendars.exchange import bounded, schedule

    days = np.arange(day_of_year(FIRST), day_of_year(LAST + 1))
    differs = np.isin(days, schedule(code, FIRST, LAST).days) ^ (weekday(days) < 5)
    packed = base64.b64encode(zlib.compress(np.packbits(differs).tobytes(), 9)).decode()
    exchange = bounded(code, day_of_year(SETTLED), day_of_year(SETTLED + 1) - 1)
    opens, closes = (
        times[-1][1].hour * 60 + times[-1][1].minute + 1440 * offset
        for times, offset in (
            (exchange.open_times, exchange.open_offset),
            (exchange.close_times, exchange.close_offset),
        )
    )
    return f"{exchange.tz} {opens} {closes} {packed}"


def renew() -> None:
    """Write the whole list anew, in the package itself; leave out what the library lists but cannot compute."""
    import exchange_calendars

    found = {LIBRARY: version(LIBRARY)}
    for code in sorted(set(exchange_calendars.get_calendar_names(include_aliases=False)) - set(ROUND_THE_CLOCK)):
        with suppress(CalendarError):
            found[code] = described(code)
    LIST.write_text("".join(f"{name} {text}\n" for name, text in found.items()))
    for known in (lines, listed, open_days):
        known.cache_clear()
