"""The sessions of the exchanges that are tried, written down: asking `exchange_calendars` takes most of a second.

`closed.txt` lists for each exchange the days on which it differs from plain weekdays: weekdays without a session, and
weekends with one. It is written by `renew()`, never by hand, and says which version of the library it quotes. That
version is quoted for all years; another one, which may know of new holidays, is asked itself for the years after
`SETTLED`. What was a session up to then is history.
"""

from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FIRST, SETTLED, LAST = 1980, 2025, 2029
"""The first and the last year listed, and the last one that no new holiday can change."""
LIBRARY = "exchange_calendars"
LIST = Path(__file__).with_name("closed.txt")


@lru_cache(maxsize=1)
def lines() -> dict[str, str]:
    """Read the list: the days of each exchange as they are written, and the version under the library's name."""
    return dict(line.partition(" ")[::2] for line in LIST.read_text().splitlines())


def last_listed(code: str) -> int | None:
    """Give the last year of an exchange for which the list may be believed; None where it lists nothing of it."""
    if code not in lines():
        return None
    return LAST if version(LIBRARY) == lines()[LIBRARY] else SETTLED


def differing(code: str) -> NDArray[np.int64]:
    """List the days since 1970 on which an exchange differs from plain weekdays."""
    return np.array(lines()[code].split(), dtype="datetime64[D]").astype(np.int64)


def described(code: str) -> str:
    """Write an exchange's line anew, of what the library says."""
    from longshort.data.calendars.exchange import day_of_year, schedule, weekdays

    plain = weekdays(day_of_year(FIRST), day_of_year(LAST + 1) - 1)
    days = np.setxor1d(schedule(code, FIRST, LAST).days, plain)
    return " ".join(days.astype("datetime64[D]").astype(str))


def renew() -> None:
    """Write the whole list anew, in the package itself."""
    from longshort.data.calendars.daily import CLOSED_ON

    found = {LIBRARY: version(LIBRARY), **{code: described(code) for code in sorted(CLOSED_ON)}}
    LIST.write_text("".join(f"{name} {text}\n" for name, text in found.items()))
    lines.cache_clear()
