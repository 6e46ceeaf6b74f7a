"""The claim about copying: whether the forecast is the past again."""

from typing import Any

import polars as pl

from longshort.claims.structs import Copy, PointSkill
from longshort.evaluation.claims.thresholds import SIGNIFICANT
from longshort.evaluation.copying import SHARE, WORTH

WORSE = -0.01
"""A loss of less than one percent against repeating the last value is no sign of a defect."""


def copy_claim(
    table: pl.DataFrame, model: str, naive: dict[str, Any] | None, point: PointSkill, reason: str = ""
) -> Copy:
    """Judge whether a model's one-step forecast is a copy; `table` is that of `copying.copy_table`.

    A copy moves with one past value (a fifth of its movement or more is that value's) and adds nothing of worth to the
    last value. It is "yes" where the copy costs something against repeating the last value (`naive`, that row of the
    skill table), follows a value before the last, or the series does not move like a random walk; else "not_shown": on
    a random walk an honest forecast looks the same. Nothing is called a copy where skill is shown. Rates:
    benchmarks/audit_copy.py.
    """
    rows = {row["metric"]: row for row in table.filter(pl.col("model") == model).iter_rows(named=True)}
    if reason or "best_lag" not in rows:
        return Copy(model=model, reason=reason or "no_movement")
    worth = rows["worth"]
    about = {
        "model": model,
        "share": rows["share_of_best"]["value"],
        "lag": int(rows["best_lag"]["value"]),
        "worth": worth["value"],
        "low": worth["low"],
        "high": worth["high"],
        "p_value": worth["p_value"],
    }
    adds = worth["p_value"] is not None and worth["value"] > 0 and worth["p_value"] < WORTH
    if about["lag"] == 0 or about["share"] < SHARE or adds or point.answer == "yes" or _gains(naive):
        return Copy(answer="no", **about)
    back = rows.get("return")
    returns = back is not None and back["p_value"] is not None and back["p_value"] < SIGNIFICANT
    return Copy(answer="yes" if _costs(naive) or about["lag"] > 1 or returns else "not_shown", **about)


def _gains(naive: dict[str, Any] | None) -> bool:
    """Say whether the model certainly beats repeating the last value."""
    return naive is not None and naive["p_value"] is not None and naive["p_value"] < SIGNIFICANT / 2


def _costs(naive: dict[str, Any] | None) -> bool:
    """Say whether the model certainly loses against repeating the last value, by more than nothing."""
    if naive is None or naive["p_value"] is None:
        return False
    return bool(naive["value"] < WORSE and naive["p_value"] > 1 - SIGNIFICANT / 2)
