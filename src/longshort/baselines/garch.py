"""Volatility that clusters: the econometrician's baseline of distributions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import Known, known_targets
from longshort.baselines.garch_fit import CannotBeFitted, Volatility, changes_of, ewma, fit_shared, fit_volatility
from longshort.baselines.garch_paths import Surface, next_variances, surface
from longshort.baselines.volatility_cone import all_positive
from longshort.data.panel import Panel
from longshort.data.support import in_support
from longshort.data.windows import Pairs
from longshort.finding import Finding
from longshort.language import message
from longshort.results.forecast import QUANTILE_LEVELS, Forecast, from_arrays

OWN_UP_TO = 20  # series, each with parameters of its own; more share one set
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Garch:
    """Fit GJR-GARCH(1,1,1) with a constant mean and Student-t innovations at each fit, filter with it in between.

    A change is the log return (the difference, where the series had values at or below zero when it was fitted) from
    one known value to the next, also over missing sessions. Up to 20 series have parameters of their own; more share
    one set, each with its own mean and variance. Quantiles are those of simulated paths (`garch_paths`); `mean` is
    their median. Where a fit is not to be had (fewer than 100 changes, no convergence), the exponentially weighted
    variance stands for it; a series whose values mostly stay the same has no forecast. The fitted form's `findings`
    say so.
    """

    name: ClassVar[str] = "garch"
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS
    seed: int = 0

    def fit(self, panel: Panel, cutoffs: Sequence[int]) -> list["FittedGarch"]:
        """Fit every series at each cutoff time on its known values at or before it."""
        return [self._fit(panel.until(cutoff)) for cutoff in cutoffs]

    def _fit(self, past: Panel) -> "FittedGarch":
        targets = [past.target[past.rows(series)] for series in range(len(past))]
        known = [values[~np.isnan(values)] for values in targets]
        fitted = shared(known) if len(past) > OWN_UP_TO else [own(values) for values in known]
        volatilities = {
            name: one for name, one in zip(past.ids, fitted, strict=True) if not isinstance(one, CannotBeFitted)
        }
        failed = {name: one for name, one in zip(past.ids, fitted, strict=True) if isinstance(one, CannotBeFitted)}
        hopeless = frozenset(name for name, error in failed.items() if error.hopeless)
        return FittedGarch(self, volatilities, hopeless, tuple(notices(failed, len(past))))


def own(values: Floats) -> Volatility | CannotBeFitted:
    """Fit one series by itself, or give the reason why that cannot be."""
    try:
        return fit_volatility(values)
    except CannotBeFitted as error:
        return error


def shared(series: Sequence[Floats]) -> Sequence[Volatility | CannotBeFitted]:
    """Fit many series together; where that cannot be, the reason stands for each."""
    try:
        return fit_shared(series)
    except CannotBeFitted as error:
        return [error] * len(series)


def notices(failed: dict[str, CannotBeFitted], series: int) -> list[Finding]:
    """Say which series have no fit of their own and what stands for it: one finding for each reason."""
    said = []
    for hopeless in (False, True):
        names = [name for name, error in failed.items() if error.hopeless == hopeless]
        if not names:
            continue
        count, name = len(names), repr(names[0])
        one = message("findings.garch.one", name=name)
        which = one if count == 1 else message("findings.garch.several", n=count, total=series, name=name)
        code, msgid = ("garch_left_out", "left_out") if hopeless else ("garch_fallback", "ewma")
        text = message(f"findings.garch.{msgid}", which=which, n=count, why=failed[names[0]].why)
        said.append(Finding(code, "info", text, float(count)))
    return said


@dataclass(frozen=True, eq=False)
class FittedGarch:
    """Forecast with one volatility for each series; what could not be fitted is told in `findings`."""

    settings: Garch
    volatilities: dict[str, Volatility]
    hopeless: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    _surfaces: dict[tuple[float, ...], Surface] = field(default_factory=dict, repr=False)

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees fewer than two values."""
        settings = self.settings
        known = known_targets(panel, pairs, settings.name, needed=2)
        positive = all_positive(known)
        levels = (*settings.quantile_levels, 0.5)
        quantiles = np.full((len(pairs), settings.horizon, len(levels)), np.nan)
        order = np.argsort(pairs.series, kind="stable")
        starts = np.searchsorted(pairs.series[order], np.arange(len(panel) + 1))
        for series in np.flatnonzero(np.diff(starts)):
            pairs_of = order[starts[series] : starts[series + 1]]
            if panel.ids[series] in self.hopeless:
                continue
            for logs in (True, False):
                chosen = pairs_of[positive[pairs_of] == logs]
                if len(chosen):
                    quantiles[chosen] = self._forecast(panel.ids[series], known, chosen, logs)
        quantiles = in_support(panel, pairs.rows, quantiles)
        return from_arrays(
            settings.name,
            panel,
            pairs,
            quantiles[:, :, -1],
            quantile_levels=settings.quantile_levels,
            quantiles=quantiles[:, :, :-1],
        )

    def _forecast(self, unique_id: str, known: Known, chosen: NDArray[np.int64], positive: bool) -> Floats:
        """Filter one series up to its last pair and give the quantiles from each of its pairs, `[pair, step, level]`.

        A series that could not be fitted, or fell to zero after it was fitted to log returns, has the EWMA variance.
        """
        first = known.first[chosen[0]]
        values = known.values[first : known.stop[chosen].max()]
        volatility = self.volatilities.get(unique_id)
        if volatility is None or (volatility.logs and not positive):
            volatility = ewma(values, positive)
        variances = next_variances(volatility, changes_of(values, volatility.logs))[known.stop[chosen] - first - 1]
        steps = np.arange(1, self.settings.horizon + 1)[None, :, None]
        with np.errstate(over="ignore", invalid="ignore"):
            sums = self._surface(volatility).at(variances)
            changes = (sums + volatility.mean * steps) / volatility.scale
            last = known.values[known.stop[chosen] - 1][:, None, None]
            found = last * np.exp(changes) if volatility.logs else last + changes
        return np.where(np.isfinite(found), found, np.nan)

    def _surface(self, volatility: Volatility) -> Surface:
        """Simulate once for all series of the same parameters."""
        key = (volatility.omega, volatility.alpha, volatility.gamma, volatility.beta, volatility.degrees)
        if key not in self._surfaces:
            settings = self.settings
            levels = (*settings.quantile_levels, 0.5)
            self._surfaces[key] = surface(volatility, settings.horizon, levels, settings.seed)
        return self._surfaces[key]
