"""The composition: forecasts that were read, baselines beside them, and the one judgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from longshort.audit.audit import Audit
from longshort.audit.baselines import beside
from longshort.audit.reading import Read
from longshort.backtest.record import Clock, data_account, history_frame, versions
from longshort.baselines import NAMES
from longshort.claims import LeftOut, Telling
from longshort.data.calendars.units import shared_unit
from longshort.evaluation.claims import unjudged
from longshort.evaluation.findings import fresher_column
from longshort.evaluation.judgement import Context, Judgement, judge
from longshort.evaluation.seeds import SCHEMA as SEEDS
from longshort.finding import Finding
from longshort.results.forecast import Forecast
from longshort.results.run import Run

LIBRARIES = ("numpy", "polars", "scipy", "exchange_calendars")


@dataclass(frozen=True)
class Asked:
    """Hold what the user asked for beyond the forecasts; `audit.audit` describes each."""

    baselines: Sequence[str] | None = None
    season: int | None = None
    trials: int | None = None
    trained_until: int | None = None
    direction: str | None = None
    fee_bps: float | None = None
    tested_for_leaks: bool = False


def judge_read(
    read: Read, asked: Asked, found: Sequence[Finding] = (), about: Mapping[str, Any] | None = None
) -> Audit:
    """Judge forecasts that were read; `found` are findings from elsewhere."""
    noticed = [*read.findings, *found]
    known = [forecast for forecast in read.forecasts if not np.isnan(forecast.y).all()]
    if not known:
        return _without_outcomes(read, noticed, "not_yet" if read.forecasts else "no_rows", asked, about)
    clock, panel = Clock(), read.panel
    with clock("baselines"):
        own, rivals, context = _sides(read, known, asked)
    with clock("evaluate"):
        judged = judge(own, rivals, panel, context, noticed)
    findings = (*judged.findings, *_of_training(read))
    info = {
        **versions(LIBRARIES),
        "seconds": clock.seconds,
        "data": data_account(panel),
        "horizon": judged.model.horizon,
        "notes": list(read.notes),
        **dict(about or {}),
    }
    return Audit(
        claims=judged.claims,
        telling=judged.telling,
        findings=findings,
        info=info,
        run=_run(judged, findings, [*own, *rivals], read, info),
        models=tuple(forecast.model for forecast in own),
    )


def _sides(read: Read, known: Sequence[Forecast], asked: Asked) -> tuple[list[Forecast], list[Forecast], Context]:
    """Tell the judged models from the baselines, make those that are missing, and say under which conditions."""
    if read.run is not None:
        return _recorded(read, known, asked)
    own = [forecast for forecast in known if forecast.model not in NAMES] or list(known)
    there = [forecast for forecast in known if not any(forecast is one for one in own)]
    made = beside(own, read.panel, asked.baselines, asked.season, there)
    context = Context(
        trials=asked.trials,
        left_out=made.left_out,
        chosen=made.chosen,
        fee_bps=asked.fee_bps,
        direction=asked.direction,
        why_mechanical=fresher_column(read.panel),
        calls=read.calls,
        trained_until=asked.trained_until,
        tested_for_leaks=asked.tested_for_leaks,
    )
    return own, list(made.forecasts), context


def _recorded(read: Read, known: Sequence[Forecast], asked: Asked) -> tuple[list[Forecast], list[Forecast], Context]:
    """Take sides and conditions from a run folder as the backtest recorded them; what the user types goes before."""
    assert read.run is not None
    made = dict(read.run.info["context"])
    names = list(made["baselines"])
    chosen, left_out = tuple(made["chosen"]), tuple(LeftOut(*each) for each in made["left_out"])
    own = [forecast for forecast in known if forecast.model not in names]
    rivals = sorted((one for one in known if one.model in names), key=lambda one: names.index(one.model))
    if asked.baselines is not None:
        kept = [forecast for forecast in rivals if forecast.model in asked.baselines]
        missing = [name for name in asked.baselines if name not in names]
        added = beside(own, read.panel, missing, asked.season)
        rivals, left_out, chosen = [*kept, *added.forecasts], added.left_out, tuple(asked.baselines)
    context = Context(
        model=made["model"],
        trials=asked.trials,
        left_out=left_out,
        chosen=chosen,
        fee_bps=made["fee_bps"] if asked.fee_bps is None else asked.fee_bps,
        direction=made["direction"] if asked.direction is None else asked.direction,
        why_mechanical=made["why_mechanical"],
        knows_more=made["knows_more"],
        trained_until=asked.trained_until,
        planned=read.run.details.get("power"),
    )
    return own, rivals, context


def _of_training(read: Read) -> tuple[Finding, ...]:
    """Give what a backtest of ours noticed beside its judgement: of the training, of series that were not tested."""
    if read.run is None:
        return ()
    return read.run.findings[read.run.info["context"]["judged_findings"] :]


def _run(
    judged: Judgement, findings: tuple[Finding, ...], everybody: Sequence[Forecast], read: Read, info: Mapping[str, Any]
) -> Run:
    """Put forecasts and tables together as a backtest does."""
    tables = judged.tables
    return Run(
        network=judged.model.model,
        forecasts={forecast.model: forecast for forecast in everybody},
        coming={},
        history=history_frame(read.panel),
        **{name: getattr(tables, name) for name in ("scores", "skill", "coverage", "reliability", "lag")},
        seeds=pl.DataFrame(schema=SEEDS),
        curves=pl.DataFrame(),
        findings=findings,
        folds=(),
        verdict=judged.verdict,
        recipe={},
        info=info,
        target=read.panel.columns[0].name,
        details=judged.details,
        claims=judged.claims,
        telling=judged.telling,
    )


def _without_outcomes(
    read: Read, noticed: Sequence[Finding], why: str, asked: Asked, about: Mapping[str, Any] | None
) -> Audit:
    """Give the audit of forecasts none of which has an outcome yet, or none of which can be used."""
    info = {**versions(LIBRARIES), "data": data_account(read.panel), "notes": list(read.notes), **dict(about or {})}
    claims = unjudged(why, noticed, asked.tested_for_leaks)
    horizon = max((forecast.horizon for forecast in read.forecasts), default=1)
    return Audit(claims, Telling(shared_unit(read.panel.calendars), horizon), tuple(noticed), info)
