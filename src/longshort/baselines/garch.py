"""Volatility that clusters: the econometrician's baseline of spreads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import Known, known_targets
from longshort.baselines.garch_fit import Volatility, changes_of, ewma, fit_volatility
from longshort.baselines.garch_paths import innovations, next_variances, simulate
from longshort.baselines.volatility_cone import all_positive, sorted_quantiles
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.finding import Finding
from longshort.results.forecast import QUANTILE_LEVELS, Forecast, from_arrays

BLOCK = 2_000_000  # simulated numbers held at a time, to bound memory


@dataclass(frozen=True)
class Garch:
    """Fit GJR-GARCH(1,1,1) with a constant mean and Student-t innovations at each fit, filter with it in between.

    A change is the log return (the difference, where the series had values at or below zero when it was fitted) from
    one known value to the next, also over missing sessions. Quantiles are those of `paths` (a power of two) simulated
    paths; `mean` is their median. Where a fit is not to be had (fewer than 100 changes, no convergence), the
    exponentially weighted variance stands for it, and the fitted form's `findings` say so.
    """

    name: ClassVar[str] = "garch"
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS
    seed: int = 0
    paths: int = 2048

    def fit(self, panel: Panel, cutoffs: Sequence[int]) -> list["FittedGarch"]:
        """Fit every series at each cutoff time on its known values at or before it."""
        return [self._fit(panel.until(cutoff)) for cutoff in cutoffs]

    def _fit(self, past: Panel) -> "FittedGarch":
        volatilities, failures = {}, []
        for series, unique_id in enumerate(past.ids):
            values = past.target[past.rows(series)]
            fitted, why = fit_volatility(values[~np.isnan(values)])
            if fitted:
                volatilities[unique_id] = fitted
            else:
                failures.append(
                    Finding("garch_fallback", "info", f"garch: {unique_id!r} has the EWMA variance, as {why}.")
                )
        return FittedGarch(self, volatilities, tuple(failures))


@dataclass(frozen=True, eq=False)
class FittedGarch:
    """Forecast with one volatility for each series; what could not be fitted is told in `findings`."""

    settings: Garch
    volatilities: dict[str, Volatility]
    findings: tuple[Finding, ...] = ()

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees fewer than two values."""
        settings = self.settings
        known = known_targets(panel, pairs, settings.name, needed=2)
        positive = all_positive(known)
        levels = (*settings.quantile_levels, 0.5)
        spread = np.empty((len(pairs), settings.horizon, len(levels)))
        for series in np.unique(pairs.series):
            for logs in (True, False):
                chosen = np.flatnonzero((pairs.series == series) & (positive == logs))
                if len(chosen):
                    volatility, ahead = self._variances(panel.ids[series], known, chosen, logs)
                    changes = self._quantiles(panel.ids[series], volatility, ahead, levels)
                    last = known.last[chosen][:, None, None]
                    spread[chosen] = last * np.exp(changes) if volatility.logs else last + changes
        return from_arrays(
            settings.name,
            panel,
            pairs,
            spread[:, :, -1],
            quantile_levels=settings.quantile_levels,
            quantiles=spread[:, :, :-1],
        )

    def _variances(
        self, unique_id: str, known: Known, chosen: NDArray[np.int64], positive: bool
    ) -> tuple[Volatility, NDArray[np.float64]]:
        """Filter one series up to its last pair; give its volatility and the next change's variance at each pair.

        A series that could not be fitted, or fell to zero after it was fitted to log returns, has the EWMA variance.
        """
        first = known.first[chosen[0]]
        values = known.values[first : known.stop[chosen].max()]
        volatility = self.volatilities.get(unique_id)
        if volatility is None or (volatility.logs and not positive):
            volatility = ewma(values, positive)
        with np.errstate(over="ignore"):
            variances = next_variances(volatility, changes_of(values, volatility.logs))
        return volatility, variances[known.stop[chosen] - first - 1]

    def _quantiles(
        self, unique_id: str, volatility: Volatility, variances: NDArray[np.float64], levels: tuple[float, ...]
    ) -> NDArray[np.float64]:
        """Simulate in blocks of cutoffs and give the quantiles of the sums of changes, `[cutoff, step, level]`."""
        settings = self.settings
        drawn = innovations(volatility, settings.horizon, settings.paths, settings.seed, unique_id)
        out = np.empty((len(variances), settings.horizon, len(levels)))
        block = max(BLOCK // drawn.size, 1)
        for start in range(0, len(variances), block):
            part = slice(start, start + block)
            sums = simulate(volatility, variances[part], drawn)
            sums.sort(axis=-1)
            counts = np.full(sums.shape[1], settings.paths)
            for step in range(settings.horizon):
                out[part, step] = sorted_quantiles(sums[step], counts, levels)
        return out
