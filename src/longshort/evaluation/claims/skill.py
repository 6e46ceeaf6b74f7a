"""The claim of skill: better than every simple forecast that applies, by an intersection-union test."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import polars as pl
from scipy.special import ndtri

from longshort.claims.structs import LeftOut, Skill
from longshort.evaluation.claims.thresholds import COVERS, MATTERS, ONE_SIDED, POWER, TOLD
from longshort.evaluation.comparison import holm
from longshort.evaluation.skill import overall_skill
from longshort.evaluation.trials import deflated

Kind = TypeVar("Kind", bound=Skill)
NOTICED = float((ndtri(1 - ONE_SIDED) + ndtri(POWER)) / (2 * ndtri(1 - ONE_SIDED)))
"""The smallest effect found in 80 % of cases over the width of a 95 % interval: 2.8 standard errors over 3.92."""


def skill_claim(
    kind: type[Kind],
    skill: pl.DataFrame,
    model: str,
    metric: str,
    *,
    forecasts: int,
    trials: int = 1,
    left_out: Sequence[LeftOut] = (),
    mechanical: bool = False,
    reason: str = "",
) -> Kind:
    """Judge a model's skill in one metric against all of its baselines; not judged where there is none to beat.

    `skill` is the table of `skill.skill_table`; `forecasts` counts those with an outcome; `trials` the models that were
    tried on these outcomes (Sidak's correction). A baseline that forecasts too little of what the model does is left
    out. "No" needs one baseline that is better, after Holm's correction over all of them: it is a statement about any.
    """
    rows = overall_skill(skill, model, metric)
    short = [LeftOut(str(row["baseline"]), "history") for row in rows if row["covers"] < COVERS]
    rows = [row for row in rows if row["covers"] >= COVERS]
    about: dict[str, Any] = {
        "model": model,
        "metric": metric,
        "forecasts": forecasts,
        "trials": trials,
        "left_out": (*left_out, *short),
        "mechanical": mechanical,
    }
    if reason or not rows:
        return kind(reason=reason or "no_baseline", **about)
    about["baselines"] = tuple(row["baseline"] for row in rows)
    tested = [row for row in rows if row["p_value"] is not None]
    toughest = max(tested or rows, key=toughness)
    gain = min(row["value"] for row in rows)
    if len(tested) < len(rows):  # too few to test against one of them: against all of them, nothing is shown
        untested = [row for row in rows if row["p_value"] is None]
        return kind(answer="not_shown", **about, **numbers(min(untested, key=lambda row: row["value"]), None))
    p_value = deflated(toughest["p_value"], trials)
    about["smallest_gain"] = gain
    if p_value < ONE_SIDED:
        small = gain < MATTERS
        named = min(rows, key=lambda row: row["value"]) if small else toughest  # the one over which it is too small
        won = wins(skill, model, metric, named["baseline"])
        p_value = deflated(named["p_value"], trials)
        return kind(answer="yes", too_small=small, **about, **won, **numbers(named, p_value))
    worse = holm(np.array([1 - row["p_value"] for row in rows]))
    worst = int(np.argmin(worse))
    if worse[worst] < ONE_SIDED:
        return kind(answer="no", **about, **numbers(rows[worst], float(worse[worst])))
    won = wins(skill, model, metric, toughest["baseline"])
    return kind(answer="not_shown", **about, **won, **numbers(toughest, p_value))


def toughness(row: dict[str, Any]) -> tuple[float, float]:
    """Order baselines: the largest p-value first, of those that are equal to 0.001 the one with the lowest loss."""
    p_value, value = row["p_value"], row["value"]
    return (max(float(p_value), TOLD) if isinstance(p_value, float) else 1.0, -float(value))


def numbers(row: dict[str, Any], p_value: float | None) -> dict[str, Any]:
    """Take from a row of the table what a claim shows of the baseline that it names."""
    low, high = row["low"], row["high"]
    known = isinstance(low, float) and isinstance(high, float) and row["p_value"] is not None
    return {
        **{name: row[name] for name in ("baseline", "value")},
        "low": low if known else None,
        "high": high if known else None,
        "p_value": p_value,
        "detectable": NOTICED * (high - low) if known else None,
    }


def wins(skill: pl.DataFrame, model: str, metric: str, baseline: str) -> dict[str, Any]:
    """Count the series in which the model certainly beats a baseline, after Holm's correction; none for one series."""
    rows = skill.filter(
        (pl.col("model") == model)
        & (pl.col("metric") == metric)
        & (pl.col("baseline") == baseline)
        & pl.col("unique_id").is_not_null()
        & pl.col("step").is_null()
    )
    if len(rows) < 2:
        return {"series_won": None, "series": None}
    corrected = holm(rows["p_value"].cast(pl.Float64).fill_null(np.nan).to_numpy())
    return {"series_won": int((corrected < ONE_SIDED).sum()), "series": len(rows)}
