"""The one judgement: forecasts and their baselines in; tables, claims, findings and the verdict out.

A backtest, an audit and a recipe differ in where forecasts come from, not in how they are judged: all call `judge`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from longshort.claims import Claims, LeftOut
from longshort.claims.answers import Answered, answers
from longshort.claims.verdict import Telling, verdict
from longshort.data.calendars.units import shared_unit
from longshort.data.panel import Panel
from longshort.evaluation import findings as find
from longshort.evaluation.claims import Circumstances, claims_of
from longshort.evaluation.details import details, is_traded
from longshort.evaluation.hindsight import hindsight_findings
from longshort.evaluation.money import FEE_BPS
from longshort.evaluation.outcomes import outcomes_of
from longshort.evaluation.over_time import over_time
from longshort.evaluation.skill import POINT, overall_skill
from longshort.evaluation.tables import Tables, tabulate
from longshort.finding import Finding
from longshort.language import Message
from longshort.results.forecast import Forecast

ORDER = ("defect", "warning", "info")


@dataclass(frozen=True)
class Context:
    """Hold what is known of forecasts beside themselves, and what the user asked for.

    `model` names the judged model, None for the one with the most skill. `trials` counts the models tried on these
    outcomes (None: not known). `left_out` are baselines that did not apply, `chosen` those that the user chose instead
    of all. `why_mechanical` says why a gain would come from how the data are made. `knows_more` says that models saw
    more than the target's own past, so that their being good proves nothing. `calls` names models whose `p_up` are
    calls of the direction, not probabilities. `planned` is the power table from before the test.
    """

    model: str | None = None
    trials: int | None = None
    left_out: tuple[LeftOut, ...] = ()
    chosen: tuple[str, ...] = ()
    fee_bps: float | None = None
    direction: str | None = None
    why_mechanical: Message | None = None
    knows_more: bool = False
    calls: tuple[str, ...] = ()
    trained_until: int | None = None
    tested_for_leaks: bool = False
    planned: pl.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Judgement:
    """Hold all that is said about forecasts: tables, claims about one model, findings, and the verdict."""

    model: Forecast
    tables: Tables
    details: Mapping[str, pl.DataFrame]
    claims: Claims
    findings: tuple[Finding, ...]
    telling: Telling

    @property
    def verdict(self) -> Message:
        """Give the verdict in a few sentences."""
        return verdict(self.claims, self.telling, self.findings)

    @property
    def answers(self) -> list[Answered]:
        """Give every claim in words."""
        return answers(self.claims, self.telling)


def judge(
    judged: Sequence[Forecast],
    baselines: Sequence[Forecast],
    panel: Panel,
    context: Context,
    noticed: Sequence[Finding] = (),
) -> Judgement:
    """Judge models beside their baselines, on the outcomes that the forecasts carry.

    `panel` gives the past: for the scale of the MASE, the lag profile, the kind of outcome and what a linear forecast
    could have known. `noticed` are findings from elsewhere (from reading the forecasts, from a leak test).
    """
    outcomes = outcomes_of(panel, judged, context.direction)
    tables = tabulate(judged, baselines, panel, outcomes)
    model = chosen_model(judged, tables, context.model)
    closer = details(judged, baselines, model, panel, tables, context.fee_bps)
    tables, closer = without_chances(tables, closer, context.calls)
    hindsight = list(hindsight_findings(judged, panel, context.trained_until, context.knows_more))
    given = Circumstances(
        trials=max(context.trials or 1, 1 if context.model is not None else len(judged)),
        left_out=context.left_out,
        mechanical=context.why_mechanical is not None,
        traded=context.fee_bps is not None or is_traded(panel),
        tested_for_leaks=context.tested_for_leaks,
        planned=context.planned,
    )
    claims = claims_of(model, tables, closer, [*noticed, *hindsight], given)
    found = [*noticed, *_findings(model, judged, panel, tables, closer, claims, context), *hindsight]
    found.sort(key=lambda finding: ORDER.index(finding.severity))
    telling = Telling(shared_unit(panel.calendars), model.horizon, context.chosen, context.why_mechanical)
    others = [forecast for forecast in (*judged, *baselines) if forecast is not model]
    fee_bps = FEE_BPS if context.fee_bps is None else context.fee_bps
    closer = {**closer, **over_time(model, others, tables, claims, fee_bps)}
    if context.planned is not None:
        closer = {**closer, "power": context.planned}
    return Judgement(model, tables, closer, claims, tuple(found), telling)


def chosen_model(judged: Sequence[Forecast], tables: Tables, name: str | None) -> Forecast:
    """Choose the model that is judged: the one named, else the one whose least gain over a baseline is the largest."""
    if name is not None:
        return next(forecast for forecast in judged if forecast.model == name)

    def least(forecast: Forecast) -> float:
        values = [float(str(row["value"])) for row in overall_skill(tables.skill, forecast.model, POINT)]
        return min(values, default=-np.inf)

    return max(judged, key=least)


def without_chances(
    tables: Tables, closer: dict[str, pl.DataFrame], calls: Sequence[str]
) -> tuple[Tables, dict[str, pl.DataFrame]]:
    """Leave out what judges probabilities for models that only call the direction: theirs are 1 and 0 by convention."""
    called = pl.col("model").is_in(list(calls))
    chances = called & pl.col("metric").str.starts_with("brier")
    kept = replace(tables, scores=tables.scores.filter(~chances), reliability=tables.reliability.filter(~called))
    return kept, {**closer, "direction": closer["direction"].filter(~chances)}


def _findings(
    model: Forecast,
    judged: Sequence[Forecast],
    panel: Panel,
    tables: Tables,
    closer: Mapping[str, pl.DataFrame],
    claims: Claims,
    context: Context,
) -> Iterator[Finding]:
    unit = shared_unit(panel.calendars)
    naive = overall_skill(tables.skill, model.model, POINT, "naive")
    yield from find.kind_of_outcome(tables.outcomes)
    yield from find.copying(claims.copy, float(str(naive[0]["value"])) if naive else None, unit)
    yield from find.coverage(closer["coverage_tests"], unit, len(judged) > 1)
    yield from find.crossed_quantiles(tables.calibration, [forecast.model for forecast in judged])
    yield from find.mechanical_gain(context.why_mechanical, claims)
    yield from find.tied(model, tables.outcomes)
    yield from find.few_forecasts(model, panel, tables.effective, tables.outcomes)
    yield from find.unequal_outcomes(counted_outcomes(tables.scores, judged))
    yield from find.trials_unknown(claims, context.trials)


def counted_outcomes(scores: pl.DataFrame, judged: Sequence[Forecast]) -> dict[str, int]:
    """Count the outcomes behind each judged model's errors over all series and steps."""
    whole = scores.filter(pl.col("unique_id").is_null() & pl.col("step").is_null())
    metric = next((name for name in ("rmse", "mase", "accuracy") if (whole["metric"] == name).any()), "")
    rows = whole.filter(pl.col("metric") == metric).select("model", "n").iter_rows()
    names = {forecast.model for forecast in judged}
    return {model: n for model, n in rows if model in names}
