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


def left_out(
    forecast: Forecast, panel: Panel, tables: Mapping[str, pl.DataFrame], has_fee: bool
) -> list[tuple[str, str]]:
    """List the parts of the audit that were not judged for a model, each with the code of its reason (`why_not`)."""
    parts = []
    if np.isnan(forecast.mean).all():
        parts.append(("centre", "direction_only"))
    if len(forecast.quantile_levels) < 2:
        parts.append(("spread", "no_intervals"))
    if _empty(tables["direction"], forecast.model):
        parts.append(("direction", "no_calls"))
    if _empty(tables["money"], forecast.model):
        parts.append(("money", "no_money" if is_price(panel) or has_fee else "no_price"))
    if _empty(tables["copy"], forecast.model):
        parts.append(("copy", "no_first_step"))
    return parts


def _empty(table: pl.DataFrame, model: str) -> bool:
    return table.is_empty() or table.filter(pl.col("model") == model).is_empty()
