"""What the audit says of its own limits: too few forecasts, trials that nobody counted, parts that were not judged."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from longshort.audit.baselines import said
from longshort.audit.excerpts import errors
from longshort.data.panel import Panel
from longshort.errors import LongshortError
from longshort.evaluation.arrays import overlap_of
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
    if len(rows):
        independent = float(rows["independent"][0] or 0.0)
    else:  # of a direction alone
        known = (said(forecast) & ~np.isnan(forecast.y)).any(axis=1)
        independent = len(np.unique(forecast.cutoffs[known])) / (overlap_of(forecast)[-1] + 1)
    if independent >= FEW:
        return []
    counted = f"Only {independent:,.0f} forecasts are" if round(independent) != 1 else "Only 1 forecast is"
    text = f"{counted} independent of the others: the scores are too uncertain for a verdict on anything but a large"
    needed = _needed(forecast, panel, "direction" if rows.is_empty() else "skill")
    return [Finding("few_forecasts", "warning", f"{text} effect{needed}.", independent)]


def _needed(forecast: Forecast, panel: Panel, question: str) -> str:
    try:
        table = power(panel, horizon=forecast.horizon, sessions=len(np.unique(forecast.cutoffs))).table
    except LongshortError:
        return ""
    wanted = (pl.col("question") == question) & pl.col("step").is_null() & ((pl.col("edge") - 0.05).abs() < 1e-9)
    needed = table.filter(wanted)["sessions_needed"]
    if not len(needed) or not needed[0]:
        return ""
    what = "a skill of 5 %" if question == "skill" else "an edge of 5 points in direction"
    return f"; to tell {what} from luck takes about {needed[0]:,} cutoffs"


def unequal_outcomes(scores: pl.DataFrame) -> list[Finding]:
    """Say which models' scores are over fewer outcomes than those of the others."""
    found = {model: n for model, (_, n) in errors(scores)[1].items()}
    most = max(found.values(), default=0)
    fewer = [f"{model} {n:,}" for model, n in found.items() if n < most]
    if not fewer:
        return []
    text = (
        f"Not all scores are over the same {most:,} outcomes, so they cannot be compared directly: {', '.join(fewer)}. "
        "Skill compares on what both forecast."
    )
    return [Finding("unequal_outcomes", "info", text, float(len(fewer)))]


def crossed_quantiles(calibration: pl.DataFrame, models: Sequence[str]) -> list[Finding]:
    """Count the forecasts of some models whose quantiles do not rise with their level."""
    rows = calibration.filter((pl.col("metric") == "crossed") & pl.col("step").is_null() & (pl.col("value") > 0))
    found = []
    for model, share, n in rows.select("model", "value", "n").iter_rows():
        if model in models:
            text = f"The quantiles of {model!r} cross in {round(share * n):,} of {n:,} forecasts: a higher level gives "
            found.append(Finding("crossed_quantiles", "warning", f"{text}a lower value there.", share))
    return found


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
    first_step = said(forecast)[:, 0].any()
    if _empty(tables["money"], forecast.model):
        calls = not _empty(tables["direction"], forecast.model)
        why = "no_money" if calls else "no_calls"
        parts.append(("money", (why if first_step else "not_first_step") if is_price(panel) or has_fee else "no_price"))
    if _empty(tables["copy"], forecast.model):
        why = "no_first_step" if first_step else "not_first_step"
        parts.append(("copy", "direction_only" if np.isnan(forecast.mean).all() else why))
    return parts


def _empty(table: pl.DataFrame, model: str) -> bool:
    return table.is_empty() or table.filter(pl.col("model") == model).is_empty()
