"""In what calendars count, and the seasons that they offer."""

import pytest

from longshort.data.calendars import named
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE, WEEK
from longshort.data.calendars.regular import Irregular, Months, Step
from longshort.data.calendars.units import MANY_UNITS, UNDATED, possible_seasons, shared_unit, unit_of
from longshort.language import LANGUAGES, ahead, coming, counted, say


@pytest.mark.parametrize(
    ("calendar", "unit"),
    [
        (named("XNYS"), "session"),
        (named("XKRX"), "session"),
        (named("business days"), "business_day"),
        (named("daily"), "day"),
        (named("weekly"), "week"),
        (named("hourly"), "hour"),
        (named("XNYS 1min"), "minute"),
        (named("XNYS hourly"), "hour"),
        (named("XHKG 30min"), "step"),
        (named("15min"), "step"),
        (Step(MINUTE), "minute"),
        (Step(2 * WEEK), "step"),
        (named("monthly"), "month"),
        (named("quarterly"), "quarter"),
        (named("yearly"), "year"),
        (named("half-yearly"), "step"),
        (named("numbered"), "step"),
        (Irregular((0, DAY, 3 * DAY)), "step"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_calendar_counts_in_the_unit_that_people_name(calendar, unit):
    assert unit_of(calendar) == unit


def test_only_what_is_traded_counts_in_sessions():
    others = ["daily", "business days", "hourly", "weekly", "monthly", "yearly", "numbered", "15min"]
    assert "session" not in {unit_of(named(name)) for name in others}


def test_several_calendars_share_their_unit_or_count_in_steps():
    assert shared_unit((named("XNYS"), named("XLON"), named("XNYS"))) == "session"
    assert shared_unit((named("daily"), named("XNYS"))) == MANY_UNITS
    assert shared_unit((named("monthly"),)) == "month"


@pytest.mark.parametrize("unit", ["session", "business_day", "step", "minute", "hour", "day", "week", "month"])
def test_every_unit_can_be_said_in_every_language(unit):
    for lang in LANGUAGES:
        said = [say(one(n, unit), lang) for one in (counted, ahead, coming) for n in (1, 12)]
        assert all(said)
    assert "12" in counted(12, unit)


@pytest.mark.parametrize(
    ("calendar", "seasons"),
    [
        (named("monthly"), (12,)),
        (named("quarterly"), (4,)),
        (named("yearly"), ()),
        (named("daily"), (7, 365)),
        (named("weekly"), (52,)),
        (named("hourly"), (24, 168)),
        (Step(30 * MINUTE), (48, 336)),
        (Step(7 * HOUR), ()),
        (named("XNYS"), (5,)),
        (named("numbered"), UNDATED),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_seasons_that_a_calendar_offers(calendar, seasons):
    assert possible_seasons(calendar) == seasons


def test_an_exchanges_minutes_offer_a_day_and_a_week_of_five():
    own, week = possible_seasons(named("XNYS 1min"))
    assert (own, week) == (390, 1950)


def test_the_calendars_own_season_comes_first():
    for calendar in (named("hourly"), named("daily"), Months(1), Months(3)):
        assert possible_seasons(calendar)[0] == calendar.season
