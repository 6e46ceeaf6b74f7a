"""Which calendar is chosen: all exchanges are asked, blanks are no sessions, clocks agree, equals are asked for."""

import numpy as np
import pytest
from numpy.typing import NDArray

from longshort.data.calendars import is_session, missing_sessions, named, recognise
from longshort.data.calendars.choice import ALIKE, ORDER, ranked, unlike
from longshort.data.calendars.exchange import Sessions, schedule, session_days
from longshort.data.calendars.intraday import SessionSteps
from longshort.data.calendars.listed import LAST, exchanges
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE, Calendar
from longshort.data.calendars.regular import Step
from longshort.data.calendars.weeks import WEEKS
from longshort.data.calendars.zones import local
from longshort.errors import CalendarError
from longshort.language import say

Ints = NDArray[np.int64]


def micro(*dates: str) -> Ints:
    return np.array(dates, dtype="datetime64[us]").astype(np.int64)


def iso(times: Ints) -> list[str]:
    return [str(t).removesuffix("T00:00") for t in times.astype("datetime64[us]").astype("datetime64[m]")]


def sessions(code: str, first: str, last: str) -> Ints:
    days = session_days(code, 2000, 2029) * DAY
    return days[(days >= micro(first)[0]) & (days <= micro(last)[0])]


def coming(calendar: Calendar, times: Ints, count: int) -> list[str]:
    return iso(calendar.times(calendar.numbers(times[-1:]) + np.arange(1, count + 1)))


def bars(code: str, first: str, last: str, step: int, clock: str, opens: int, closes: int) -> Ints:
    """Lay out an exchange's bars in its own clock, which `clock` shows: from so many minutes after midnight on."""
    days = sessions(code, first, last)
    own = np.concatenate([np.arange(day + opens * MINUTE, day + closes * MINUTE, step) for day in days.tolist()])
    return own if clock == "own" else np.unique(local(own, clock))


# -- every exchange is asked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(set(unlike(ranked())) - {"IEPA", "us_futures"}))
def test_every_exchange_is_recognised_from_ten_years_of_its_sessions(code: str) -> None:
    times = sessions(code, "2014-02-01", "2024-01-31")
    (found,) = recognise([times])
    assert found == Sessions(code)


def test_the_exchanges_that_are_preferred_are_listed_and_none_stands_twice() -> None:
    assert set(ORDER) <= set(exchanges())
    assert sorted(ranked()) == sorted(exchanges())


def test_of_exchanges_that_are_open_on_the_same_days_one_is_kept() -> None:
    assert unlike(["XPAR", "XAMS", "XBRU", "XLIS", "XLUX", "XETR", "XFRA", "XNYS", "XCBF"]) == ("XPAR", "XETR", "XNYS")
    assert np.array_equal(session_days("XPAR", ALIKE, LAST), session_days("XAMS", ALIKE, LAST))
    notes: list[str] = []
    assert recognise([sessions("XAMS", "2021-02-01", "2022-01-31")], notes=notes)[0].name == "XPAR"
    assert notes == []  # nobody needs to choose between the two


def test_a_week_from_sunday_to_thursday_is_an_exchanges() -> None:
    times = sessions("XSAU", "2022-01-02", "2023-12-28")
    (found,) = recognise([times])
    assert (found.name, len(missing_sessions(found, times))) == ("XSAU", 0)
    assert coming(found, times, 2) == ["2023-12-31", "2024-01-01"]


def test_beyond_what_the_library_knows_an_exchanges_own_week_continues() -> None:
    table = schedule("XSAU", 2015, 2024)
    early = table.days[table.days < table.first]
    assert set(((early + 3) % 7).tolist()) == {6, 0, 1, 2, 3}


def test_fewest_missing_sessions_win_however_large_the_exchange() -> None:
    times = np.delete(sessions("XJSE", "2021-01-04", "2023-12-20"), [100, 300])
    (found,) = recognise([times])
    assert (found.name, len(missing_sessions(found, times))) == ("XJSE", 2)


def test_a_hundred_weekdays_absent_at_random_belong_to_no_exchange() -> None:
    weekdays = np.flatnonzero(np.is_busday(np.arange("2015-01-01", "2016-01-01", dtype="datetime64[D]")))
    for seed in range(20):
        rows = np.sort(np.random.default_rng(seed).choice(weekdays, 120, replace=False))
        assert recognise([micro("2015-01-01") + rows * DAY])[0].name == "business days"


def test_a_few_rows_speak_for_no_exchange() -> None:
    times = micro("2017-01-11", "2017-01-12", "2017-01-13", "2017-01-17")  # without a holiday, or a blank Monday
    assert recognise([times])[0].name == "business days"


# -- equals --------------------------------------------------------------------------------------------------------


def test_exchanges_that_explain_the_days_equally_well_and_go_on_differently_are_asked_for() -> None:
    times = sessions("XLON", "2024-05-13", "2024-06-14")  # 27 May was a holiday in London and in New York
    with pytest.raises(
        CalendarError, match=r"'XNYS', 'XLON'.*2024-06-19 is a session of XLON and none of XNYS"
    ) as error:
        recognise([times])
    assert "--calendar XNYS or --calendar XLON" in error.value.hint
    assert named("XLON", times) == Sessions("XLON")
    assert recognise([times], to_come=False) == [Sessions("XNYS")]  # up to the last row both count alike


def test_exchanges_that_go_on_alike_are_taken_by_their_order_and_named() -> None:
    times = sessions("XLON", "2019-05-13", "2019-05-31")
    notes: list[str] = []
    assert recognise([times], notes=notes)[0].name == "XNYS"
    assert "XNYS and XLON" in notes[0]
    assert "XLON" in say(notes[0], "ko")


def test_equals_are_settled_by_the_other_series() -> None:
    short, long = sessions("XLON", "2024-05-13", "2024-06-14"), sessions("XLON", "2023-05-15", "2024-06-14")
    assert [one.name for one in recognise([short, long])] == ["XLON", "XLON"]
    weekdays = micro("2024-05-13") + np.flatnonzero(np.arange(33) % 7 < 5) * DAY
    found = recognise([short, weekdays, weekdays[1:]])
    assert [one.name for one in found] == ["business days"] * 3  # where others have rows, a holiday is none


def test_minutes_that_two_exchanges_explain_are_asked_for() -> None:
    times = bars("XNYS", "2024-05-06", "2024-05-17", 5 * MINUTE, "own", 570, 960)
    with pytest.raises(CalendarError, match=r"'XNYS', 'XTSE'.* 2024-05-20 is a session of XNYS and none of XTSE"):
        recognise([times])
    assert named("XTSE", times).name == "XTSE 5min"


def test_of_exchanges_with_the_same_days_and_hours_one_is_taken_for_minutes_too() -> None:
    notes: list[str] = []
    times = bars("XAMS", "2021-12-01", "2022-01-31", 30 * MINUTE, "own", 540, 1050)
    half = np.isin(times // DAY * DAY, micro("2021-12-24", "2021-12-31"))
    assert recognise([times[~half | (times % DAY < 14 * HOUR)]], notes=notes)[0].name == "XPAR 30min"
    assert all("XAMS" not in note for note in notes)  # nobody needs to choose between the two


# -- blank rows ----------------------------------------------------------------------------------------------------


def test_a_row_without_a_target_is_no_session() -> None:
    every_day = np.arange(micro("2022-01-03")[0], micro("2023-12-21")[0], DAY)
    known = np.isin(every_day, sessions("XNYS", "2022-01-03", "2023-12-20"))
    stock, coin = recognise([every_day, every_day], [known, np.ones(len(known), dtype=bool)])
    assert (stock, coin) == (Sessions("XNYS"), Step(DAY))
    assert coming(stock, every_day[known], 4) == ["2023-12-21", "2023-12-22", "2023-12-26", "2023-12-27"]
    assert is_session(stock, every_day).tolist() == known.tolist()
    assert is_session(coin, every_day).all()


def test_a_blank_row_on_a_holiday_among_sixty_hides_no_exchange() -> None:
    times = np.union1d(sessions("XNYS", "2017-10-05", "2017-12-29"), micro("2017-11-23"))
    (found,) = recognise([times], [times != micro("2017-11-23")])
    assert found == Sessions("XNYS")
    assert iso(times[~is_session(found, times)]) == ["2017-11-23"]


@pytest.mark.parametrize(("step", "name"), [(DAY, "daily"), (HOUR, "hourly")])
def test_targets_that_are_blank_at_random_leave_the_calendar_of_all_rows(step: int, name: str) -> None:
    times = micro("2022-01-01") + np.arange(600) * step
    known = np.random.default_rng(1).random(600) < 0.3
    (found,) = recognise([times], [known])
    assert found.name == name
    assert is_session(found, times).all()


def test_a_target_once_a_week_among_daily_rows_keeps_the_days() -> None:
    times = micro("2022-01-01") + np.arange(210) * DAY
    assert recognise([times], [np.arange(210) % 7 == 0])[0].name == "daily"


def test_a_row_without_a_target_outside_the_hours_is_no_session_of_an_exchanges_bars() -> None:
    inside = bars("XNYS", "2023-01-03", "2023-06-30", 30 * MINUTE, "own", 570, 960)
    times = np.union1d(inside, inside // DAY * DAY + 3 * HOUR)
    (found,) = recognise([times], [np.isin(times, inside)])
    assert found.name == "XNYS 30min"
    np.testing.assert_array_equal(is_session(found, times), np.isin(times, inside))


# -- clocks --------------------------------------------------------------------------------------------------------


def test_the_distance_from_utc_tells_london_from_seoul() -> None:
    times = bars("XKRX", "2024-02-01", "2024-02-08", 10 * MINUTE, "own", 540, 930)
    (found,) = recognise([times], offsets=(540,))
    assert found == SessionSteps("XKRX", 10 * MINUTE, 0, -10 * MINUTE, "Asia/Seoul")
    assert coming(found, times, 1) == ["2024-02-13T09:00"]  # after the lunar New Year
    (london,) = recognise([bars("XLON", "2024-02-01", "2024-04-30", 10 * MINUTE, "own", 480, 990)], offsets=(0, 60))
    assert not isinstance(london, SessionSteps) or london.clock == "UTC"


def test_exchanges_with_other_clocks_are_not_asked_where_one_that_agrees_explains_the_rows() -> None:
    notes: list[str] = []
    times = bars("XLON", "2024-06-03", "2024-06-14", 30 * MINUTE, "own", 480, 990)  # Frankfurt trades at the same time
    assert recognise([times], offsets=(60,), notes=notes)[0].name == "XLON 30min"
    assert all("XETR" not in note for note in notes)


def test_an_exchange_abroad_is_recognised_in_a_clock_that_never_changes() -> None:
    own = bars("XNYS", "2023-01-03", "2023-06-30", 30 * MINUTE, "own", 570, 960)
    summer = (own >= micro("2023-03-12")[0]) * HOUR
    seoul = own - summer + 14 * HOUR
    (found,) = recognise([seoul], offsets=(540,))
    assert isinstance(found, SessionSteps)
    assert (found.code, found.clock) == ("XNYS", "UTC+09:00")
    assert (np.diff(found.numbers(seoul)) == 1).all()


def test_the_distance_from_utc_decides_between_exchanges_of_days() -> None:
    times = sessions("XLON", "2024-05-13", "2024-06-14")
    assert recognise([times], offsets=(60,))[0].name == "XLON"
    assert recognise([times], offsets=(-240,))[0].name == "XNYS"
    assert recognise([sessions("XNYS", "2022-01-03", "2023-12-29")], offsets=(540,))[0].name == "XNYS"


# -- weeks round the clock -----------------------------------------------------------------------------------------


def forex(clock: str, step: int = HOUR) -> Ints:
    """Lay out five weeks of forex over a change of clocks: from Monday to Friday in New York's clock and 7 hours."""
    times = micro("2024-02-19") + np.arange(0, 33 * DAY, step)
    times = times[(times // DAY + 3) % 7 < 5]
    if clock == "broker":
        return times
    new_york = times - 7 * HOUR
    return new_york if clock == "own" else new_york + np.where(new_york < micro("2024-03-10")[0], 5, 4) * HOUR


@pytest.mark.parametrize("step", [HOUR, 5 * MINUTE])
@pytest.mark.parametrize(
    ("clock", "named_so", "monday"),
    [
        ("broker", "America/New_York+07:00", "2024-03-25"),
        ("own", "America/New_York", "2024-03-24T17:00"),
        ("utc", "UTC", "2024-03-24T21:00"),
    ],
)
def test_the_forex_week_is_recognised_and_goes_on_after_the_weekend(
    clock: str, named_so: str, monday: str, step: int
) -> None:
    times = forex(clock, step)
    (found,) = recognise([times])
    assert found == named("24/5", times) == SessionSteps("24/5", step, 0, -step, named_so)
    assert len(missing_sessions(found, times)) == 0
    assert coming(found, times, 1) == [monday]
    assert found.season == DAY // step


def test_the_hours_of_the_cme_have_a_break_every_day() -> None:
    times = bars("CMES", "2024-02-05", "2024-03-08", HOUR, "own", -360, 1020)
    (found,) = recognise([times])
    assert found == SessionSteps("CME", HOUR, 0, -HOUR, "America/New_York")
    assert coming(found, times, 1) == ["2024-03-10T18:00"]
    assert found.season == 23


def test_a_week_round_the_clock_is_called_by_its_name_for_days_too() -> None:
    weekdays = sessions("24/5", "2024-01-01", "2024-03-29")
    assert named("24/5", weekdays) == named("forex") == Sessions("24/5")
    assert coming(named("24/5", weekdays), weekdays, 1) == ["2024-04-01"]
    assert named("24/5 15min").season == 96
    for name in WEEKS:
        assert named(name).name == name


@pytest.mark.parametrize(
    ("written", "code"), [("us_futures", "us_futures"), ("US_FUTURES", "us_futures"), ("xjse", "XJSE")]
)
def test_a_code_is_found_however_it_is_written(written: str, code: str) -> None:
    assert named(written) == Sessions(code)
