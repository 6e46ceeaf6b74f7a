"""The season that a calendar offers and the data show, on simulated data and on files that users bring."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.seasons import look, mean_difference, seasons_of


def panel_on(calendar, *series):
    """Put series on the first sessions of a calendar since 2015, each on all of its rows."""
    calendar = named(calendar)
    start = int(calendar.numbers(calendar.times(np.array([400])))[0])
    numbers = [start + np.arange(len(values)) for values in series]
    return Panel(
        values=np.concatenate(series).astype(float)[:, None],
        times=np.concatenate([calendar.times(each) for each in numbers]),
        sessions=np.concatenate(numbers),
        offsets=np.concatenate([[0], np.cumsum([len(values) for values in series])]),
        ids=tuple(f"S{place}" for place in range(len(series))),
        columns=(Column("y"),),
        calendars=(calendar,) * len(series),
    )


def found(panel, **options):
    return seasons_of(panel, **{"until": int(panel.times.max())} | options).tolist()


def noise(rows, seed=0):
    return np.random.default_rng(seed).normal(size=rows)


def wave(rows, season, size=3.0, seed=0):
    return size * np.sin(2 * np.pi * np.arange(rows) / season) + noise(rows, seed)


def test_what_repeats_has_a_season():
    assert found(panel_on("monthly", wave(144, 12))) == [12]
    assert found(panel_on("quarterly", wave(80, 4))) == [4]
    assert found(panel_on("daily", wave(140, 7))) == [7]
    assert found(panel_on("weekly", wave(260, 52))) == [52]


@pytest.mark.parametrize("calendar", ["monthly", "daily", "hourly", "weekly"])
@pytest.mark.parametrize("seed", range(5))
def test_noise_a_walk_and_a_trend_have_none(calendar, seed):
    values = noise(1200, seed)
    assert found(panel_on(calendar, values)) == [1]
    assert found(panel_on(calendar, np.cumsum(values))) == [1]
    assert found(panel_on(calendar, np.arange(1200) + values)) == [1]


def test_a_trend_or_a_walk_hides_no_season():
    rows = np.arange(240)
    assert found(panel_on("monthly", wave(240, 12) + 0.2 * rows)) == [12]
    assert found(panel_on("monthly", wave(240, 12) + np.cumsum(noise(240, 1)) / 2)) == [12]


def test_hours_may_have_a_day_or_a_week_and_the_stronger_counts():
    days = np.arange(24 * 7 * 8)
    working = ((days // 24) % 7 < 5) * 1.0
    assert found(panel_on("hourly", wave(len(days), 24))) == [24]
    assert found(panel_on("hourly", wave(len(days), 24) * working + 5 * working)) == [168]


def test_rows_without_dates_are_looked_at_too():
    assert found(panel_on("numbered", wave(200, 12))) == [12]
    assert found(panel_on("numbered", noise(200))) == [1]


def test_a_history_too_short_to_see_any_has_the_calendars_own():
    assert found(panel_on("monthly", noise(14))) == [12]
    assert found(panel_on("yearly", noise(14))) == [1]


def test_a_length_that_is_asked_for_overrides_all():
    panel = panel_on("monthly", wave(144, 12), noise(144))
    assert found(panel, wanted=6) == [6, 6]
    assert found(panel, wanted=1) == [1, 1]


def test_all_series_of_a_calendar_share_their_season():
    panel = panel_on("monthly", *(wave(144, 12, seed=seed) for seed in range(4)), noise(144))
    assert found(panel) == [12] * 5


def beside(one, other):
    """Put two panels of one series each side by side."""
    joined = {
        name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in ("times", "sessions", "values")
    }
    offsets = np.array([0, len(one.times), len(one.times) + len(other.times)])
    return replace(one, offsets=offsets, ids=("S0", "S1"), calendars=one.calendars + other.calendars, **joined)


def test_each_calendar_has_its_own():
    assert found(beside(panel_on("monthly", wave(144, 12)), panel_on("daily", wave(144, 7)))) == [12, 7]
    twelve_days = panel_on("daily", wave(144, 12))  # no season that days have, and none of the months beside them
    assert found(beside(panel_on("monthly", noise(144)), twelve_days)) == [1, 1]


def test_blanks_and_gaps_shift_nothing():
    values = wave(240, 12)
    values[::5] = np.nan
    panel = panel_on("monthly", values)
    assert found(panel) == [12]
    assert found(panel._keep(np.arange(240) % 7 != 2)) == [12]


def test_values_are_compared_that_lie_exactly_so_far_apart():
    sessions = np.delete(np.arange(14), 3)
    values = sessions**2.0
    apart = [(now**2 - (now - 2) ** 2) for now in range(2, 14) if 3 not in (now, now - 2)]
    assert mean_difference(values, sessions, 2) == pytest.approx(np.mean(apart))
    assert mean_difference(np.arange(20.0), 3 * np.arange(20), 1) is None
    assert mean_difference(np.arange(7.0), np.arange(7), 1) is None  # fewer than eight pairs


def test_only_what_was_known_at_the_time_decides():
    values = np.concatenate([noise(144), wave(600, 12, size=9.0)])
    panel = panel_on("monthly", values)
    assert found(panel, until=int(panel.times[143])) == [1]
    assert found(panel) == [12]


def test_what_never_changes_shows_nothing():
    panel = panel_on("monthly", np.full(100, 4.0))
    assert look(panel, [0], 12) is None
    assert found(panel) == [12]


FIELD = [
    ("01_noise.csv", 1),
    ("01_weekly_pattern.csv", 7),
    ("08_amzn_history.csv", 1),
    ("23_intermittent_demand.csv", 1),
]
REAL = [
    ("AirPassengers.csv", 12),
    ("ausbeer.csv", 4),
    ("us_gasoline.csv", 52),
    ("temps.csv", 365),
    ("taxi_new_york_passengers.csv", 336),
    ("monthly-sunspots.csv", 1),  # of eleven years, not of one
    ("Lynx.csv", 1),
]


@pytest.mark.parametrize(("name", "season"), FIELD)
def test_files_that_users_bring_have_the_season_that_they_have(shared_data, name, season):
    file = shared_data.parent / "field" / name
    if not file.is_file():
        pytest.skip(f"users' files are not on this machine (looked for {name} beside the real data)")
    assert set(found(ls.read(file))) == {season}


@pytest.mark.parametrize(("name", "season"), REAL)
def test_classic_series_have_the_season_that_they_are_known_for(shared_data, name, season):
    assert found(ls.read(shared_data / "classic" / name)) == [season]


def test_a_stock_has_none(shared_data):
    (file,) = shared_data.glob("djia30/AMZN*.csv")
    assert found(ls.read(file)) == [1]


def test_a_table_with_hourly_load_has_a_week():
    hours = pl.datetime_range(pl.datetime(2023, 1, 2), pl.datetime(2023, 4, 2), "1h", eager=True, closed="left")
    rows = np.arange(len(hours))
    load = 50 + 10 * np.sin(2 * np.pi * rows / 24) - 20 * ((rows // 24) % 7 >= 5) + noise(len(rows))
    assert found(ls.read(pl.DataFrame({"date": hours, "load": load}))) == [168]
