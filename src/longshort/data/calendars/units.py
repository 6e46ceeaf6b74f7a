"""In what a calendar counts: the unit that people name, and the seasons that it may have."""

from longshort.data.calendars.exchange import Sessions
from longshort.data.calendars.intraday import SessionSteps
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE, WEEK, Calendar
from longshort.data.calendars.regular import Months, Numbered, Step
from longshort.data.calendars.weeks import BUSINESS_DAYS

LENGTHS = {WEEK: "week", DAY: "day", HOUR: "hour", MINUTE: "minute"}
MONTHS = {1: "month", 3: "quarter", 12: "year"}
UNDATED = (4, 7, 12, 24, 52, 168)  # seasons to look for where nothing says how far rows lie apart
MANY_UNITS = "step"


def unit_of(calendar: Calendar) -> str:
    """Name the unit in which a calendar counts: day, hour, month ...; "session" only where something is traded.

    >>> unit_of(Months(3)), unit_of(Sessions("XNYS")), unit_of(Step(30 * MINUTE))
    ('quarter', 'session', 'step')
    """
    if isinstance(calendar, Sessions):
        return "business_day" if calendar.code == BUSINESS_DAYS else "session"
    if isinstance(calendar, Months):
        return MONTHS.get(calendar.step, MANY_UNITS)
    if isinstance(calendar, Step | SessionSteps):
        return LENGTHS.get(calendar.step, MANY_UNITS)
    return MANY_UNITS


def shared_unit(calendars: tuple[Calendar, ...]) -> str:
    """Name the unit of several calendars; "step" where they count in different ones."""
    units = {unit_of(calendar) for calendar in set(calendars)}
    return units.pop() if len(units) == 1 else MANY_UNITS


def possible_seasons(calendar: Calendar) -> tuple[int, ...]:
    """List the lengths in units after which a pattern may repeat, the calendar's own first.

    >>> possible_seasons(Step(HOUR)), possible_seasons(Step(DAY)), possible_seasons(Months(12))
    ((24, 168), (7, 365), ())
    """
    own = (calendar.season,) if calendar.season > 1 else ()
    if isinstance(calendar, Numbered):
        return UNDATED
    if isinstance(calendar, SessionSteps):
        return (*own, *(5 * season for season in own))
    if isinstance(calendar, Step) and calendar.step == DAY:
        return (*own, 365)
    if isinstance(calendar, Step) and calendar.step < DAY:
        return (*own, *(7 * season for season in own))
    return own
