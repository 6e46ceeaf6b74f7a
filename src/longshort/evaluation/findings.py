"""What a reader of the scores should know beside the claims: each finding a sentence with its number."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from longshort.claims.structs import Claims, Copy
from longshort.data.panel import Panel
from longshort.errors import LongshortError
from longshort.evaluation.arrays import overlap_of
from longshort.evaluation.claims.thresholds import ONE_SIDED, SIGNIFICANT
from longshort.evaluation.comparison import holm
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.power import power
from longshort.evaluation.trials import trials_allowed, undeflated
from longshort.finding import Finding
from longshort.language import Message, ahead, counted, message
from longshort.results.forecast import Forecast

FEW = 60  # forecasts that do not overlap, below which only a large effect can be told from luck
MANY = 1000  # trials that nobody makes without knowing


def copying(claim: Copy, naive: float | None, unit: str) -> Iterator[Finding]:
    """Warn where the one-step forecast is a copy; `naive` is its skill against repeating the last value."""
    if claim.answer != "yes" or claim.lag is None:
        return
    about = {"share": claim.share, "lag": counted(claim.lag, unit)}
    slope = {"worth": claim.worth or 0.0, "low": claim.low or 0.0, "high": claim.high or 0.0}
    if naive is not None and naive < 0:
        text = message("findings.copy.costs", **about, **slope, size=naive)
    elif claim.lag > 1:
        text = message("findings.copy.follows", **about, **slope)
    else:
        text = message("findings.copy.returns", **about)
    yield Finding("lagged_copy", "warning", text, claim.share)


def coverage(tests: pl.DataFrame, unit: str, several: bool) -> Iterator[Finding]:
    """Warn where an interval holds more or less than it says; one finding for all models, steps and levels.

    Holm's correction (1979) over all of them: where every interval is right, one of them is accused in at most 5 % of
    audits (as simulated: benchmarks/audit_coverage.py). The sentence names the interval that is the worst off.
    """
    corrected = holm(tests["p_value"].fill_null(np.nan).to_numpy())
    wrong = int((corrected < SIGNIFICANT).sum())
    if not wrong:
        return
    worst = tests.row(int(np.nanargmin(tests["p_value"].fill_null(np.nan).to_numpy())), named=True)
    narrow = worst["empirical"] < worst["nominal"]
    about = {
        "nominal": worst["nominal"],
        "share": worst["empirical"],
        "n": worst["n"],
        "ahead": ahead(worst["step"], unit),
        "p": float(np.nanmin(corrected)),
        "fault": message("findings.fault.too_narrow" if narrow else "findings.fault.too_wide"),
    }
    key = "findings.coverage.many" if len(tests) > 1 else "findings.coverage"
    text = message(key, **about, tests=len(tests), wrong=wrong)
    yield Finding("coverage", "warning", of_model(worst["model"], text) if several else text, worst["empirical"])


def of_model(model: str, text: str) -> Message:
    """Say of which model a finding is."""
    return message("findings.of_model", model=model, finding=text)


def crossed_quantiles(calibration: pl.DataFrame, models: Sequence[str]) -> Iterator[Finding]:
    """Count the forecasts of some models whose quantiles do not rise with their level."""
    rows = calibration.filter((pl.col("metric") == "crossed") & pl.col("step").is_null() & (pl.col("value") > 0))
    for model, share, n in rows.select("model", "value", "n").iter_rows():
        if model in models:
            text = message("findings.crossed_quantiles", model=model, n=round(share * n), total=n)
            yield Finding("crossed_quantiles", "warning", text, share)


def fresher_column(panel: Panel) -> Message | None:
    """Say why a gain over repeating the target would be mechanical: another column of its row is fresher."""
    kinds = {column.kind for column in panel.columns[1:]}
    own = panel.columns[0].kind
    if own in ("open", "high", "low") and kinds & {"close", "adj_close"}:
        return message("verdict.fresher_column", column=own)
    return None


def mechanical_gain(why: Message | None, claims: Claims) -> Iterator[Finding]:
    """Name a gain that comes from how the data are made and not from foresight."""
    point = claims.point
    if why is not None and point.answer == "yes" and point.value is not None:
        yield Finding(
            "mechanical_gain", "warning", message("findings.mechanical_gain", size=point.value, why=why), point.value
        )


def tied(forecast: Forecast, outcomes: Outcomes) -> Iterator[Finding]:
    """Say how many outcomes are neither up nor down."""
    n, known = int(outcomes.ties(forecast).sum()), int((~np.isnan(forecast.y)).sum())
    if n and outcomes.kind in ("change", "sign"):
        yield Finding("ties", "info", message(f"findings.ties.{outcomes.kind}", n=n, total=known), float(n))


def kind_of_outcome(outcomes: Outcomes) -> Iterator[Finding]:
    """Say that outcomes are judged by their sign, or as classes, where the data decided so."""
    if outcomes.asked or outcomes.kind not in ("sign", "class"):
        return
    text = message(f"findings.outcomes.{outcomes.kind}", n=len(outcomes.values))
    yield Finding("outcomes", "info", text, float(len(outcomes.values)) if outcomes.is_class else None)


def few_forecasts(forecast: Forecast, panel: Panel, effective: pl.DataFrame, outcomes: Outcomes) -> Iterator[Finding]:
    """Say where so few forecasts do not overlap that hardly anything can be told, and how many would be needed."""
    rows = effective.filter((pl.col("model") == forecast.model) & pl.col("step").is_null())
    if len(rows):
        independent = float(rows["independent"][0] or 0.0)
    else:  # of a direction alone
        known = ~np.isnan(forecast.y).all(axis=1)
        independent = len(np.unique(forecast.cutoffs[known])) / (overlap_of(forecast)[-1] + 1)
    if independent >= FEW:
        return
    question = "direction" if outcomes.is_class or rows.is_empty() else "skill"
    needed = _needed(forecast, panel, question)
    if needed is None:
        text = message("findings.few_forecasts", n=independent)
    else:
        effect = message(f"findings.effect.{question}")
        text = message("findings.few_forecasts.needed", n=independent, effect=effect, needed=needed)
    yield Finding("few_forecasts", "warning", text, independent)


def _needed(forecast: Forecast, panel: Panel, question: str) -> int | None:
    try:
        table = power(panel, horizon=forecast.horizon, sessions=len(np.unique(forecast.cutoffs))).table
    except LongshortError:
        return None
    chosen = (pl.col("question") == question) & pl.col("step").is_null() & ((pl.col("edge") - 0.05).abs() < 1e-9)
    needed = table.filter(chosen)["sessions_needed"]
    return int(needed[0]) if len(needed) and needed[0] else None


def unequal_outcomes(counts: Mapping[str, int]) -> Iterator[Finding]:
    """Say which models' scores are over fewer outcomes than those of the others."""
    most = max(counts.values(), default=0)
    fewer = [message("findings.fewer", model=model, n=n) for model, n in counts.items() if n < most]
    if fewer:
        text = message("findings.unequal_outcomes", most=most, fewer=fewer)
        yield Finding("unequal_outcomes", "info", text, float(len(fewer)))


def trials_unknown(claims: Claims, trials: int | None) -> Iterator[Finding]:
    """Say how many models may have been tried before this one for its skill still to stand, where nobody said it."""
    point = claims.point
    if trials is not None or point.answer != "yes" or point.p_value is None:
        return
    allowed = trials_allowed(undeflated(point.p_value, point.trials), ONE_SIDED)
    if allowed <= MANY:
        yield Finding("trials_unknown", "info", message("findings.trials_unknown", allowed=allowed), float(allowed))
