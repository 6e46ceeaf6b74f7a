"""The composition: forecasts that were read, baselines beside them, tables, findings, and the facts of the verdict."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from longshort.audit import excerpts
from longshort.audit.audit import Audit
from longshort.audit.baselines import ASKED, USUAL, beside, chosen_names, said
from longshort.audit.hindsight import hindsight_findings
from longshort.audit.notices import crossed_quantiles, few_forecasts, left_out, trials_finding, unequal_outcomes
from longshort.audit.reading import Read
from longshort.audit.simpler import baseline_as_good
from longshort.audit.verdict import Facts, verdict
from longshort.backtest.record import Clock, data_account, history_frame, versions
from longshort.data.panel import Panel
from longshort.evaluation import findings as find
from longshort.evaluation.copying import lagged_copy_claim
from longshort.evaluation.coverage_claim import coverage_claim
from longshort.evaluation.details import details
from longshort.evaluation.direction import direction_claim
from longshort.evaluation.power import after_line
from longshort.evaluation.seeds import SCHEMA as SEEDS
from longshort.evaluation.skill import CENTRE, SPREAD, Edge, edge
from longshort.evaluation.tables import Tables, tabulate
from longshort.evaluation.trials import deflated
from longshort.evaluation.words import is_daily
from longshort.finding import Finding
from longshort.results.forecast import Forecast
from longshort.results.run import Run

Details = Mapping[str, pl.DataFrame]
ORDER = ("defect", "warning", "info")
LIBRARIES = ("numpy", "polars", "scipy", "exchange_calendars")


def judge(
    read: Read,
    *,
    baselines: Sequence[str] | None = None,
    season: int | None = None,
    trials: int | None = None,
    trained_until: int | None = None,
    fee_bps: float | None = None,
    found: Sequence[Finding] = (),
    about: Mapping[str, Any] | None = None,
) -> Audit:
    """Judge forecasts that were read; `audit` describes the arguments, `found` are findings from elsewhere."""
    noticed = [*read.findings, *found]
    known = [forecast for forecast in read.forecasts if not np.isnan(forecast.y).all()]
    if not known:
        return _unjudged(read, noticed, "not_yet" if read.forecasts else "no_rows", about)
    clock, panel = Clock(), read.panel
    own = [forecast for forecast in known if forecast.model not in (*USUAL, *ASKED)] or known
    with clock("baselines"):
        everybody = [*own, *_rivals(known, own, panel, baselines, season)]
    with clock("evaluate"):
        tables = tabulate(everybody, [forecast.model for forecast in own], panel)
        best = _best(own, tables)
        tables, more = _without_chances(tables, details(own, best.model, panel, tables, fee_bps), read.calls)
    with clock("findings"):
        claims = _claims(best, panel, tables, more, max(trials or 1, len(own)))
        noticed += [
            *_named(best, own, filter(None, [claims.copied, claims.no_edge])),
            *_other_copies(own, best, tables, more),
            *coverage_claim(own, tables.grid),
            *crossed_quantiles(tables.calibration, [forecast.model for forecast in own]),
            *find.mechanical_gain(find.fresher_column(panel), claims.centre),
            *find.tied(best),
            *few_forecasts(best, panel, tables.effective),
            *unequal_outcomes(tables.scores),
            *([claims.as_good[1]] if claims.as_good else []),
            *trials_finding(claims.single if claims.centre and claims.centre.claimed else None, trials, len(own)),
            *hindsight_findings(own, panel, trained_until=trained_until),
        ]
        noticed.sort(key=lambda finding: ORDER.index(finding.severity))
    facts = _facts(best, panel, tables, more, claims, noticed)
    info = {
        **versions(LIBRARIES),
        "seconds": clock.seconds,
        "data": data_account(panel),
        "horizon": best.horizon,
        "notes": [*read.notes, *filter(None, [after_line(more["power"])])],
        **dict(about or {}),
    }
    return Audit(
        facts=facts,
        findings=tuple(noticed),
        info=info,
        run=_run(best, everybody, panel, tables, more, noticed, verdict(facts), info),
        models=tuple(forecast.model for forecast in own),
        left_out=tuple(left_out(best, panel, more, fee_bps is not None)),
    )


@dataclass(frozen=True)
class Claims:
    """Hold what is claimed of the model that the verdict is about.

    Its edges, with p-values corrected for the number `tried`, and the centre's as it came (`single`); the findings that
    it is a copy, and that it has no edge in direction; the simpler rule that does as well, with its finding.
    """

    tried: int
    single: Edge | None
    centre: Edge | None
    spread: Edge | None
    copied: Finding | None
    no_edge: Finding | None
    as_good: tuple[str, Finding] | None


def _claims(best: Forecast, panel: Panel, tables: Tables, more: Details, tried: int) -> Claims:
    single, spread = (edge(tables.skill, best.model, against) for against in (CENTRE, SPREAD))
    centre = _corrected(single, tried)
    return Claims(
        tried=tried,
        single=single,
        centre=centre,
        spread=_corrected(spread, tried) if len(best.quantile_levels) > 1 else None,
        copied=lagged_copy_claim(more["copy"], best.model, centre),
        no_edge=direction_claim(more["direction"], best.model),
        as_good=baseline_as_good(best, panel, tables, centre),
    )


def _without_chances(tables: Tables, more: Details, calls: Sequence[str]) -> tuple[Tables, Details]:
    """Leave out what judges probabilities for models that only call the direction: theirs are 1 and 0 by convention."""
    called = pl.col("model").is_in(list(calls))
    chances = called & pl.col("metric").str.starts_with("brier")
    kept = replace(tables, scores=tables.scores.filter(~chances), reliability=tables.reliability.filter(~called))
    return kept, {**more, "direction": more["direction"].filter(~chances)}


def _rivals(
    known: Sequence[Forecast],
    own: Sequence[Forecast],
    panel: Panel,
    baselines: Sequence[str] | None,
    season: int | None,
) -> list[Forecast]:
    """Take the baselines that were read as they are, and make the missing ones."""
    read = [forecast for forecast in known if forecast not in own]
    wanted = chosen_names(baselines, intervals=any(len(forecast.quantile_levels) > 1 for forecast in own))
    names = {forecast.model for forecast in known}
    return [*read, *beside(own, panel, [name for name in wanted if name not in names], season)]


def _facts(
    best: Forecast, panel: Panel, tables: Tables, more: Details, claims: Claims, noticed: Sequence[Finding]
) -> Facts:
    """Collect what the verdict rests on."""
    calls = excerpts.direction(more["direction"], best.model)
    return Facts(
        forecasts=int((said(best) & ~np.isnan(best.y)).any(axis=1).sum()),
        daily=is_daily(panel),
        trials=claims.tried,
        centre=claims.centre,
        spread=claims.spread,
        as_good=claims.as_good[0] if claims.as_good else "",
        copied=excerpts.copied_share(more["copy"], best, claims.copied),
        covered=excerpts.covered(tables.coverage, best.model),
        mechanical=find.fresher_column(panel),
        untrusted=next((finding for finding in noticed if finding.severity == "defect"), None),
        scores=excerpts.compared(tables.scores, best.model),
        direction=calls,
        direction_edge=claims.no_edge is None and calls is not None,
        money=excerpts.money(more["money"], best.model),
        power=excerpts.power(more["power"], tables.effective, best.model),
    )


def _run(
    best: Forecast,
    everybody: Sequence[Forecast],
    panel: Panel,
    tables: Tables,
    more: Details,
    noticed: Sequence[Finding],
    sentence: str,
    info: Mapping[str, Any],
) -> Run:
    """Put forecasts and tables together as a backtest does."""
    return Run(
        network=best.model,
        forecasts={forecast.model: forecast for forecast in everybody},
        coming={},
        history=history_frame(panel),
        **{name: getattr(tables, name) for name in ("scores", "skill", "coverage", "reliability", "lag")},
        seeds=pl.DataFrame(schema=SEEDS),
        curves=pl.DataFrame(),
        findings=tuple(noticed),
        folds=(),
        verdict=sentence,
        recipe={},
        info=info,
        target=panel.columns[0].name,
        details=more,
    )


def _unjudged(read: Read, noticed: Sequence[Finding], why: str, about: Mapping[str, Any] | None) -> Audit:
    defect = next((finding for finding in noticed if finding.severity == "defect"), None)
    info = {**versions(LIBRARIES), "data": data_account(read.panel), "notes": list(read.notes), **dict(about or {})}
    return Audit(Facts(untrusted=defect, why_not=why), tuple(noticed), info, left_out=(("centre", why),))


def _best(own: Sequence[Forecast], tables: Tables) -> Forecast:
    """Choose the model that the verdict is about: the one of most skill in its centre; the first where none has any."""
    skill = {forecast.model: edge(tables.skill, forecast.model, CENTRE) for forecast in own}
    return max(own, key=lambda forecast: found.value if (found := skill[forecast.model]) else -np.inf)


def _corrected(found: Edge | None, trials: int) -> Edge | None:
    """Count how many models were tried, in the p-value."""
    if found is None or found.p_value is None:
        return found
    return replace(found, p_value=deflated(found.p_value, trials))


def _named(model: Forecast, own: Sequence[Forecast], findings: Iterable[Finding]) -> list[Finding]:
    """Say of which model findings are, where there are several."""
    if len(own) == 1:
        return list(findings)
    return [replace(finding, text=f"{model.model!r}: {finding.text}") for finding in findings]


def _other_copies(
    own: Sequence[Forecast], best: Forecast, tables: Tables, more: Mapping[str, pl.DataFrame]
) -> list[Finding]:
    """Name the models that are copies of the past beside the one that the verdict is about."""
    found = []
    for forecast in own:
        copied = lagged_copy_claim(more["copy"], forecast.model, edge(tables.skill, forecast.model, CENTRE))
        if forecast is not best and copied is not None and copied.severity != "info":
            found += _named(forecast, own, [copied])
    return found
