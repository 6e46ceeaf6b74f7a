"""What `check` finds: each planted fault is named with its row and date, and clean data give no findings."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from longshort.data.calendars import named
from longshort.data.calendars.protocol import MINUTE
from longshort.data.calendars.regular import Irregular
from longshort.data.checks import Check, check
from longshort.data.panel import Column, Kind, Panel
from longshort.finding import Finding
from longshort.language import message, say

KINDS: tuple[Kind, ...] = ("close", "open", "high", "low", "volume")
CLOSE, OPEN, HIGH, LOW, VOLUME = range(5)
MISSING = "missing_sessions"


def prices(rows: int = 300, series: int = 1, seed: int = 0) -> Panel:
    """Simulate price files in which nothing is wrong, on business days from 2015-01-01."""
    random = np.random.default_rng(seed)
    calendar = named("business days")
    numbers = calendar.numbers(np.array([np.datetime64("2015-01-01", "us").astype(np.int64)])) + np.arange(rows)
    close = 100 * np.exp(np.cumsum(0.01 * random.standard_normal((series, rows)), axis=1)).ravel()
    values = np.stack(
        [close, close * 1.001, close * 1.02, close * 0.98, random.integers(1, 9999, len(close))], axis=1
    ).astype(float)
    return Panel(
        values=values,
        times=np.tile(calendar.times(numbers), series),
        sessions=np.tile(numbers, series),
        offsets=np.arange(series + 1) * rows,
        ids=tuple(f"S{i}" for i in range(series)),
        columns=tuple(Column(kind.title(), kind) for kind in KINDS),
        calendars=(calendar,) * series,
    )


def spoilt(row: int, column: int, value: float, panel: Panel | None = None) -> Panel:
    panel = prices() if panel is None else panel
    values = panel.values.copy()
    values[row, column] = value
    return panel.with_values(values)


def only(found: Check) -> Finding:
    (finding,) = found.findings
    return finding


def without(panel: Panel, rows: list[int]) -> Panel:
    """Leave rows of a single series out."""
    keep = np.delete(np.arange(len(panel.times)), rows)
    cut = {name: getattr(panel, name)[keep] for name in ("values", "times", "sessions")}
    return replace(panel, **cut, offsets=np.array([0, len(keep)]))


@pytest.mark.parametrize("seed", range(5))
def test_clean_prices_give_no_findings(seed: int) -> None:
    assert check(prices(series=4, seed=seed)).findings == ()


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (OPEN, 1e4, "open_above_high"),
        (OPEN, 1e-3, "open_below_low"),
        (VOLUME, 0.0, "zero_volume"),
        (CLOSE, np.nan, "blank_target"),
        (OPEN, np.nan, "blank_inputs"),
    ],
)
def test_one_wrong_cell_is_one_finding_with_its_row_and_date(column: int, value: float, code: str) -> None:
    finding = only(check(spoilt(10, column, value)))
    assert (finding.code, finding.value) == (code, 1.0)
    assert "'S0' row 11 (2015-01-15" in finding.text


@pytest.mark.parametrize(
    ("column", "value", "codes"),
    [
        (HIGH, 1.0, {"low_above_high", "open_above_high", "close_above_high"}),
        (LOW, 1e4, {"low_above_high", "open_below_low", "close_below_low"}),
        (LOW, 0.0, {"non_positive_price"}),
        (CLOSE, -5.0, {"non_positive_price", "close_below_low", "spike"}),
    ],
)
def test_an_impossible_price_is_named_with_all_that_it_contradicts(column: int, value: float, codes: set[str]) -> None:
    assert {finding.code for finding in check(spoilt(10, column, value)).findings} == codes


def test_prices_equal_to_the_high_but_for_rounding_are_not_above_it() -> None:
    panel = prices()
    assert check(spoilt(10, OPEN, panel.values[10, HIGH] * (1 + 1e-12), panel)).findings == ()


def test_missing_sessions_are_counted_dated_and_left_missing() -> None:
    panel = without(prices(), [10, 20, 21, 22, 40, 50])
    found = check(panel)
    finding = only(found)
    assert (finding.code, finding.severity, finding.value) == ("missing_sessions", "info", 6.0)
    assert "'S0' 2015-01-15, 2015-01-29 to 2015-02-02 (3 business days), 2015-02-26 and 1 more" in finding.text
    assert found.series[0]["missing"] == 6
    assert found.series[0]["rows"] == 294


def test_many_missing_sessions_are_a_warning() -> None:
    assert only(check(without(prices(), list(range(50, 100))))).severity == "warning"


def test_rows_in_the_future_of_known_columns_are_not_blanks() -> None:
    panel = prices()
    known = replace(panel, columns=(*panel.columns[:4], Column("holiday", "other", "known_future")))
    values = known.values.copy()
    values[290:, :4] = np.nan
    assert check(known.with_values(values)).findings == ()
    assert only(check(panel.with_values(np.where(np.arange(5) == CLOSE, values, panel.values)))).code == "blank_target"


@pytest.mark.parametrize("ratio", [2.0, 3.0, 1.5, 10.0, 0.5, 0.1])
def test_a_jump_that_looks_like_a_split_is_reported_and_not_adjusted(ratio: float) -> None:
    panel = prices()
    values = panel.values.copy()
    values[100:, :4] /= ratio
    finding = only(check(panel.with_values(values)))
    words = f"about {ratio:g} for 1" if ratio > 1 else f"about 1 for {1 / ratio:g}"
    assert finding.code == "suspected_split"
    assert "'S0' row 101 (2015-05-21" in finding.text
    assert words in finding.text
    assert "Nothing is adjusted" in finding.text


def test_a_jump_that_goes_back_or_is_no_splits_ratio_is_no_split() -> None:
    panel = prices()
    for rows, ratio, codes in ((slice(100, 101), 2.0, ["spike"]), (slice(100, None), 1.8, [])):
        values = panel.values.copy()
        values[rows, :4] /= ratio
        assert [finding.code for finding in check(panel.with_values(values)).findings] == codes


def test_a_wild_series_may_jump_without_a_split() -> None:
    panel = prices()
    wild = 100 * np.exp(np.cumsum(0.1 * np.random.default_rng(5).standard_normal(300)))
    wild[100:] *= wild[99] / wild[100] / 1.5
    values = np.stack([wild, wild, wild * 1.02, wild * 0.98, panel.values[:, VOLUME]], axis=1)
    assert check(panel.with_values(values)).findings == ()


def test_splits_are_not_looked_for_in_weekly_counts() -> None:
    base = prices()
    panel = replace(base, values=base.values[:, :1].copy(), columns=(Column("cases"),), calendars=(named("weekly"),))
    values = panel.values.copy()
    values[100:] /= 2
    assert check(panel.with_values(values)).findings == ()
    assert (
        only(check(replace(panel.with_values(values), columns=(Column("price", "close"),)))).code == "suspected_split"
    )


def test_a_frozen_stretch_is_found_with_its_length() -> None:
    panel = prices()
    values = panel.values.copy()
    values[60:69, :4] = values[60, :4]
    finding = only(check(panel.with_values(values)))
    assert finding.code == "frozen"
    assert "'S0' row 61 (2015-03-26, 9 rows)" in finding.text


def test_values_that_often_repeat_are_not_frozen() -> None:
    panel = prices(rows=3000)
    values = np.random.default_rng(0).integers(0, 2, (3000, 1)).astype(float)
    assert check(replace(panel, values=values, columns=(Column("y"),))).findings == ()


def test_a_stretch_does_not_run_from_one_series_into_the_next() -> None:
    panel = prices(series=2)
    values = panel.values.copy()
    values[297:303, :4] = 100.0  # three rows of each
    assert "frozen" not in {f.code for f in check(panel.with_values(values)).findings}


def test_days_without_a_range_are_reported_where_they_are_many() -> None:
    panel = prices()
    values = panel.values.copy()
    values[:40, 1:4] = values[:40, :1]
    assert only(check(panel.with_values(values.copy()))).code == "no_range"
    values[1:40] = panel.values[1:40]
    assert check(panel.with_values(values)).findings == ()


def test_examples_come_from_different_series_and_the_rest_is_counted() -> None:
    panel = prices(series=5)
    values = panel.values.copy()
    values[[3, 4, 5, 310, 620, 930, 1240], VOLUME] = 0
    finding = only(check(panel.with_values(values)))
    assert finding.value == 7
    assert "7 times in 5 series: 'S0' row 4" in finding.text
    assert "'S1' row 11" in finding.text
    assert "'S2' row 21" in finding.text
    assert "and 4 more" in finding.text


def test_what_the_reading_found_comes_first() -> None:
    twice = Finding("duplicates", "warning", "2 rows stand twice.", 2.0)
    found = check(replace(spoilt(10, VOLUME, 0.0), findings=(twice,))).findings
    assert [finding.code for finding in found] == ["duplicates", "zero_volume"]


def test_a_row_on_a_closed_day_is_reported() -> None:
    from longshort.data.calendars.exchange import Sessions

    saturday = int(np.datetime64("2015-01-03", "D").astype(int))
    finding = only(check(replace(prices(), calendars=(Sessions("business days", (saturday,)),))))
    assert finding.code == "rows_outside_sessions"
    assert "'S0' 2015-01-03" in finding.text


def test_dates_that_no_calendar_explains_are_reported() -> None:
    panel = prices()
    irregular = Irregular(tuple(panel.times.tolist()))
    found = check(replace(panel, calendars=(irregular,), sessions=np.arange(300)))
    assert only(found).code == "irregular_dates"


def test_the_clock_of_minutes_is_said() -> None:
    panel = replace(prices(), times=np.arange(300) * MINUTE, sessions=np.arange(300), calendars=(named("1min"),))
    assert only(check(panel)).code == "time_zone"
    assert "The time zone is not known" in only(check(panel)).text
    exchange = named("XNYS 1min")
    panel = replace(panel, times=exchange.times(np.arange(300)), calendars=(exchange,))
    assert "'UTC'" in only(check(panel)).text


def test_the_summary_is_the_json_contract() -> None:
    found = check(spoilt(10, VOLUME, 0.0))
    summary = json.loads(json.dumps(found.summary(), allow_nan=False))
    assert list(summary) == ["schema", "series", "calendar", "columns", "findings"]
    assert summary["schema"] == 1
    assert summary["calendar"] == "business days"
    assert summary["series"] == [
        {
            "unique_id": "S0",
            "rows": 300,
            "from": "2015-01-01",
            "to": "2016-02-24",
            "calendar": "business days",
            "unit": "business_day",
            "missing": 0,
            "blanks": 0,
        }
    ]
    assert summary["columns"]["Close"] == {"role": "target", "kind": "close", "lag": 0}
    assert summary["columns"]["Open"]["role"] == "past_only"
    assert list(summary["findings"][0]) == ["code", "severity", "text", "value"]


def test_the_text_says_what_the_summary_says() -> None:
    found = check(replace(spoilt(10, VOLUME, 0.0), notes=("Dates are read as %Y-%m-%d.",)))
    text = found.to_text()
    for part in ("S0: 300 rows, 2015-01-01 to 2016-02-24", "Close: target", "Dates are read", found.findings[0].text):
        assert part in text
    assert "No faults were found." in check(prices()).to_text()
    assert ", 1 business day missing, 0 blank cells" in check(without(prices(), [10])).to_text()
    assert "&lt;b&gt;" in check(replace(prices(), notes=("<b>",)))._repr_html_()
    assert "and 2 more series" in check(prices(series=5)).to_text(shown=3)


def test_calendars_that_differ_are_counted_and_named_with_each_series() -> None:
    panel = replace(prices(series=3), calendars=(named("daily"), named("business days"), named("daily")))
    found = check(panel)
    assert found.calendar == "daily (2 series), business days (1 series)"
    assert "S1: 300 rows, 2015-01-01 to 2016-02-24, 0 business days missing, 0 blank cells, business days" in (
        found.to_text()
    )
    assert "daily" not in check(panel.only(np.array([0]))).to_text().split("\n")[1]


@pytest.mark.parametrize(
    ("calendar", "said"),
    [("XNYS", "1 session has no row"), ("daily", "1 day has no row"), ("weekly", "1 week has no row"),
     ("monthly", "1 month has no row"), ("2h", "1 step has no row"), ("business days", "1 business day has no row")],
)  # fmt: skip
def test_what_is_missing_is_counted_in_the_calendars_own_unit(calendar: str, said: str) -> None:
    panel = without(prices(60), [10])
    finding = next(f for f in check(replace(panel, calendars=(named(calendar),))).findings if f.code == MISSING)
    assert said in finding.text


def faulty() -> Panel:
    """Plant one of each fault in prices of three series."""
    panel = prices(series=3)
    values = panel.values.copy()
    values[10, CLOSE] = np.nan
    values[11, OPEN] = np.nan
    values[20, LOW] = 1e4
    values[30, HIGH] = 0.0
    values[40, VOLUME] = 0.0
    values[350:360, :4] = values[350, :4]
    values[500:520, 1:4] = values[500:520, :1]
    values[700:, :4] /= 2
    sessions = panel.sessions.copy()
    sessions[800:] += 3
    irregular = Irregular(tuple(panel.times[300:600].tolist()))
    calendars = (named("XNYS 1min"), irregular, panel.calendars[0])
    findings = (Finding("few", "defect", message("checks.unsorted", n=2, where="x")),)
    return replace(panel, values=values, sessions=sessions, calendars=calendars, findings=findings)


def test_every_fault_is_told_in_korean_without_an_english_word_between() -> None:
    found = check(faulty())
    assert len({f.code for f in found.findings}) >= 12
    for said in (say(f.text, "ko") for f in found.findings):
        assert not re.search(r"[A-Za-z]+ [a-z]+", said), said
        assert re.search("[가-힣]", said)
    assert [row["text"] for row in found.summary("ko")["findings"]] == [say(f.text, "ko") for f in found.findings]
    assert not re.search("[가-힣]", found.to_text())
    assert not re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", found.to_text(lang="ko"))


def test_a_note_in_a_users_own_words_stays() -> None:
    assert "  As I said." in check(replace(prices(), notes=("As I said.",))).to_text(lang="ko")


def test_a_panel_without_dates_is_described_by_row_numbers() -> None:
    panel = prices()
    numbers = np.arange(300)
    undated = replace(panel, times=numbers, sessions=numbers, calendars=(named("numbered"),), dated=False)
    found = check(spoilt(10, VOLUME, 0.0, undated))
    assert (found.series[0]["from"], found.series[0]["to"]) == ("0", "299")
    assert "'S0' row 11 (10)" in only(found).text


def test_empty_series_are_described_without_dates() -> None:
    found = check(prices().until(0))
    assert found.series[0] == {
        "unique_id": "S0",
        "rows": 0,
        "from": None,
        "to": None,
        "calendar": "business days",
        "unit": "business_day",
        "missing": 0,
        "blanks": 0,
    }
    assert found.findings == ()


cells = st.one_of(st.just(np.nan), st.sampled_from([0.0, -1.0, 1.0, 2.0, 1e300, 5e-324]), st.floats(-1e6, 1e6))


@given(st.lists(st.lists(cells, min_size=5, max_size=5), min_size=1, max_size=12), st.integers(0, 12))
@settings(deadline=None, max_examples=60)
def test_any_finite_or_blank_values_are_survived_and_counted(table: list[list[float]], cut: int) -> None:
    values: NDArray[np.float64] = np.array(table)
    rows = len(values)
    panel = replace(
        prices(rows),
        values=values,
        offsets=np.array([0, min(cut, rows), rows]),
        ids=("a", "b"),
        calendars=(named("business days"),) * 2,
    )
    found = check(panel)
    json.dumps(found.summary(), allow_nan=False)
    assert sum(one["blanks"] for one in found.series) == np.isnan(values).sum()
    counted = {f.code: f.value for f in found.findings}
    assert counted.get("zero_volume", 0) == np.sum(values[:, VOLUME] == 0)
    assert counted.get("blank_target", 0) == np.isnan(values[:, CLOSE]).sum()


def test_the_known_faults_of_the_dow_are_found(shared_data: Path) -> None:
    from longshort import read

    found = {f.code: f for f in check(read(shared_data / "djia30", target="Close")).findings}
    assert "'AMZN' row 1,405 (2011-08-02, Open 220.32, High 214.83)" in found["open_above_high"].text
    assert "2010-04-01" in found["missing_sessions"].text
    assert found["missing_sessions"].value == 6
    assert "2017-07-31" in found["blank_inputs"].text
    assert "suspected_split" not in found
