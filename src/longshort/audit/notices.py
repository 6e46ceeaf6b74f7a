"""What the audit says of its own limits: too few forecasts, trials that nobody counted, parts that were not judged."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from longshort.data.panel import Panel
from longshort.errors import LongshortError
from longshort.evaluation.details import is_price
from longshort.evaluation.power import power
from longshort.evaluation.skill import Edge
from longshort.evaluation.trials import trials_allowed
from longshort.finding import Finding
from longshort.results.forecast import Forecast

MANY = 1000  # trials that nobody makes without knowing
FEW = 60  # forecasts that do not overlap, below which only a large effect can be told from luck


def few_forecasts(forecast: Forecast, panel: Panel, effective: pl.DataFrame) -> list[Finding]:
    """Say where so few forecasts do not overlap that hardly anything can be told, and how many would be needed."""
    rows = effective.filter((pl.col("model") == forecast.model) & pl.col("step").is_null())
    independent = float(rows["independent"][0]) if len(rows) and rows["independent"][0] is not None else 0.0
    if independent >= FEW:
        return []
    text = (
        f"Only {independent:,.0f} forecasts are independent of each other: the scores are too uncertain for a verdict"
    )
    return [
        Finding(
            "few_forecasts", "warning", f"{text} on anything but a large effect{_needed(forecast, panel)}.", independent
        )
    ]


def _needed(forecast: Forecast, panel: Panel) -> str:
    try:
        table = power(panel, horizon=forecast.horizon, sessions=len(np.unique(forecast.cutoffs))).table
    except LongshortError:
        return ""
    wanted = (pl.col("question") == "skill") & pl.col("step").is_null() & ((pl.col("edge") - 0.05).abs() < 1e-9)
    needed = table.filter(wanted)["sessions_needed"]
    return f"; to tell a skill of 5 % from luck takes about {needed[0]:,} cutoffs" if len(needed) and needed[0] else ""


def trials_finding(found: Edge | None, trials: int | None, models: int) -> list[Finding]:
    """Say how many models may have been tried before this one for its skill still to stand, where nobody said it."""
    if trials is not None or found is None or not found.claimed or found.p_value is None:
        return []
    allowed = trials_allowed(found.p_value)
    if allowed > MANY:
        return []
    text = (
        "How many models were tried on these outcomes before is not known; the skill would stand if no more than "
        f"{allowed:,} were ({models} {'is' if models == 1 else 'are'} in the table). Type --trials N to count them."
    )
    return [Finding("trials_unknown", "info", text, float(allowed))]


def not_judged(
    forecast: Forecast, panel: Panel, tables: Mapping[str, pl.DataFrame], has_fee: bool
) -> list[dict[str, str]]:
    """List the parts of the audit that were not judged for a model, each with the reason."""
    left_out = []
    if np.isnan(forecast.mean).all():
        left_out.append(("centre", "the forecasts name a direction, no value"))
    if len(forecast.quantile_levels) < 2:
        left_out.append(("spread", "the forecasts hold no intervals"))
    if _empty(tables["direction"], forecast.model):
        left_out.append(("direction", "no forecast differs from the last value, so none names a direction"))
    if _empty(tables["money"], forecast.model):
        why = "too few forecasts, or values at or below zero"
        if not (is_price(panel) or has_fee):
            why = "the target is not known to be a price; --fee-bps 5 says that it is"
        left_out.append(("money", why))
    if _empty(tables["copy"], forecast.model):
        left_out.append(("copy", "too few forecasts one step ahead"))
    return [{"part": part, "why": why} for part, why in left_out]


def _empty(table: pl.DataFrame, model: str) -> bool:
    return table.is_empty() or table.filter(pl.col("model") == model).is_empty()
