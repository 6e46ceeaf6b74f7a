"""Dates: whatever the format, the same moments; what cannot be told is refused."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.data.readers.dates import choose_clock, looks_dated, parse
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError

HOUR = 3_600_000_000


def raw_of(cells: list[object] | pl.Series) -> Raw:
    return single(pl.DataFrame({"when": cells}), Part("'x.csv'", "x"), 2)


def moments(cells: list[object] | pl.Series, date_format: str | None = None) -> list[str]:
    times, _ = parse(raw_of(cells), "when", date_format)
    return [str(label).removesuffix(".000000").removesuffix("T00:00:00") for label in times.astype("datetime64[us]")]


@pytest.mark.parametrize(
    ("cells", "expected", "how"),
    [
        (["2017-01-03", "2017-01-14"], ["2017-01-03", "2017-01-14"], "%Y-%m-%d"),
        (["2017/1/3", "2017/1/14"], ["2017-01-03", "2017-01-14"], "%Y/%m/%d"),
        (["03.01.2017", "14.01.2017"], ["2017-01-03", "2017-01-14"], "%d.%m.%Y"),
        (["1/3/2017", "1/14/2017"], ["2017-01-03", "2017-01-14"], "%m/%d/%Y"),
        (["3-1-17", "14-1-17"], ["2017-01-03", "2017-01-14"], "%d-%m-%y"),
        (["17/01/03", "40/01/31"], ["2017-01-03", "2040-01-31"], "%y/%m/%d"),
        (["2017-01", "2017-02"], ["2017-01-01", "2017-02-01"], "%Y-%m"),
        (["01/2017", "02/2017"], ["2017-01-01", "2017-02-01"], "%m/%Y"),
        (["201701", "201702"], ["2017-01-01", "2017-02-01"], "%Y%m"),
        (["Jan-17", "Feb-17"], ["2017-01-01", "2017-02-01"], "%b-%y"),
        (["Jan 3, 2017", "Feb 14, 2017"], ["2017-01-03", "2017-02-14"], "%b %d, %Y"),
        (["January 3, 2017", "May 14, 2017"], ["2017-01-03", "2017-05-14"], "%B %d, %Y"),
        (["3-Jan-17", "14-Feb-17"], ["2017-01-03", "2017-02-14"], "%d-%b-%y"),
        (["3 Okt 2017", "14 Dez 2017"], ["2017-10-03", "2017-12-14"], "%d %b %Y"),
        (["Tue, 03 Jan 2017", "Wed, 04 Jan 2017"], ["2017-01-03", "2017-01-04"], "%d %b %Y"),
        (["20170103", "20170104"], ["2017-01-03", "2017-01-04"], "%Y%m%d"),
        ([20170103, 20170104], ["2017-01-03", "2017-01-04"], "%Y%m%d"),
        (["201701030930", "201701031015"], ["2017-01-03T09:30:00", "2017-01-03T10:15:00"], "%Y%m%d%H%M"),
        (["2017년 1월 3일", "2017년 1월 14일"], ["2017-01-03", "2017-01-14"], "%Y년 %m월 %d일"),
        (["2017. 1. 3.", "2017. 1. 14."], ["2017-01-03", "2017-01-14"], "%Y. %m. %d."),
        (["1821", "1822"], ["1821-01-01", "1822-01-01"], "%Y"),
        (["2017Q1", "2017Q3"], ["2017-01-01", "2017-07-01"], "%YQ%q"),
        (["2017-W01", "2017-W52"], ["2017-01-02", "2017-12-25"], "%G-W%V"),
        (["2017-01-03 09:30", "2017-01-03 16:00"], ["2017-01-03T09:30:00", "2017-01-03T16:00:00"], "%Y-%m-%d %H:%M"),
        (["1/14/2017 3:30 PM", "1/14/2017 12:15 AM"], ["2017-01-14T15:30:00", "2017-01-14T00:15:00"], "%I:%M %p"),
        (["2017-01-03T09:30:00Z", "2017-01-03T09:31:00Z"], ["2017-01-03T09:30:00", "2017-01-03T09:31:00"], "%z"),
        (["2017-01-03T00:00:00+09:00", "2017-01-04T00:00:00+09:00"], ["2017-01-03", "2017-01-04"], "own time zone"),
        (["1491226200", "1491226260"], ["2017-04-03T13:30:00", "2017-04-03T13:31:00"], "seconds since 1970"),
        (["1491226200000", "1491226260000"], ["2017-04-03T13:30:00", "2017-04-03T13:31:00"], "milliseconds"),
        ([1491226200.0, 1491226260.0], ["2017-04-03T13:30:00", "2017-04-03T13:31:00"], "seconds since 1970"),
        ([1491226200 * 10**9], ["2017-04-03T13:30:00"], "nanoseconds"),
    ],
)
def test_common_forms_are_recognised_and_said(cells, expected, how):
    assert moments(cells) == expected
    assert how in parse(raw_of(cells), "when")[1]


FORMATS = ("%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y", "%m/%d/%Y", "%b %d, %Y", "%d-%b-%Y", "%Y%m%d", "%B %d, %Y")


@settings(max_examples=30, deadline=None)
@given(
    starts=st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)),
    gaps=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    written=st.sampled_from(FORMATS),
)
def test_what_strftime_writes_is_read_back(starts, gaps, written):
    midnight = starts.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + timedelta(days=int(total)) for total in np.cumsum([0, *gaps, 40, 13])]
    days += [midnight.replace(day=28)]  # a day beyond 12, so that no month can be meant
    cells = [day.strftime(written) for day in days]
    assert parse(raw_of(cells), "when")[0].tolist() == [int(np.datetime64(day, "us").astype(int)) for day in days]


def test_the_format_is_found_over_all_rows_not_the_first():
    early = [f"{day:02d}/01/2017" for day in range(1, 13)]
    assert moments([*early, "13/01/2017"])[1] == "2017-01-02"
    with pytest.raises(DataError, match=r"could be %d/%m/%Y or %m/%d/%Y"):
        moments(early)


def test_a_format_given_is_obeyed_and_its_missing_parts_are_the_first():
    assert moments(["03/04/2017"], "%d/%m/%Y") == ["2017-04-03"]
    assert moments(["03.2017"], "%m.%Y") == ["2017-03-01"]
    assert moments(["2017"], "%Y") == ["2017-01-01"]
    with pytest.raises(DataError, match=r"'2017-04-03' is no date"):
        moments(["03/04/2017", "2017-04-03"], "%d/%m/%Y")


@pytest.mark.parametrize(
    "bad", ["2017-02-30", "2017-13-01", "2017-00-10", "9999-01-01", "next week", "2017-01-03T25:00"]
)
def test_an_impossible_date_is_quoted_with_its_row(bad):
    with pytest.raises(DataError) as caught:
        moments(["2017-01-01", "2017-01-02", bad, "2017-01-04"])
    assert "'x.csv', row 4" in str(caught.value)
    assert repr(bad) in str(caught.value)


def test_what_is_no_date_at_all_is_refused_with_options():
    with pytest.raises(DataError, match=r"no known dates: 'foo', 'bar'") as caught:
        moments(["foo", "bar"])
    assert "--date-format" in caught.value.hint
    with pytest.raises(DataError, match=r"row 3: the date in column 'when' is blank"):
        moments(["2017-01-01", None])
    with pytest.raises(DataError, match=r"times without a date"):
        moments(pl.Series([1, 2]).cast(pl.Duration))


def test_a_daily_series_keeps_its_local_dates():
    local = np.array([0, 24, 48], dtype=np.int64) * HOUR
    assert choose_clock(local, local - 9 * HOUR)[0].tolist() == local.tolist()


def test_hours_turn_to_utc_only_where_clocks_change():
    local = np.array([0, 1, 1, 2], dtype=np.int64) * HOUR
    changing = local - np.array([-4, -4, -5, -5]) * HOUR
    assert choose_clock(local, changing)[0].tolist() == changing.tolist()
    assert choose_clock(local, local + 5 * HOUR)[0].tolist() == local.tolist()
    text = ["2017-11-05T01:30:00-04:00", "2017-11-05T01:30:00-05:00", "2017-11-05T02:30:00-05:00"]
    assert moments(text) == ["2017-11-05T05:30:00", "2017-11-05T06:30:00", "2017-11-05T07:30:00"]


def test_small_numbers_never_look_like_dates():
    assert not looks_dated(pl.Series(["12.5", "13.5"]))
    assert not looks_dated(pl.Series([100, 200]))
    assert not looks_dated(pl.Series(["", None], dtype=pl.String))
    assert looks_dated(pl.Series(["", "2017-01-03"]))
