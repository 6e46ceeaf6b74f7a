"""What the verdict rests on, taken out of the tables: a model's own numbers over all series and steps."""

from typing import Any

import numpy as np
import polars as pl

from longshort.audit.baselines import ASKED, USUAL
from longshort.finding import Finding
from longshort.results.forecast import Forecast

Numbers = dict[str, float | None]
MOSTLY = 0.5  # of the movement, from which on the verdict speaks of a copy


def overall(table: pl.DataFrame, model: str) -> dict[str, dict[str, Any]]:
    """Give a model's rows over all series and steps, by metric."""
    rows = table.filter(pl.col("model") == model)
    for name in ("unique_id", "step"):
        if name in table.columns:
            rows = rows.filter(pl.col(name).is_null())
    return {row["metric"]: row for row in rows.iter_rows(named=True)}


def copied_share(table: pl.DataFrame, forecast: Forecast, finding: Finding | None) -> float | None:
    """Give the share of the movement that is the last known value's where that is a fault, or nothing else is there."""
    rows = overall(table, forecast.model)
    if finding is None:
        return None
    same = bool(((forecast.mean == forecast.last[:, None]) | np.isnan(forecast.mean)).all())
    share: float = rows["share_of_yesterday"]["value"]
    return share if same or (finding.severity != "info" and share > MOSTLY) else None


def covered(table: pl.DataFrame, model: str) -> dict[float, float]:
    """Give the share that each interval held, by the share that it should hold."""
    rows = table.filter((pl.col("model") == model) & pl.col("step").is_null())
    return dict(zip(rows["nominal"], rows["empirical"], strict=True))


def errors(table: pl.DataFrame) -> tuple[str, dict[str, tuple[float | None, int]]]:
    """Give each model's error over all series and steps, with its outcomes, and the metric that can be averaged."""
    whole = table.filter(pl.col("unique_id").is_null() & pl.col("step").is_null())
    metric = "rmse" if (whole["metric"] == "rmse").any() else "mase"
    rows = whole.filter(pl.col("metric") == metric).select("model", "value", "n").iter_rows()
    return metric, {model: (value, n) for model, value, n in rows}


def compared(table: pl.DataFrame, model: str) -> dict[str, Any]:
    """Set the model's error beside naive's and that of the best baseline, among those of the very same outcomes."""
    metric, found = errors(table)
    own, n = found.get(model, (None, 0))
    same = {name: error for name, (error, count) in found.items() if count == n and error is not None}
    others = {name: error for name, error in same.items() if name in (*USUAL, *ASKED) and name != model}
    best = min(others, key=others.__getitem__, default="naive")
    return {"metric": metric, "best": best, "own": own, "naive": same.get("naive"), "value": others.get(best)}


def direction(table: pl.DataFrame, model: str) -> Numbers | None:
    """Give how often the direction was called right, against always naming the more frequent one."""
    rows = overall(table, model)
    if "accuracy" not in rows:
        return None
    accuracy = rows["accuracy"]
    return {
        "accuracy": accuracy["value"],
        "majority": rows["majority"]["value"],
        "p_value": accuracy["p_value"],
        "n": accuracy["n"],
    }


def money(table: pl.DataFrame, model: str) -> Numbers | None:
    """Give what following the forecasts would have earned, against holding."""
    rows = overall(table, model)
    if "net_return" not in rows:
        return None
    sharpe = rows.get("sharpe", {})
    values = {name: rows.get(name, {}).get("value") for name in ("net_return", "buy_and_hold", "fee_bps")}
    return {**values, "sharpe": sharpe.get("value"), "low": sharpe.get("low"), "high": sharpe.get("high")}


def power(table: pl.DataFrame, effective: pl.DataFrame, model: str) -> Numbers | None:
    """Give the smallest skill that would have been found; None where forecasts equal naive's, and none could be."""
    rows = table.filter((pl.col("question") == "skill") & pl.col("step").is_null())
    count = effective.filter((pl.col("model") == model) & pl.col("step").is_null())
    if rows.is_empty() or count.is_empty() or not rows["smallest"][0]:
        return None
    return {"smallest": rows["smallest"][0], "independent": count["independent"][0]}
