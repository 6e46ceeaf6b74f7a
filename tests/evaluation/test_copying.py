"""A copy of the past is found out whatever its noise, scale and drift; an honest forecast is not called one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.signal import lfilter

from longshort.claims import Copy, PointSkill
from longshort.evaluation.claims.copy import copy_claim
from longshort.evaluation.copying import SCHEMA, copy_table, regress
from longshort.evaluation.findings import copying
from longshort.evaluation.lagged import cutoff_rows
from longshort.finding import Finding

Build = Callable[..., Any]
EVEN, LOST, WON = ({"value": v, "p_value": p} for v, p in ((0.0, 0.5), (-0.2, 0.9995), (0.05, 0.005)))
SHOWN, NOT_SHOWN = PointSkill(answer="yes"), PointSkill(answer="not_shown")


def ar(phi: float, n: int = 561, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    shocks = random.standard_normal(n)
    return 100 + (np.cumsum(shocks) if phi == 1 else lfilter([1.0], [1.0, -phi], shocks))


def judged(past: Any, centre: Callable[[np.ndarray], np.ndarray], naive: Any = None, point: Any = NOT_SHOWN) -> Copy:
    """Judge a one-step forecast; `naive` is its row of the skill table against repeating the last value."""
    forecast = past.forecast("m")
    forecast = replace(forecast, mean=centre(forecast.last)[:, None])
    return copy_claim(copy_table([forecast], past.panel), "m", naive, point)


def warned(claim: Copy, naive: float | None = None) -> Finding:
    (finding,) = copying(claim, naive, "session")
    return finding


def metric(table: pl.DataFrame, name: str, column: str = "value") -> float:
    return float(table.filter(pl.col("metric") == name)[column].item())


def test_copies_of_yesterday_with_noise_scale_and_drift_are_found(past: Build) -> None:
    random = np.random.default_rng(1)
    found = []
    for seed in range(50):
        scale, drift, noise = random.uniform(0.9, 1.1), random.uniform(-2, 2), random.uniform(0, 0.8)
        here = past(ar(1.0, seed=seed), history=60)
        copy = judged(here, lambda x: scale * x + drift + noise * random.standard_normal(len(x)))  # noqa: B023
        found.append(copy.answer)
    assert found.count("not_shown") >= 47  # on a random walk, that it is one cannot be told


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.5, 0.9])
def test_honest_forecasts_of_what_returns_are_no_copies(past: Build, phi: float) -> None:
    found = [judged(past(ar(phi, seed=s), history=60), lambda x: 100 + phi * (x - 100)) for s in range(30)]
    assert sum(each.answer in ("yes", "not_shown") for each in found) <= 2


def test_a_copy_of_a_random_walk_is_a_reproach_only_where_it_loses(past: Build) -> None:
    here = past(ar(1.0), history=60)
    even, lost = (judged(here, lambda x: x + 0.1, naive) for naive in (EVEN, LOST))
    assert (even.answer, lost.answer) == ("not_shown", "yes")
    assert (even.lag, even.share) == (1, pytest.approx(1))
    assert list(copying(even, 0.0, "session")) == []
    finding = warned(lost, -0.2)
    assert (finding.code, finding.severity) == ("lagged_copy", "warning")
    assert "100 % of its movement is that of the value 1 session earlier" in finding.text
    assert "20 % above that of repeating the last value" in finding.text


def test_nothing_that_beats_repeating_the_last_value_or_all_simple_forecasts_is_a_copy(past: Build) -> None:
    here = past(ar(1.0), history=60)
    assert judged(here, lambda x: x + 0.1, WON).answer == "no"
    assert judged(here, lambda x: x + 0.1, LOST, SHOWN).answer == "no"


def test_a_loss_below_one_percent_is_no_reproach(past: Build) -> None:
    here = past(ar(1.0), history=60)
    assert judged(here, lambda x: x + 0.1, LOST | {"value": -0.009}).answer == "not_shown"
    assert judged(here, lambda x: x + 0.1, LOST | {"p_value": None}).answer == "not_shown"


def test_a_copy_of_what_does_return_is_a_reproach(past: Build) -> None:
    claim = judged(past(ar(0.5), history=60), lambda x: x)
    assert claim.answer == "yes"
    assert "the series returns to its mean and could be forecast" in warned(claim, 0.0).text


@pytest.mark.parametrize("sessions", [2, 3, 7])
def test_a_copy_of_what_is_older_is_found_at_its_lag(past: Build, sessions: int) -> None:
    here = past(ar(1.0), history=60)
    rows = cutoff_rows(here.forecast("m"), here.panel)
    older = here.panel.target[rows + 1 - sessions]
    table = copy_table([replace(here.forecast("m"), mean=older[:, None])], here.panel)
    assert metric(table, "best_lag") == sessions
    assert metric(table, "share_of_best") == pytest.approx(1)
    claim = copy_claim(table, "m", None, NOT_SHOWN)
    assert (claim.answer, claim.lag) == ("yes", sessions)
    assert f"that of the value {sessions} sessions earlier" in warned(claim).text


def test_the_future_itself_has_lag_zero_and_worth_one(past: Build) -> None:
    here = past(ar(1.0), history=60)
    forecast = here.forecast("m")
    noise = 0.1 * np.random.default_rng(0).standard_normal(forecast.y.shape)
    table = copy_table([replace(forecast, mean=forecast.y + noise)], here.panel)
    assert dict(table.schema) == SCHEMA
    assert metric(table, "best_lag") == 0
    assert metric(table, "weight_today") == pytest.approx(1, abs=0.05)
    assert metric(table, "weight_yesterday") == pytest.approx(0, abs=0.05)
    assert metric(table, "worth", "low") < 1 < metric(table, "worth", "high") + 0.02
    assert copy_claim(table, "m", None, NOT_SHOWN).answer == "no"


def test_slopes_and_errors_are_those_of_newey_and_west() -> None:
    """By hand, as in the paper: (X'X)^-1 (sum of weighted products of scores) (X'X)^-1, the mean's correction apart."""
    random = np.random.default_rng(0)
    x = lfilter([1.0], [1.0, -0.6], random.standard_normal((300, 2)), axis=0)
    y = x @ [0.5, -1.0] + lfilter([1.0], [1.0, -0.5], random.standard_normal(300))
    design = np.column_stack([np.ones(300), x])
    slopes, *_ = np.linalg.lstsq(design, y, rcond=None)
    scores = design * (y - design @ slopes)[:, None]
    lags = int(np.ceil(np.cbrt(300)))
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        product = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (product + product.T)
    inverse = np.linalg.inv(design.T @ design)
    errors = np.sqrt(np.diag(inverse @ middle @ inverse))[1:]
    found = np.array(regress(y, x, np.arange(300)))
    assert found[:, 0] == pytest.approx(slopes[1:])
    assert (found[:, 2] - found[:, 1]) / 2 / 1.968 == pytest.approx(errors, rel=0.01)


def test_scale_and_several_series_make_no_difference(past: Build) -> None:
    values = np.stack([ar(1.0, seed=s) for s in range(4)])
    noise = np.random.default_rng(0).standard_normal(4 * 500)
    tables = []
    for scale in (np.ones(4), np.array([1e-3, 1.0, 50.0, 1e4])):
        here = past(values * scale[:, None], history=60)
        forecast = here.forecast("m")
        own = scale[forecast.series]
        centre = forecast.last + own * noise[: len(own)]
        tables.append(copy_table([replace(forecast, mean=centre[:, None])], here.panel))
    assert metric(tables[1], "share_of_yesterday") == pytest.approx(1 / 3, abs=0.05)  # no move from series to series
    for name in ("share_of_yesterday", "worth", "weight_today", "return"):
        assert metric(tables[0], name) == pytest.approx(metric(tables[1], name), abs=1e-6)


def test_nothing_is_said_of_what_never_moves_or_is_too_short(past: Build) -> None:
    here = past(ar(1.0), history=60)
    still = replace(here.forecast("m"), mean=np.full((500, 1), 100.0))
    assert copy_table([still], here.panel).is_empty()
    short = here.forecast("m").select(np.arange(20))
    assert copy_table([short, here.forecast("n", blind=True)], here.panel).is_empty()
    claim = copy_claim(copy_table([short], here.panel), "m", None, NOT_SHOWN)
    assert (claim.answer, claim.reason) == ("not_judged", "no_movement")


def test_cutoffs_that_the_panel_does_not_have_are_minus_one(past: Build) -> None:
    here = past(np.stack([ar(1.0, 80), ar(1.0, 80)]), history=60)
    forecast = here.forecast("m")
    rows = cutoff_rows(forecast, here.panel)
    assert (here.panel.times[rows] == forecast.cutoffs).all()
    assert (here.panel.series[rows] == forecast.series).all()
    off = replace(forecast, cutoffs=np.where(np.arange(len(forecast)) == 3, forecast.cutoffs + 1, forecast.cutoffs))
    assert np.flatnonzero(cutoff_rows(off, here.panel) == -1).tolist() == [3]
    other = replace(forecast, ids=("s1", "unknown"))
    assert (cutoff_rows(other, here.panel) >= 0).tolist() == (forecast.series == 0).tolist()
    assert (here.panel.series[cutoff_rows(other, here.panel)[forecast.series == 0]] == 1).all()
    late = replace(forecast, cutoffs=forecast.cutoffs + here.panel.times[-1])
    assert (cutoff_rows(late, here.panel) == -1).all()
