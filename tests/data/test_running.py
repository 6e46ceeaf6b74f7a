from dataclasses import replace

import numpy as np
import pytest

from longshort.data import running
from longshort.data.calendars import named
from longshort.data.features import features
from longshort.data.panel import Column, Panel
from longshort.data.running import Inputs, Mean
from longshort.data.transforms import Transform, fit_coordinates, target_affine
from longshort.data.volatility import ewm_mean
from longshort.errors import DataError

HORIZON = 4
EVERY = (
    Column("Close", "close"),
    Column("High", "high"),
    Column("Low", "low"),
    Column("Open", "open"),
    Column("Volume", "volume"),
    Column("rate"),
    Column("size", known="static"),
    Column("weekday", known="known_future"),
)
SOME = ([0], [0, 1, 2], [0, 4], [0, 5], [0, 6, 7], list(range(8)))


def make(rows=300, chosen=range(8), blank=0.05, seed=0):
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(0.01 * random.standard_normal(rows)))
    close[40:80] = close[40]  # a frozen stretch
    table = np.stack(
        [
            close,
            close * np.exp(np.abs(0.005 * random.standard_normal(rows))),
            close * np.exp(-np.abs(0.005 * random.standard_normal(rows))),
            close * np.exp(0.002 * random.standard_normal(rows)),
            random.lognormal(10, 0.3, rows) * (random.random(rows) > 0.02),
            np.where(np.arange(rows) % 100 < 40, 3.0, random.standard_normal(rows).cumsum()),
            np.full(rows, 2.0),
            np.arange(rows) % 7.0,
        ],
        axis=1,
    )
    table[random.random(table.shape) < blank] = np.nan
    table[:3, :6] = np.nan
    sessions = np.cumsum(random.integers(1, 4, rows))
    return Panel(
        values=table[:, list(chosen)],
        times=sessions * 86_400_000_000,
        sessions=sessions,
        offsets=np.array([0, rows]),
        ids=("a",),
        columns=tuple(EVERY[i] for i in chosen),
        calendars=(named("daily"),),
    )


def fitted(panel, name):
    return fit_coordinates(panel, Transform(name=name), np.ones(len(panel.times), bool))


@pytest.mark.parametrize("end", [1, 2, 100])
@pytest.mark.parametrize("chosen", SOME)
@pytest.mark.parametrize("name", ["log_return", "difference", "standardise", "minmax", "none", "window_log_ratio"])
def test_row_by_row_gives_what_features_give_for_the_whole(name, chosen, end):
    panel = make(chosen=chosen)
    coordinates = fitted(panel, name)
    _, wanted = features(panel, coordinates, HORIZON)
    loc, scale = target_affine(panel, coordinates, HORIZON)
    going = Inputs(panel, coordinates, HORIZON, end)
    for row in range(end, len(panel.times)):
        given = going.step(panel.values[row].tolist(), int(panel.sessions[row]))
        np.testing.assert_allclose(given, wanted[row], rtol=1e-12, atol=1e-12, err_msg=str(row))
        np.testing.assert_allclose([going.loc, going.scale], [loc[row], scale[row, 0]], rtol=1e-12)
    assert going.session == panel.sessions[-1]


def test_sessions_that_nobody_announced_repeat_the_row_itself():
    panel = make(chosen=[0, 7], blank=0.0)
    coordinates = fitted(panel, "log_return")
    cut = panel.until(int(panel.times[200]))
    going = Inputs(cut.until(int(panel.times[199])), coordinates, HORIZON, 200)
    given = going.step(panel.values[200].tolist(), int(panel.sessions[200]))
    np.testing.assert_allclose(given, features(cut, coordinates, HORIZON)[1][-1], rtol=1e-12)
    assert len(set(given[-HORIZON:])) == 1


def test_the_newest_target_stays_while_targets_are_blank():
    panel = make(chosen=[0], blank=0.0)
    going = Inputs(panel, fitted(panel, "log_return"), HORIZON, 300)
    going.step([np.nan], going.session + 1)
    assert going.last == panel.target[-1]
    assert going.loc == pytest.approx(np.log(panel.target[-1]))


def test_rows_long_past_are_not_counted_and_not_missed(monkeypatch):
    panel = make(rows=700)
    panel = replace(panel, values=panel.values[:, :7], columns=panel.columns[:7])
    coordinates = fitted(panel, "log_return")
    monkeypatch.setattr(running, "YEAR", 4.0)
    monkeypatch.setattr(running, "SLOW", 4.0)
    whole = Inputs(panel, coordinates, HORIZON, 690)
    monkeypatch.setattr(running, "MEMORY", 600)
    short = Inputs(panel, coordinates, HORIZON, 690)
    for row in range(690, 700):
        values, session = panel.values[row].tolist(), int(panel.sessions[row])
        np.testing.assert_allclose(short.step(values, session), whole.step(values, session), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("halflife", [0.5, 6.0, 250.0, np.inf])
def test_a_mean_step_by_step_is_the_mean_of_all_bit_for_bit(halflife):
    panel = make(chosen=[5])
    mean = Mean(halflife)
    given = [mean.step(value) for value in panel.target.tolist()]
    np.testing.assert_array_equal(given, ewm_mean(panel, panel.target, halflife))


def test_a_series_without_numbers_of_its_own_is_refused():
    panel = make(chosen=[0])
    with pytest.raises(DataError, match="'b'"):
        Inputs(replace(panel, ids=("b",)), fitted(panel, "minmax"), HORIZON, 10)
