"""The walk: one model's forecasts over all folds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from longshort.backtest.folds import Fold
from longshort.baselines import Fitted
from longshort.data.panel import Panel
from longshort.results.forecast import Forecast


def walk(fitted: Sequence[Fitted], panel: Panel, folds: Sequence[Fold]) -> Forecast:
    """Forecast from every cutoff of every fold with the model fitted before it."""
    parts = [
        replace(model.predict(panel, fold.pairs), fold=np.full(len(fold.pairs), number, dtype=np.int64))
        for number, (model, fold) in enumerate(zip(fitted, folds, strict=True))
    ]
    return join_forecasts(parts)


def join_forecasts(parts: Sequence[Forecast]) -> Forecast:
    """Put one model's forecasts from several stretches behind one another."""
    per_pair = ("series", "cutoffs", "ds", "last", "mean", "quantiles", "p_up", "y", "fold")
    joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in per_pair}
    return replace(
        parts[0],
        **joined,
        seed_mean=np.concatenate([part.seed_mean for part in parts], axis=1),
        seed_quantiles=np.concatenate([part.seed_quantiles for part in parts], axis=1),
    )
