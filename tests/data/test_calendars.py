"""Calendars: numbers and labels undo each other, real files are recognised, and what cannot fit is refused."""

import gzip
import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from longshort.data.calendars import Calendar, exchange, from_dict, listed, missing_sessions, named, recognise, to_dict
from longshort.data.calendars.exchange import Sessions, covering, schedule, session_days
from longshort.data.calendars.intraday import SessionSteps
from longshort.data.calendars.names import REGULAR
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE
from longshort.data.calendars.regular import Irregular, Months, Step
from longshort.data.calendars.titles import title
from longshort.errors import CalendarError
from longshort.language import say

Ints = NDArray[np.int64]

NAMES = ["daily", "business days", "hourly", "15min", "3 days", "weekly", "monthly", "quarterly", "half-yearly"]
NAMES += ["yearly", "numbered", "XNYS", "XLON", "XNYS 1min", "XHKG 30min", "XNYS hourly"]


def micro(*dates: str) -> Ints:
    return np.array(dates, dtype="datetime64[us]").astype(np.int64)


def days(first: str, last: str) -> Ints:
    return np.arange(first, last, dtype="datetime64[D]").astype("datetime64[us]").astype(np.int64)


def iso(times: Ints) -> list[str]:
    return [str(t).removesuffix("T00:00") for t in times.astype("datetime64[us]").astype("datetime64[m]")]


def sessions(code: str, first: str, last: str) -> Ints:
    known = covering(code, *(micro(first, last) // DAY).tolist()).days * DAY
    return known[(known >= micro(first)[0]) & (known < micro(last)[0])]


def minutes(code: str, first: str, last: str, start: bool = True) -> Ints:
    """Lay out an exchange's minutes by looking at its opens and closes one by one: the slow definition."""
    table = covering(code, *(micro(first, last) // DAY).tolist())
    low, high = micro(first, last)
    parts = [
        np.arange(a, b, MINUTE) + (0 if start else MINUTE)
        for a, b in zip(table.starts.tolist(), table.ends.tolist(), strict=True)
        if low <= a < high
    ]
    return np.concatenate(parts)


# -- numbers and labels --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_labels_and_numbers_undo_each_other_in_past_and_future(name: str) -> None:
    calendar = named(name)
    numbers = np.arange(-700, 7300)
    labels = calendar.times(numbers)
    assert (np.diff(labels) > 0).all()
    np.testing.assert_array_equal(calendar.numbers(labels), numbers)
    np.testing.assert_array_equal(calendar.times(numbers[:6].reshape(2, 3)), labels[:6].reshape(2, 3))


@pytest.mark.parametrize("name", NAMES)
def test_a_calendar_survives_being_saved(name: str) -> None:
    calendar = named(name)
    again = from_dict(to_dict(calendar))
    assert again == calendar
    assert hash(again) == hash(calendar)


@given(st.sets(st.integers(-(10**6), 10**6), min_size=1, max_size=40), st.integers(-50, 90))
@settings(deadline=None)
def test_irregular_rows_are_counted_one_by_one_and_continued_evenly(known: set[int], number: int) -> None:
    calendar = Irregular(tuple(sorted(known)))
    times = np.array(calendar.known)
    np.testing.assert_array_equal(calendar.numbers(times), np.arange(len(times)))
    label = calendar.times(np.array([number, number + 1]))
    assert label[0] < label[1]
    assert from_dict(to_dict(calendar)) == calendar


@given(st.integers(-600, 3000), st.integers(1, 31), st.booleans(), st.sampled_from([1, 2, 3, 6, 12]))
@settings(deadline=None)
def test_a_months_label_lies_in_its_own_month(number: int, day: int, business: bool, step: int) -> None:
    calendar = Months(step, 0, day, business)
    label = calendar.times(np.array([number]))
    assert calendar.numbers(label).tolist() == [number]
    if business:
        assert (label[0] // DAY + 3) % 7 < 5


@pytest.mark.parametrize(
    ("name", "season"),
    {
        "XNYS": 5,
        "business days": 5,
        "daily": 7,
        "hourly": 24,
        "30min": 48,
        "1min": 1440,
        "weekly": 52,
        "monthly": 12,
        "quarterly": 4,
        "half-yearly": 2,
        "yearly": 1,
        "numbered": 1,
        "3 days": 1,
        "XNYS 1min": 390,
        "XHKG 1min": 330,
        "XNYS 30min": 13,
    }.items(),
)
def test_the_season_is_what_the_issue_promises(name: str, season: int) -> None:
    assert named(name).season == season


# -- exchanges -----------------------------------------------------------------------------------------------------


def test_no_session_is_counted_for_a_holiday() -> None:
    thursday, monday = named("XNYS").numbers(micro("2012-10-26", "2012-10-31"))  # hurricane Sandy closed two days
    assert monday - thursday == 1


def test_coming_sessions_leave_out_the_coming_holidays() -> None:
    calendar = named("XNYS")
    last = calendar.numbers(micro("2017-12-29"))
    assert iso(calendar.times(last + np.arange(1, 12))) == [
        *("2018-01-02", "2018-01-03", "2018-01-04", "2018-01-05", "2018-01-08", "2018-01-09", "2018-01-10"),
        *("2018-01-11", "2018-01-12", "2018-01-16", "2018-01-17"),  # Martin Luther King's day is left out
    ]


def test_a_time_that_is_no_session_is_quoted() -> None:
    with pytest.raises(CalendarError, match=r"'2017-12-25', '2018-01-01' are no sessions of the calendar 'XNYS'"):
        named("XNYS").numbers(micro("2017-12-22", "2017-12-25", "2018-01-01"))


def test_beyond_what_the_library_knows_weekdays_continue() -> None:
    calendar = named("XSHG")  # its holidays are published year by year
    table = schedule("XSHG", 2000, 2044)
    late = calendar.times(calendar.numbers(micro("2040-01-02")) + np.arange(6)) // DAY
    assert late[0] > table.last
    assert (np.diff(late) == [1, 1, 1, 1, 3]).all()


def test_before_what_the_library_knows_weekdays_stand_in() -> None:
    calendar = named("XTKS")  # known from 1997 on
    assert np.diff(calendar.numbers(micro("1990-06-01", "1990-06-04"))).tolist() == [1]
    assert np.diff(calendar.numbers(micro("1996-12-31", "1997-01-06"))).tolist() == [
        1
    ]  # from then on New Year's days are known


def test_numbers_never_depend_on_which_dates_are_asked_for() -> None:
    calendar = named("XNYS")
    alone = calendar.numbers(micro("2017-12-29"))
    together = calendar.numbers(micro("1985-01-02", "2017-12-29", "2031-01-02"))
    assert alone[0] == together[1]


def test_an_exchange_that_the_library_cannot_compute_is_an_error_that_says_so() -> None:
    with pytest.raises(CalendarError, match="'XTAE' cannot be computed"):
        named("XTAE").times(np.array([1]))


# -- recognition of days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["XNYS", "XLON", "XTKS", "XHKG", "XETR", "XPAR", "XTSE", "XASX", "XSHG", "XBOM", "XSWX"]
)
def test_an_exchange_is_recognised_from_two_years_of_its_sessions(code: str) -> None:
    times = sessions(code, "2014-03-03", "2016-03-03")
    (found,) = recognise([times])
    assert found == Sessions(code)
    assert len(missing_sessions(found, times)) == 0


def test_a_session_without_a_row_is_missing_and_not_a_holiday() -> None:
    times = sessions("XNYS", "2009-01-01", "2012-01-01")
    gone = micro("2010-04-01")
    (found,) = recognise([np.setdiff1d(times, gone)])
    assert found.name == "XNYS"
    assert missing_sessions(found, np.setdiff1d(times, gone)).tolist() == gone.tolist()


def test_a_row_on_a_closed_day_becomes_a_session_of_its_own() -> None:
    stray = micro("2011-07-04")
    times = np.union1d(sessions("XNYS", "2009-01-01", "2012-01-01"), stray)
    (found,) = recognise([times])
    assert found == Sessions("XNYS", (int(stray[0]) // DAY,))
    assert (np.diff(found.numbers(times)) == 1).all()
    np.testing.assert_array_equal(found.times(found.numbers(times)), times)


def test_weekdays_without_holidays_are_business_days() -> None:
    times = days("2015-01-01", "2017-01-01")
    times = times[(times // DAY + 3) % 7 < 5]
    assert recognise([times])[0] == Sessions("business days")


def test_weekdays_absent_at_random_are_not_taken_for_an_exchange() -> None:
    times = days("2015-01-01", "2016-01-01")
    times = times[(times // DAY + 3) % 7 < 5]
    random = np.random.default_rng(3)
    for rows in (100, 100, 100, 100, 130, 130):
        assert recognise([np.sort(random.choice(times, rows, replace=False))])[0].name == "business days"


def test_a_short_series_follows_the_exchange_of_the_others() -> None:
    long, short = sessions("XNYS", "2014-01-01", "2016-01-01"), sessions("XNYS", "2015-06-01", "2015-06-12")
    assert recognise([short])[0].name == "business days"
    found = recognise([long, short])
    assert found[0] is found[1]
    assert found[0].name == "XNYS"


def test_series_of_different_calendars_are_told_apart() -> None:
    found = recognise([sessions("XNYS", "2014-01-01", "2016-01-01"), days("2014-01-01", "2016-01-01")])
    assert [one.name for one in found] == ["XNYS", "daily"]


def test_days_labelled_by_a_close_or_by_midnight_abroad_are_recognised_and_labelled_alike() -> None:
    times = sessions("XNYS", "2014-01-01", "2016-01-01")
    for shift in (16 * HOUR, -2 * HOUR):
        (found,) = recognise([times + shift])
        assert found.name == "XNYS"
        np.testing.assert_array_equal(found.times(found.numbers(times + shift)), times + shift)


def test_days_whose_midnight_moves_with_summer_time_are_days() -> None:
    times = sessions("XNYS", "2014-01-01", "2016-01-01")
    month = times.astype("datetime64[us]").astype("datetime64[M]").astype(int) % 12
    shifted = times + np.where((month > 2) & (month < 10), 4, 5) * HOUR
    (found,) = recognise([shifted])
    assert found.name == "XNYS"
    assert (np.diff(found.numbers(shifted)) == 1).all()


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_very_short_series_have_a_calendar_too(rows: int) -> None:
    times = micro("2020-01-02", "2020-01-03")[:rows]
    (found,) = recognise([times])
    assert len(found.numbers(times)) == rows


@given(st.sets(st.integers(0, 4000), min_size=2, max_size=80), st.sampled_from([1_000_000, MINUTE, HOUR, DAY]))
@example({0, 1, 3}, DAY)
@example({72, 168, 361, 505, 745}, HOUR)  # weeks, labelled at one o'clock, but for two at midnight three days early
@settings(deadline=None, max_examples=40)
def test_whatever_the_times_rows_keep_their_order_and_their_labels(steps: set[int], unit: int) -> None:
    times = np.array(sorted(steps), dtype=np.int64) * unit + micro("2015-03-02")[0]
    (found,) = recognise([times])
    numbers = found.numbers(times)
    assert (np.diff(numbers) >= 1).all()
    lost = missing_sessions(found, times)
    assert len(lost) == numbers[-1] - numbers[0] + 1 - len(times)
    assert found.times(numbers[-1:] + 1)[0] > times[-1] or isinstance(found, Months)


# -- recognition of regular frequencies ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "name"),
    [
        (days("2015-01-01", "2016-01-01"), "daily"),
        (days("2015-01-01", "2018-01-01")[::7], "weekly"),
        (days("2015-01-01", "2018-01-01")[::14], "2 weeks"),
        (days("2015-01-01", "2018-01-01")[::3], "3 days"),
        (micro(*[f"{y}-{m:02d}-01" for y in (2015, 2016) for m in range(1, 13)]), "monthly"),
        (micro(*[f"{y}-{m:02d}-15" for y in (2015, 2016) for m in range(1, 13)]), "monthly"),
        (micro(*[f"{y}-{m:02d}-01" for y in range(2010, 2016) for m in (1, 4, 7, 10)]), "quarterly"),
        (micro(*[f"{y}-{m}" for y in range(2010, 2016) for m in ("03-31", "06-30", "09-30", "12-31")]), "quarterly"),
        (micro(*[f"{y}-06-30" for y in range(1990, 2016)]), "yearly"),
        (np.arange(500) * MINUTE, "1min"),
        (np.arange(500) * 5 * MINUTE + 2 * MINUTE, "5min"),
        (np.arange(500) * HOUR, "hourly"),
        (np.arange(500) * 6 * HOUR, "6h"),
        (np.arange(500) * 12 * HOUR, "12h"),
    ],
)
def test_regular_frequencies_are_recognised_and_continued(times: Ints, name: str) -> None:
    (found,) = recognise([times[:-2]])
    assert found.name == name
    last = found.numbers(times[-3:-2])
    np.testing.assert_array_equal(found.times(last + np.arange(1, 3)), times[-2:])


@pytest.mark.parametrize("roll", ["last day", "last weekday"])
def test_month_ends_are_continued_on_month_ends(roll: str) -> None:
    months = np.arange("2014-02", "2020-02", dtype="datetime64[M]")
    ends = months.astype("datetime64[D]") - np.timedelta64(1, "D")
    if roll == "last weekday":
        ends = np.busday_offset(ends, 0, roll="backward")
    times = ends.astype("datetime64[us]").astype(np.int64)
    (found,) = recognise([times[:-5]])
    np.testing.assert_array_equal(found.times(found.numbers(times[-6:-5]) + np.arange(1, 6)), times[-5:])


def test_the_last_trading_days_of_months_are_months() -> None:
    trading = sessions("XNYS", "2010-01-01", "2020-01-01")
    month = trading.astype("datetime64[us]").astype("datetime64[M]").astype(int)
    times = trading[np.flatnonzero(np.diff(month))]
    (found,) = recognise([times])
    assert found.name == "monthly"
    assert len(missing_sessions(found, times)) == 0


def test_a_week_that_a_holiday_moved_by_a_day_is_still_its_week() -> None:
    fridays = days("2015-01-02", "2016-12-31")[::7]
    moved = fridays.copy()
    moved[20] -= DAY
    (found,) = recognise([moved])
    assert found.name == "weekly"
    np.testing.assert_array_equal(found.times(found.numbers(moved)), fridays)


def test_months_in_a_file_of_days_are_no_sessions() -> None:
    with pytest.raises(CalendarError, match="'2015-02-01' is no session of the calendar 'quarterly'"):
        named("quarterly").numbers(micro("2015-01-01", "2015-02-01"))


def test_rows_without_any_rule_are_counted_as_they_come() -> None:
    times = np.cumsum(np.random.default_rng(1).integers(1, 10**11, 200))
    (found,) = recognise([times])
    assert found.name == "irregular"
    assert found.numbers(times).tolist() == list(range(200))
    assert found.numbers(times[-1:] + 5).tolist() == [200]


# -- intraday ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["XNYS", "XLON", "XTKS", "XHKG"])
@pytest.mark.parametrize("start", [True, False])
def test_an_exchanges_minutes_are_recognised_with_half_days_and_lunch_breaks(code: str, start: bool) -> None:
    times = minutes(code, "2015-11-02", "2016-02-02", start)
    (found,) = recognise([times])
    assert found.name == f"{code} 1min"
    assert (np.diff(found.numbers(times)) == 1).all()
    np.testing.assert_array_equal(found.times(found.numbers(times)), times)


def test_minutes_in_the_exchanges_own_clock_are_recognised_over_the_change_of_clocks() -> None:
    times = minutes("XNYS", "2015-10-01", "2015-12-01")
    summer = times < micro("2015-11-01")[0]
    local = times - np.where(summer, 4, 5) * HOUR
    (found,) = recognise([local])
    assert isinstance(found, SessionSteps)
    assert (found.code, found.clock) == ("XNYS", "America/New_York")
    assert (np.diff(found.numbers(local)) == 1).all()
    assert iso(found.times(found.numbers(local[-1:]) + 1)) == ["2015-12-01T09:30"]


def test_hourly_bars_of_an_exchange_begin_with_its_open() -> None:
    table = covering("XNYS", *(micro("2015-01-01", "2015-06-01") // DAY).tolist())
    inside = (table.starts >= micro("2015-01-01")[0]) & (table.starts < micro("2015-06-01")[0])
    times = np.concatenate([o + np.arange(7) * HOUR for o in table.starts[inside]])
    (found,) = recognise([times])
    assert (found.name, found.season) == ("XNYS hourly", 7)
    assert (np.diff(found.numbers(times)) == 1).all()


def test_a_row_outside_the_opening_hours_counts_as_a_step_of_its_own() -> None:
    times = minutes("XNYS", "2015-02-02", "2015-03-02")
    stray = times[1000] // DAY * DAY + 23 * HOUR
    times = np.union1d(times, [stray])
    (found,) = recognise([times])
    assert isinstance(found, SessionSteps)
    assert found.extra == (int(stray),)
    assert (np.diff(found.numbers(times)) == 1).all()
    np.testing.assert_array_equal(found.times(found.numbers(times)), times)


def test_minutes_round_the_clock_belong_to_no_exchange() -> None:
    times = np.arange(20_000) * MINUTE + micro("2019-02-20")[0]
    times = np.delete(times, slice(9_000, 9_360))
    (found,) = recognise([times])
    assert found == Step(MINUTE)
    assert len(missing_sessions(found, times)) == 360


# -- names ---------------------------------------------------------------------------------------------------------


def test_exchanges_have_their_everyday_names() -> None:
    assert named("nyse") == named("NASDAQ") == named("XNYS") == Sessions("XNYS")
    assert named("24/7") == named("daily")


@pytest.mark.parametrize(("wrong", "offered"), [("XNYX", "XNYS"), ("montly", "monthly"), ("0min", "There are")])
def test_an_unknown_calendar_offers_the_nearest_names(wrong: str, offered: str) -> None:
    with pytest.raises(CalendarError) as error:
        named(wrong)
    assert wrong in error.value.message
    assert offered in error.value.hint


@pytest.mark.parametrize("described", [{}, {"kind": "x"}, {"kind": "step"}, {"kind": "step", "step": 1, "more": 2}])
def test_what_describes_no_calendar_is_refused(described: dict[str, object]) -> None:
    with pytest.raises(CalendarError, match="does not describe a calendar"):
        from_dict(described)


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("weekly", days("2015-01-02", "2016-01-01")[::7]),
        ("monthly", micro("2015-01-31", "2015-02-28", "2015-03-31")),
        ("daily", days("2015-01-02", "2015-03-01") + 17 * HOUR),
        ("15min", np.arange(90) * 15 * MINUTE + 7 * MINUTE),
        ("XNYS", minutes("XNYS", "2015-02-02", "2015-03-02")),
        ("XNYS", sessions("XNYS", "2015-02-02", "2015-03-02") + 16 * HOUR),
    ],
)
def test_a_named_calendar_labels_sessions_as_the_file_does(name: str, times: Ints) -> None:
    calendar = named(name, times)
    np.testing.assert_array_equal(calendar.times(calendar.numbers(times)), times)


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("XNYS", days("2015-01-01", "2015-03-01")),
        ("XNYS", np.arange(5000) * MINUTE),
        ("weekly", days("2015-01-01", "2015-03-01")),
        ("hourly", np.arange(50) * MINUTE),
    ],
)
def test_a_named_calendar_that_does_not_explain_the_dates_is_refused(name: str, times: Ints) -> None:
    with pytest.raises(CalendarError):
        named(name, times)


# -- real files ----------------------------------------------------------------------------------------------------


def column(path: Path, place: int, header: int = 1) -> list[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as lines:
        return [line.split(",")[place].strip('"\n') for line in lines][header:]


@pytest.mark.parametrize(
    ("path", "place", "name", "lost"),
    [
        ("djia30/AMZN_2006-01-01_to_2018-01-01.csv", 0, "XNYS", 1),
        ("djia30/GE_2006-01-01_to_2018-01-01.csv", 0, "XNYS", 0),
        ("btc/btcusd_bitstamp_daily_clean.csv", 1, "daily", 0),
        ("realised_vol/oxford_spx_rv5_2000_2020.csv", 0, "XNYS", 0),
        ("classic/ILINet.csv", 0, "weekly", 4),
        ("classic/ausbeer.csv", 1, "quarterly", 0),
        ("classic/monthly-sunspots.csv", 0, "monthly", 0),
        ("classic/taxi_new_york_passengers.csv", 0, "30min", 0),
        ("ett/ETTh1.csv", 0, "hourly", 0),
    ],
)
def test_real_files_are_recognised(shared_data: Path, path: str, place: int, name: str, lost: int) -> None:
    times = np.unique(np.array(column(shared_data / path, place), dtype="datetime64[us]").astype(np.int64))
    (found,) = recognise([times])
    assert (found.name, len(missing_sessions(found, times))) == (name, lost)


def test_the_minutes_of_the_sp500_have_106_sessions_and_a_half_day(shared_data: Path) -> None:
    times = np.array(column(shared_data / "sp500_minute/sp500_minute_7col.csv", 0), dtype=np.int64) * 1_000_000
    (found,) = recognise([times])
    assert found == SessionSteps("XNYS", MINUTE, 0, 0)
    assert len(missing_sessions(found, times)) == 0
    assert len(np.unique(times // DAY)) == 106
    assert np.count_nonzero(times // DAY == micro("2017-07-03")[0] // DAY) == 211
    assert iso(found.times(found.numbers(times[-1:]) + 1)) == ["2017-09-01T13:30"]


def test_the_crypto_minutes_have_one_gap(shared_data: Path) -> None:
    times = np.array(column(shared_data / "crypto_minute/BTC-USD.csv.gz", 0, 0), dtype=np.int64) * 1_000_000
    (found,) = recognise([np.unique(times)])
    assert found == Step(MINUTE)
    lost = missing_sessions(found, np.unique(times))
    assert lost[-1] - lost[0] + 2 * MINUTE == 21_660_000_000


def test_the_ecbs_days_leave_out_its_holidays(shared_data: Path) -> None:
    times = np.array(column(shared_data / "fx/ecb_usdkrw_eurusd_daily.csv", 0), dtype="datetime64[us]").astype(np.int64)
    (found,) = recognise([times])
    coming: Calendar = found
    assert len(missing_sessions(coming, times)) <= 2
    assert "2026-05-01" not in iso(coming.times(coming.numbers(times[-1:]) + np.arange(1, 30)))


def test_ten_thousand_series_of_one_exchange_share_its_calendar() -> None:
    all_days = sessions("XNYS", "2010-01-01", "2018-01-01")
    times = [all_days[k % 500 : k % 500 + 300] for k in range(10_000)]
    found = recognise(times)
    assert {one.name for one in found} == {"XNYS"}
    assert len({id(one) for one in found}) == 1


# -- the list of sessions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", listed.exchanges())
def test_the_list_says_what_the_library_says(code: str) -> None:
    if version(listed.LIBRARY) != listed.lines()[listed.LIBRARY]:
        pytest.skip(f"the list quotes {listed.lines()[listed.LIBRARY]}")
    years = (listed.FIRST, listed.LAST)
    assert np.array_equal(session_days(code, *years), schedule(code, *years).days)


def test_another_version_of_the_library_is_asked_for_the_years_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    table = schedule("XNYS", 1970, 2029)
    closed = replace(table, days=table.days[table.days % 100 != 0])
    monkeypatch.setattr(listed, "version", lambda _: "99.0")
    monkeypatch.setattr(exchange, "schedule", lambda *_: closed)
    found = session_days.__wrapped__("XNYS", 1970, 2029)
    first, last = (micro(f"{listed.FIRST}-01-01", f"{listed.SETTLED + 1}-01-01") // DAY).tolist()
    history = (table.days >= first) & (table.days < last)
    assert np.array_equal(found, table.days[history | (table.days % 100 != 0)])


def test_an_exchange_that_is_not_listed_is_asked_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed, "lines", lambda: {listed.LIBRARY: "99.0"})
    assert np.array_equal(session_days.__wrapped__("XWBO", 2000, 2004), schedule("XWBO", 2000, 2004).days)


def test_what_the_library_cannot_compute_with_this_pandas_alone_is_listed() -> None:
    assert {"ASEX", "XBEL", "XBSE", "XCYS"} <= set(listed.exchanges())  # their Easter is the Orthodox one


def test_an_exchanges_days_are_recognised_without_the_library() -> None:
    code = (
        "import sys, numpy as np\n"
        "from longshort.data.calendars import named, recognise\n"
        "from longshort.data.calendars.exchange import session_days\n"
        "days = session_days('XNYS', 2015, 2017) * 86_400_000_000\n"
        "print(recognise([days])[0].name, named('XNYS', days).name)\n"
        "print('exchange_calendars' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["XNYS", "XNYS", "False", "False"]


@pytest.mark.parametrize("name", [*REGULAR, "XNYS", "XNYS 1min", "30min", "2h", "2 days", "3 weeks", "24/7"])
def test_a_calendar_is_called_by_its_name_in_english_and_by_no_english_word_in_korean(name: str) -> None:
    calendar = named(name)
    assert title(calendar) == calendar.name
    assert not re.search("[a-z]", say(title(calendar), "ko"))


def test_months_of_any_length_have_a_korean_title() -> None:
    assert say(title(Months(5)), "ko") == "5개월 간격"
