"""Let a user's own model through the backtest, shown nothing later than each cutoff."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from longshort.baselines import Fitted
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.errors import DataError, SettingsError
from longshort.results.forecast import Forecast, from_arrays, join_forecasts


def adapt(model: Any, horizon: int) -> Any:
    """Give a model the two methods of all that can be backtested, where it has the two simple ones.

    A model whose `fit` takes cutoffs is left as it is. Otherwise `fit(panel)` (optional; it may return itself,
    another object or nothing) and `predict(panel)` each get a panel that ends at the cutoff; `predict` gives point
    forecasts `[series, step]`, or `[step]` for one series. Its name is its `name`, else its class's. Raises
    SettingsError where there is no `predict`.
    """
    if hasattr(model, "fit") and "cutoffs" in signature(model.fit).parameters:
        return model
    if not callable(getattr(model, "predict", None)):
        raise SettingsError(
            f"{model!r} has no method predict(panel).", hint="Give your model fit(panel) and predict(panel)."
        )
    return Adapter(model, str(getattr(model, "name", type(model).__name__)), horizon)


@dataclass(frozen=True)
class Adapter:
    """Fit a user's model once for each cutoff, on a panel that ends there."""

    model: Any
    name: str
    horizon: int

    def fit(self, panel: Panel, cutoffs: Sequence[int]) -> list[Fitted]:
        """Fit a fresh copy of the user's model for each cutoff."""
        fitted: list[Fitted] = []
        for cutoff in cutoffs:
            fresh = deepcopy(self.model)
            result = fresh.fit(panel.until(cutoff)) if hasattr(fresh, "fit") else None
            fitted.append(AdaptedFit(fresh if result is None else result, self.name, self.horizon))
        return fitted


@dataclass(frozen=True)
class AdaptedFit:
    """Ask a user's fitted model at each cutoff, with a panel that ends there."""

    model: Any
    name: str
    horizon: int

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Collect the point forecasts; DataError where their shape is not `[series, step]`."""
        times = panel.times[pairs.rows]
        parts, places = [], []
        for cutoff in np.unique(times):
            places.append(np.flatnonzero(times == cutoff))
            chosen = pairs[places[-1]]
            parts.append(from_arrays(self.name, panel, chosen, self._points(panel.until(int(cutoff)))[chosen.series]))
        return join_forecasts(parts).select(np.argsort(np.concatenate(places)))

    def _points(self, visible: Panel) -> np.ndarray[Any, np.dtype[np.float64]]:
        points = np.asarray(self.model.predict(visible), dtype=np.float64)
        shape = (len(visible), self.horizon)
        if points.shape != shape and not (len(visible) == 1 and points.shape == shape[1:]):
            raise DataError(
                f"{self.name}.predict gave the shape {points.shape}, but {shape} (series, steps) was expected."
            )
        return points.reshape(shape)
