"""Clocks: what they show, and how far they are ahead of UTC.

A clock is written as a time zone ("Asia/Seoul"), or as one and how far it is ahead of that: "UTC+09:00" and
"America/New_York+07:00" (the clock of many forex brokers).
"""

import re
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.protocol import DAY, HOUR, MINUTE

UTC = "UTC"
SHIFTED = re.compile(r"(.+)([+-])(\d\d):(\d\d)")


def parted(clock: str) -> tuple[str, int]:
    """Part a clock into its time zone and the minutes that it is ahead of that.

    >>> parted("UTC-03:30"), parted("Asia/Seoul")
    (('UTC', -210), ('Asia/Seoul', 0))
    """
    shifted = SHIFTED.fullmatch(clock)
    if not shifted:
        return clock, 0
    minutes = int(shifted[3]) * 60 + int(shifted[4])
    return shifted[1], -minutes if shifted[2] == "-" else minutes


def fixed(minutes: int) -> str:
    """Name the clock that is always so many minutes ahead of UTC.

    >>> fixed(-210), fixed(0)
    ('UTC-03:30', 'UTC')
    """
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else UTC


def local(times: NDArray[np.int64], clock: str) -> NDArray[np.int64]:
    """Turn UTC microseconds into what a clock shows."""
    import pandas as pd

    zone, minutes = parted(clock)
    moments = pd.DatetimeIndex(times.astype("datetime64[us]"), tz="UTC").tz_convert(zone).tz_localize(None)
    return np.asarray(moments.to_numpy()).astype("datetime64[us]").astype(np.int64) + minutes * MINUTE


def in_utc(times: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Turn what a zone's clock shows, at hours at which clocks are never changed, into UTC microseconds."""
    import pandas as pd

    moments = pd.DatetimeIndex(times.astype("datetime64[us]")).tz_localize(zone).tz_convert(None)
    return np.asarray(moments.to_numpy()).astype("datetime64[us]").astype(np.int64)


@lru_cache(maxsize=1 << 14)
def ahead(clock: str, day: int) -> int:
    """Give how many minutes a clock is ahead of UTC at noon of a day since 1970."""
    zone, minutes = parted(clock)
    apart = datetime.fromtimestamp((day * DAY + 12 * HOUR) // 1_000_000, UTC_ZONE).astimezone(ZoneInfo(zone))
    return int((apart.utcoffset() or timedelta()).total_seconds()) // 60 + minutes


def agrees(zone: str, days: NDArray[np.int64], offsets: tuple[int, ...]) -> bool:
    """Tell whether a zone's clock was ahead of UTC by these offsets (minutes), and no others, on some days.

    >>> agrees("Asia/Seoul", np.array([19_000]), (540,)), agrees("Europe/Paris", np.array([19_000]), (540,))
    (True, False)
    """
    return {ahead(zone, day) for day in days.tolist()} == set(offsets)
