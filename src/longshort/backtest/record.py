"""What a run keeps beside forecasts and scores: history, learning curves, the folds' ledger, what was done when."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from longshort.backtest.protocols import Network, NetworkFit
from longshort.baselines import Baseline
from longshort.baselines.past_errors import FEW
from longshort.data.calendars import to_dict
from longshort.data.calendars.units import shared_unit
from longshort.data.panel import Panel
from longshort.errors import examples
from longshort.evaluation.bare import curve_table
from longshort.evaluation.judgement import Context, Judgement
from longshort.finding import Finding
from longshort.language import Message, message, model_name
from longshort.results.forecast import Forecast
from longshort.results.plain import is_daily, iso
from longshort.results.versions import version_of

REFITTED = ("theta", "ets", "garch")
BY_PAST_ERRORS = ("mean", "seasonal_naive", "seasonal_mean", "theta", "ets", "zero")
LIBRARIES = ("longshort", "numpy", "polars", "scipy", "torch", "arch", "exchange_calendars")


class Clock:
    """Measure the seconds that each part takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        """Measure one part."""
        begin = time.perf_counter()
        yield
        self.seconds[part] = round(time.perf_counter() - begin, 3)


def history_frame(panel: Panel) -> pl.DataFrame:
    """Give the target as used: unique_id, ds, y."""
    ids = pl.Series("unique_id", panel.ids, dtype=pl.String).gather(panel.series)
    return pl.DataFrame([ids, pl.Series("ds", panel.labels(panel.times)), pl.Series("y", panel.target)])


def curves(fits: Sequence[NetworkFit], seed: int) -> pl.DataFrame:
    """Give the learning curves: one row for each fold, seed and epoch."""
    return pl.concat([curve_table((), seed), *(curve_table(fit.records, seed, k) for k, fit in enumerate(fits))])


def ledgers(panel: Panel, fits: Sequence[NetworkFit], tested: Forecast) -> tuple[dict[str, Any], ...]:
    """Say which dates each fold knew, learnt from, validated on and was tested on (the sessions forecast at step 1)."""
    return tuple(_ledger(panel, number, fit, tested) for number, fit in enumerate(fits))


def _ledger(panel: Panel, number: int, fit: NetworkFit, tested: Forecast) -> dict[str, Any]:
    test = np.unique(tested.ds[tested.fold == number, 0])
    parts = {name: fit.ledger[name] for name in ("known", "train", "validation")}
    parts["test"] = {"from": int(test[0]), "to": int(test[-1]), "sessions": len(test)}
    return {"fold": number} | {name: _dated(panel, part) for name, part in parts.items()}


def _dated(panel: Panel, part: Mapping[str, Any]) -> dict[str, Any]:
    """Write a stretch's two times as the files write them."""
    return {
        name: value if name == "sessions" or value is None else _label(panel, value) for name, value in part.items()
    }


def _label(panel: Panel, moment: int) -> Any:
    return iso(np.array([moment]), panel.dated, is_daily(panel.times))[0]


def untested(panel: Panel, tested: Forecast) -> list[Finding]:
    """Name the series that the test does not reach: they end before it, so nothing is said of them."""
    scored = set(tested.ids)
    missing = [name for name in panel.ids if name not in scored]
    if not missing:
        return []
    text = message("findings.untested_series", n=len(missing), total=len(panel), names=examples(missing))
    return [Finding("untested_series", "warning", text, float(len(missing)))]


def notes_of(baselines: Sequence[Baseline], panel: Panel, first_fit: int, horizon: int) -> Iterator[Message]:
    """Say how baselines that need a fit stand beside the network, and whose past errors are pooled for being few."""
    names = [one.name for one in baselines]
    if fitted := [model_name(name) for name in names if name in REFITTED]:
        yield message("run.refitted", names=fitted)
    known = np.bincount(panel.series[~np.isnan(panel.target) & (panel.times <= first_fit)], minlength=len(panel))
    pooled = [model_name(name) for name in names if name in BY_PAST_ERRORS] if known.min() < FEW + horizon else []
    if pooled:
        yield message("run.pooled", n=FEW, names=pooled)


def account(
    panel: Panel, recipe: Network, fit: NetworkFit, seconds: Mapping[str, float], outcomes: int, notes: Iterable[str]
) -> dict[str, Any]:
    """Say what was done, when, on what and with which versions.

    `fit` is the last one, on all rows; `outcomes` counts those behind its calibration, for each step; `notes` are
    what the other models have to say.
    """
    return {
        **versions(LIBRARIES),
        "seconds": seconds,
        "data": data_account(panel),
        "recipe": recipe.to_dict(),
        "device": fit.device,
        "horizon": recipe.horizon,
        "seeds": list(range(recipe.seed, recipe.seed + len(fit.records))),
        "notes": [*fit.notes, message("run.calibrated", n=outcomes), *notes],
    }


def context_account(context: Context, judged: Judgement, season: int | None) -> dict[str, Any]:
    """Keep what the judgement rests on beside the forecasts, so that an audit of the folder makes the same one."""
    return {
        "model": context.model,
        "baselines": list(judged.tables.skill["baseline"].unique(maintain_order=True)),
        "left_out": [[one.baseline, one.reason] for one in context.left_out],
        "chosen": list(context.chosen),
        "season": season,
        "fee_bps": context.fee_bps,
        "direction": context.direction,
        "why_mechanical": context.why_mechanical,
        "knows_more": context.knows_more,
        "judged_findings": len(judged.findings),
    }


def versions(libraries: Sequence[str]) -> dict[str, Any]:
    """Say when it is, and with which versions of longshort and other libraries."""
    return {
        "version": version_of("longshort"),
        "versions": {name: version_of(name) for name in libraries},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def data_account(panel: Panel) -> dict[str, Any]:
    """Say what the data are: how much of what, from when to when, counted how, and what was assumed in reading."""
    return {
        "fingerprint": panel.fingerprint(),
        "rows": len(panel.target),
        "series": len(panel),
        "from": _label(panel, int(panel.times.min())),
        "to": _label(panel, int(panel.times.max())),
        "calendar": ", ".join(sorted({calendar.name for calendar in panel.calendars})),
        "calendars": calendars_account(panel),
        "kind": panel.columns[0].kind,
        "unit": shared_unit(panel.calendars),
        "notes": list(panel.notes),
    }


def calendars_account(panel: Panel) -> dict[str, Any]:
    """Describe the calendars as plain data: each different one, and which of them each series has."""
    different = list(dict.fromkeys(panel.calendars))
    place = {calendar: number for number, calendar in enumerate(different)}
    return {"each": [to_dict(calendar) for calendar in different], "of": [place[one] for one in panel.calendars]}
