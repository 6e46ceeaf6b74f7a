"""Weeks of trading (nearly) round the clock: what is traded on no exchange, or on one that hardly closes."""

from dataclasses import dataclass

BUSINESS_DAYS = "business days"


@dataclass(frozen=True)
class Week:
    """Describe the sessions of a week that goes on at night.

    A session runs from `opens` to `closes`: minutes from its date's midnight in `zone`, negative on the evening before.
    `days` names the calendar whose days it has. Files may be written in UTC, in the zone's clock, or in one of `clocks`
    (as `zones` reads them).
    """

    zone: str
    opens: int
    closes: int
    days: str = BUSINESS_DAYS
    clocks: tuple[str, ...] = ()


WEEKS = {
    "24/5": Week("America/New_York", -7 * 60, 17 * 60, clocks=("America/New_York+07:00",)),
    "CME": Week("America/New_York", -6 * 60, 17 * 60, days="CMES", clocks=("America/Chicago",)),
}
"""By name, as `--calendar` takes them; a new week is a new entry, and is recognised as the others are.

24/5 is the forex week, from Sunday 17:00 to Friday 17:00 in New York; many brokers' clocks are seven hours ahead, so
that this is Monday 00:00 to Friday 24:00. CME trades from Sunday 18:00 to Friday 17:00 with a break of an hour a day.
"""
