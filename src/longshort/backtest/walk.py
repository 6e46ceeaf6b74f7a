"""The walk: one model's forecasts over all folds, and those to come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from longshort.backtest.conformal import Calibration, calibrate, fit_calibration
from longshort.backtest.folds import Fold
from longshort.backtest.protocols import NetworkFit
from longshort.baselines import Baseline, Fitted
from longshort.data.panel import Panel
from longshort.data.windows import last_pairs
from longshort.errors import NotEnoughHistory
from longshort.finding import Finding
from longshort.results.forecast import Forecast, join_forecasts


@dataclass(frozen=True, eq=False)
class Walked:
    """Hold one model's forecasts over the test (`tested`: the series that reach it) and from their ends (`coming`).

    `findings` are what its fits noticed.
    """

    tested: Forecast
    coming: Forecast
    findings: tuple[Finding, ...] = ()


def walk(fitted: Sequence[Fitted], panel: Panel, folds: Sequence[Fold]) -> Forecast:
    """Forecast from every cutoff of every fold with the model fitted before it."""
    parts = [
        replace(model.predict(panel, fold.pairs), fold=np.full(len(fold.pairs), number, dtype=np.int64))
        for number, (model, fold) in enumerate(zip(fitted, folds, strict=True))
    ]
    return join_forecasts(parts)


def walk_network(fits: Sequence[NetworkFit], panel: Panel, folds: Sequence[Fold]) -> tuple[Walked, Calibration]:
    """Walk a network's fits, one for each fold and one on all rows; give also the calibration of what is to come.

    Each forecast is calibrated on the first fit's validation stretch and on the test's outcomes that had come to pass.
    """
    raw = walk(fits[:-1], panel, folds)
    held_back = fits[0].validation_pairs(panel)
    first = fits[0].predict(panel, held_back) if len(held_back) else raw.select(np.arange(0))
    calibration = fit_calibration(join_forecasts([first, raw]))
    coming = calibration.apply(fits[-1].predict(panel, last_pairs(panel)))
    return Walked(calibrate(raw, first).without_empty(), coming), calibration


def walk_beside(model: Baseline, panel: Panel, folds: Sequence[Fold], cutoffs: Sequence[int]) -> Walked | str:
    """Fit another model at the network's cutoffs, one for each fold and one on all rows, and walk it.

    Where it forecasts nothing, the code of why: it needs more history ("history"), or fits no series ("no_fit").
    """
    try:
        fitted = model.fit(panel, cutoffs)
        tested = walk(fitted[:-1], panel, folds).without_empty()
        coming = fitted[-1].predict(panel, last_pairs(panel))
    except NotEnoughHistory:
        return "history"
    noticed = dict.fromkeys(finding for fit in fitted for finding in getattr(fit, "findings", ()))
    return "no_fit" if np.isnan(tested.mean).all() else Walked(tested, coming, tuple(noticed))
