"""The claim about direction or class: right more often than the most frequent one, and than every baseline's calls."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from longshort.claims.structs import Direction
from longshort.evaluation.arrays import Grid
from longshort.evaluation.claims.skill import NOTICED
from longshort.evaluation.claims.thresholds import COVERS, MATTERS_POINTS, ONE_SIDED
from longshort.evaluation.comparison import holm
from longshort.evaluation.direction import SCHEMA, mean_of
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.trials import deflated
from longshort.results.forecast import Forecast

MAJORITY_RULE = "majority"
GAINS = {
    "baseline": pl.String,
    "accuracy": pl.Float64,
    **{name: SCHEMA[name] for name in ("value", "low", "high", "p_value")},
    "covers": pl.Float64,
}


def direction_gains(model: Forecast, baselines: Sequence[Forecast], outcomes: Outcomes, grid: Grid) -> pl.DataFrame:
    """Compare a model's calls with each baseline's, outcome by outcome, over all series and steps.

    `accuracy` is the baseline's on the outcomes that both call, `value` what the model is right more often (a
    fraction), with its 95 % interval and the one-sided p-value of no more. A baseline without calls has no row.
    """
    truth, own = outcomes.truth(model), outcomes.called(model)
    right = np.where(np.isnan(truth) | np.isnan(own), np.nan, truth == own)
    overlap, rows = int(grid.overlap(model)[-1]), []
    for baseline in baselines:
        theirs = _laid_on(model, baseline, outcomes, grid)
        both = np.where(np.isnan(right) | np.isnan(theirs), np.nan, right - theirs)
        known = ~np.isnan(both)
        if known.any():
            covers = float(known.sum() / (~np.isnan(right)).sum())
            accuracy = float(theirs[known].mean())
            rows.append((baseline.model, accuracy, *mean_of(both, grid.moments(model), overlap)[:4], covers))
    return pl.DataFrame(rows, schema=GAINS, orient="row").fill_nan(None)


def _laid_on(model: Forecast, baseline: Forecast, outcomes: Outcomes, grid: Grid) -> np.ndarray[Any, Any]:
    """Say with 1 or 0 whether the baseline's call is right, in the order of the model's pairs; NaN without one."""
    truth, call = outcomes.truth(baseline), outcomes.called(baseline)
    hit = np.where(np.isnan(truth) | np.isnan(call), np.nan, truth == call)
    theirs, by_place = grid.ordered(baseline)
    out = np.full(model.mean.shape, np.nan)
    if len(theirs):
        found = np.minimum(np.searchsorted(theirs, grid.places(model)), len(theirs) - 1)
        same = theirs[found] == grid.places(model)
        steps = min(model.horizon, baseline.horizon)
        out[np.flatnonzero(same)[:, None], np.arange(steps)] = hit[by_place[found[same]]][:, :steps]
    return out


def direction_claim(
    table: pl.DataFrame,
    gains: pl.DataFrame,
    model: str,
    outcomes: Outcomes,
    *,
    trials: int = 1,
    mechanical: bool = False,
    reason: str = "",
) -> Direction:
    """Judge a model's calls; `table` is that of `direction.direction_table`, `gains` that of `direction_gains`.

    The rules to beat are the most frequent direction and every baseline's calls, each compared outcome by outcome; the
    largest p-value decides, as in `skill.skill_claim`.
    """
    overall = table.filter((pl.col("model") == model) & pl.col("step").is_null())
    rows = {row["metric"]: row for row in overall.iter_rows(named=True)}
    if reason or "accuracy" not in rows:
        return Direction(model=model, kind=outcomes.kind, reason=reason or "no_calls")
    accuracy, gain = rows["accuracy"], rows["gain"]
    about = {
        "model": model,
        "kind": outcomes.kind,
        "accuracy": accuracy["value"],
        "low": accuracy["low"],
        "high": accuracy["high"],
        "forecasts": accuracy["n"],
        "brier": rows["brier"]["value"] if "brier" in rows else None,
        "mechanical": mechanical,
    }
    rules = [{**gain, "baseline": MAJORITY_RULE, "accuracy": rows["majority"]["value"]}]
    rules += [row for row in gains.iter_rows(named=True) if row["covers"] >= COVERS]
    toughest = max(rules, key=lambda rule: (_certain(rule["p_value"]), -rule["value"]))
    about |= _numbers(toughest)
    p_value = toughest["p_value"]
    if p_value is None:
        return Direction(answer="not_shown", **about)
    p_value = deflated(p_value, trials)
    if p_value < ONE_SIDED:
        least = min(rule["value"] for rule in rules)
        return Direction(answer="yes", too_small=least < MATTERS_POINTS, p_value=p_value, **about)
    tested = [rule for rule in rules if rule["p_value"] is not None]
    worse = holm(np.array([1 - rule["p_value"] for rule in tested]))
    if len(tested) and worse.min() < ONE_SIDED:
        worst = tested[int(np.argmin(worse))]
        return Direction(answer="no", **about | _numbers(worst), p_value=float(worse.min()))
    return Direction(answer="not_shown", p_value=p_value, **about)


def _certain(p_value: float | None) -> float:
    return 2.0 if p_value is None else p_value


def _numbers(rule: dict[str, Any]) -> dict[str, Any]:
    low, high = rule["low"], rule["high"]
    return {
        "baseline": rule["baseline"],
        "baseline_accuracy": rule["accuracy"],
        "gain": rule["value"],
        "gain_low": low,
        "gain_high": high,
        "detectable": None if low is None or high is None else NOTICED * (high - low),
    }
