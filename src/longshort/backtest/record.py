"""What a run keeps beside forecasts and scores: history, learning curves, the folds' ledger, what was done when."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl

from longshort.backtest.protocols import Network, NetworkFit
from longshort.data.panel import Panel
from longshort.errors import examples
from longshort.evaluation.bare import curve_table
from longshort.finding import Finding
from longshort.results.forecast import Forecast
from longshort.results.plain import is_daily, iso

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
    text = f"{len(missing)} of {len(panel)} series end before the test and are not scored: {examples(missing)}."
    return [Finding("untested_series", "warning", text, float(len(missing)))]


def account(
    panel: Panel, recipe: Network, fit: NetworkFit, seconds: Mapping[str, float], outcomes: int, notes: Sequence[str]
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
        "notes": [*fit.notes, f"Intervals are calibrated on up to {outcomes} known outcomes of each step.", *notes],
    }


def versions(libraries: Sequence[str]) -> dict[str, Any]:
    """Say when it is, and with which versions of longshort and other libraries."""
    return {
        "version": version("longshort"),
        "versions": {name: version(name) for name in libraries},
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
        "notes": list(panel.notes),
    }
