"""Where models meet: moments, overlaps, and how many independent forecasts there are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from longshort.evaluation import skill, tables
from longshort.evaluation.arrays import grid_of, overlap_of
from longshort.evaluation.effective import effective_table
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.skill import skill_table
from longshort.evaluation.tables import tabulate
from longshort.evaluation.trials import deflated, trials_allowed

Build = Callable[..., Any]
CHANGE = Outcomes("change")
HOUR = 3_600_000_000


def at_times_of_their_own(forecast: Any) -> Any:
    """Let each series report some minutes after the one before it."""
    late = (forecast.series * HOUR // 12).astype(np.int64)
    return replace(forecast, cutoffs=forecast.cutoffs + late, ds=forecast.ds + late[:, None])


def test_series_that_report_at_times_of_their_own_give_the_same_answer_as_if_they_did_not(past: Build) -> None:
    here = past(series=6)
    forecasts = [here.forecast("lstm", 3, shift=0.1), here.forecast("naive", 3)]
    own = [at_times_of_their_own(forecast) for forecast in forecasts]
    assert len(grid_of(own).times) == 6 * len(grid_of(forecasts).times)
    tables = [skill_table(each[:1], each[1:], grid_of(each), CHANGE) for each in (forecasts, own)]
    assert tables[0].equals(tables[1])


def test_times_that_most_series_share_are_moments_each(past: Build) -> None:
    forecast = past(series=3).forecast("a")
    without_some = forecast.select(np.random.default_rng(0).random(len(forecast)) < 0.7)
    grid = grid_of([without_some])
    assert grid.moment.tolist() == list(range(len(grid.times)))


@pytest.mark.parametrize(("every", "expected"), [(1, [0, 1, 2, 3, 4, 4]), (2, [0, 0, 1, 1, 2, 2]), (5, [0] * 6)])
def test_overlap_is_counted_in_cutoffs(past: Build, every: int, expected: list[int]) -> None:
    forecast = past(series=2).forecast("a", 5)
    chosen = forecast.select(np.arange(0, 250, every))
    assert overlap_of(chosen).tolist() == expected


def test_models_meet_on_the_pairs_that_both_have_in_whatever_order_they_stand(past: Build) -> None:
    here = past(series=2)
    lstm, naive = here.forecast("lstm", 2, shift=0.1), here.forecast("naive", 2)
    shuffled = np.random.default_rng(0).permutation(len(lstm))
    part = np.sort(shuffled[:300])
    pair = [lstm.select(part), naive.select(part)]
    expected = skill_table(pair[:1], pair[1:], grid_of(pair), CHANGE)
    pair = [lstm.select(shuffled[:300]), naive]
    found = skill_table(pair[:1], pair[1:], grid_of(pair), CHANGE)
    assert len(found) > 2
    assert_frame_equal(found, expected, rel_tol=1e-12, abs_tol=0)


def test_an_independent_forecast_is_one_that_shares_no_session_and_no_shock(past: Build) -> None:
    def independent(forecast: Any, step: int | None) -> float:
        table = effective_table([forecast], grid_of([forecast]))
        at = pl.col("step").is_null() if step is None else pl.col("step") == step
        return float(table.filter(at)["independent"][0])

    alone = past().forecast("a", 5)
    assert independent(alone, 1) == 250
    assert independent(alone, 5) == pytest.approx(246 / 5)
    assert independent(alone, None) == 250 / 5
    copies = past(np.repeat(past().panel.target[None], 8, axis=0)).forecast("a", 5)
    assert independent(copies, 1) == pytest.approx(250)
    crowd = past(series=8).forecast("a", 5)
    assert 1200 < independent(crowd, 1) <= 2000
    assert independent(crowd.select(np.arange(0, len(crowd), 250)), 1) == 1  # one cutoff: no telling what they share


def test_many_trials_make_a_p_value_worth_less() -> None:
    assert deflated(0.02, 1) == pytest.approx(0.02)
    assert deflated(0.02, 10) == pytest.approx(1 - 0.98**10)
    assert deflated(1e-18, 5) == pytest.approx(5e-18)
    assert deflated(1.0, 3) == 1.0
    for p in (0.04, 0.003, 1e-5):
        allowed = trials_allowed(p, 0.05)
        assert deflated(p, allowed) < 0.05 <= deflated(p, allowed + 1)


def test_of_many_series_only_the_judged_models_are_tabulated_one_by_one(
    past: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = past(series=3)
    names = ("lstm", "naive", "drift", "volatility_cone")
    forecasts = [here.forecast(name, 2, shift=0.1 * i, sigma=1.2) for i, name in enumerate(names)]
    full = tabulate(forecasts[:1], forecasts[1:], here.panel, CHANGE)
    for module in (skill, tables):
        monkeypatch.setattr(module, "ONE_BY_ONE", 2)
    lean = tabulate(forecasts[:1], forecasts[1:], here.panel, CHANGE)
    alone, ours = pl.col("unique_id").is_not_null(), pl.col("model") == "lstm"
    kept = {"scores": ours, "skill": pl.lit(False)}
    for name, rows in kept.items():
        whole = getattr(full, name)
        assert_frame_equal(getattr(lean, name), whole.filter(~alone | rows), rel_tol=1e-12, abs_tol=0)
        assert len(getattr(lean, name)) < len(whole)
