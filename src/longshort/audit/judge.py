"""The composition: forecasts that were read, baselines beside them, tables, findings, and the facts of the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from longshort.audit.audit import Audit
from longshort.audit.baselines import ASKED, USUAL, beside, chosen_names
from longshort.audit.hindsight import hindsight_findings
from longshort.audit.notices import few_forecasts, left_out, trials_finding
from longshort.audit.reading import Read
from longshort.audit.verdict import Facts, verdict
from longshort.backtest.record import Clock, data_account, history_frame, versions
from longshort.evaluation import findings as find
from longshort.evaluation.copying import lagged_copy_claim
from longshort.evaluation.coverage_claim import coverage_claim
from longshort.evaluation.details import details
from longshort.evaluation.direction import direction_claim
from longshort.evaluation.seeds import SCHEMA as SEEDS
from longshort.evaluation.skill import CENTRE, SPREAD, Edge, edge
from longshort.evaluation.tables import Tables, tabulate
from longshort.evaluation.trials import deflated
from longshort.evaluation.words import is_daily
from longshort.finding import Finding
from longshort.results.forecast import Forecast
from longshort.results.run import Run

MOSTLY = 0.5  # of the movement, from which on the verdict speaks of a copy
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
        why = "not_yet" if read.forecasts else "no_rows"
        return _unjudged(read, noticed, why, about)
    clock, panel = Clock(), read.panel
    own = [forecast for forecast in known if forecast.model not in (*USUAL, *ASKED)] or known
    rivals = [forecast for forecast in known if forecast not in own]
    intervals = any(len(forecast.quantile_levels) > 1 for forecast in own)
    wanted = chosen_names(baselines, intervals)
    with clock("baselines"):
        names = {forecast.model for forecast in known}
        rivals += beside(own, panel, [name for name in wanted if name not in names], season)
    with clock("evaluate"):
        everybody = [*own, *rivals]
        tables = tabulate(everybody, [forecast.model for forecast in own], panel)
        best = _best(own, tables)
        more = details(own, best.model, panel, tables, fee_bps)
    with clock("findings"):
        tried = (trials or 1) * len(own)
        centre, spread = (_corrected(edge(tables.skill, best.model, against), tried) for against in (CENTRE, SPREAD))
        copied = lagged_copy_claim(more["copy"], best.model, centre)
        no_edge = direction_claim(more["direction"], best.model)
        noticed += [
            *filter(None, [copied, no_edge]),
            *coverage_claim(own, tables.grid),
            *find.mechanical_gain(find.fresher_column(panel), centre),
            *find.tied(best),
            *few_forecasts(best, panel, tables.effective),
            *trials_finding(centre, trials, len(own)),
            *hindsight_findings(own, panel, trained_until=trained_until),
        ]
    facts = Facts(
        forecasts=int((~np.isnan(best.y)).any(axis=1).sum()),
        daily=is_daily(panel),
        trials=tried,
        centre=centre,
        spread=spread if intervals else None,
        copied=_value(more["copy"], best.model, "share_of_yesterday") if _is_copy(copied) else None,
        covered=_covered(tables.coverage, best.model),
        mechanical=find.fresher_column(panel),
        untrusted=next((finding for finding in noticed if finding.severity == "defect"), None),
        scores=_scores(tables.scores, best.model),
        direction=_direction(more["direction"], best.model),
        direction_edge=no_edge is None and not more["direction"].is_empty(),
        money=_money(more["money"], best.model),
        power=_power(more["power"], tables.effective, best.model),
    )
    info = {
        **versions(LIBRARIES),
        "seconds": clock.seconds,
        "data": data_account(panel),
        "horizon": best.horizon,
        "notes": list(read.notes),
        **dict(about or {}),
    }
    run = Run(
        network=best.model,
        forecasts={forecast.model: forecast for forecast in everybody},
        coming={},
        history=history_frame(panel),
        **{name: getattr(tables, name) for name in ("scores", "skill", "coverage", "reliability", "lag")},
        seeds=pl.DataFrame(schema=SEEDS),
        curves=pl.DataFrame(),
        findings=tuple(noticed),
        folds=(),
        verdict=verdict(facts),
        recipe={},
        info=info,
        target=panel.columns[0].name,
        details=more,
    )
    return Audit(
        facts=facts,
        findings=tuple(noticed),
        info=info,
        run=run,
        models=tuple(forecast.model for forecast in own),
        left_out=tuple(left_out(best, panel, more, fee_bps is not None)),
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


def _is_copy(finding: Finding | None) -> bool:
    """Say whether most of the movement is a past value's, and that is a fault."""
    return finding is not None and finding.severity != "info" and (finding.value or 0.0) > MOSTLY


def _overall(table: pl.DataFrame, model: str) -> dict[str, dict[str, Any]]:
    """Give a model's rows over all series and steps, by metric."""
    rows = table.filter(pl.col("model") == model)
    for name in ("unique_id", "step"):
        if name in table.columns:
            rows = rows.filter(pl.col(name).is_null())
    return {row["metric"]: row for row in rows.iter_rows(named=True)}


def _value(table: pl.DataFrame, model: str, metric: str) -> float | None:
    return _overall(table, model).get(metric, {}).get("value")


def _covered(table: pl.DataFrame, model: str) -> dict[float, float]:
    rows = table.filter((pl.col("model") == model) & pl.col("step").is_null())
    return dict(zip(rows["nominal"], rows["empirical"], strict=True))


def _scores(table: pl.DataFrame, model: str) -> dict[str, Any]:
    """Set the model's error beside naive's and that of the best other baseline, in the unit that can be averaged."""
    whole = table.filter(pl.col("unique_id").is_null() & pl.col("step").is_null())
    metric = "rmse" if (whole["metric"] == "rmse").any() else "mase"
    errors = dict(whole.filter(pl.col("metric") == metric).select("model", "value").iter_rows())
    others = {name: value for name, value in errors.items() if name in (*USUAL, *ASKED) and name != model}
    best = min(others, key=others.__getitem__, default="naive")
    values = {"own": errors.get(model), "naive": errors.get("naive"), "value": others.get(best)}
    return {"metric": metric, "best": best, **values}


def _direction(table: pl.DataFrame, model: str) -> dict[str, float | None] | None:
    rows = _overall(table, model)
    if "accuracy" not in rows:
        return None
    accuracy = rows["accuracy"]
    return {
        "accuracy": accuracy["value"],
        "majority": rows["majority"]["value"],
        "p_value": accuracy["p_value"],
        "n": accuracy["n"],
    }


def _money(table: pl.DataFrame, model: str) -> dict[str, float | None] | None:
    rows = _overall(table, model)
    if "net_return" not in rows:
        return None
    sharpe = rows.get("sharpe", {})
    values = {name: rows.get(name, {}).get("value") for name in ("net_return", "buy_and_hold", "fee_bps")}
    return {**values, "sharpe": sharpe.get("value"), "low": sharpe.get("low"), "high": sharpe.get("high")}


def _power(table: pl.DataFrame, effective: pl.DataFrame, model: str) -> dict[str, float | None] | None:
    rows = table.filter((pl.col("question") == "skill") & pl.col("step").is_null())
    count = effective.filter((pl.col("model") == model) & pl.col("step").is_null())
    if rows.is_empty() or count.is_empty():
        return None
    return {"smallest": rows["smallest"][0], "independent": count["independent"][0]}
