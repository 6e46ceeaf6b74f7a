"""A forecast is a distribution: quantiles for each cutoff and step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.windows import Pairs, future_times, last_known, outcomes

if TYPE_CHECKING:
    import polars as pl

    from longshort.claims import Claims
    from longshort.report.inline import Picture

QUANTILE_LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
BY_PAIR = ("series", "cutoffs", "ds", "last", "mean", "quantiles", "p_up", "y", "fold")


@dataclass(frozen=True, eq=False)
class Forecast:
    """Hold one model's forecasts from many cutoffs of many series.

    `n` pairs of series and cutoff, `h` steps, `q` quantile levels. `series` indexes `ids`; `cutoffs` and `ds` are
    times as in Panel (`ds[i, k - 1]` is the session forecast at step k); `last` is the newest target known at the
    cutoff; `mean` is the point forecast (the median where the model gives quantiles); `p_up` the probability of ending
    above `last`, NaN where the model does not say; `y` what happened, NaN where it is not known (yet). A point forecast
    has no quantile levels. The arrays by seed hold each member of an ensemble before averaging: `[seed, n, h]` and
    `[seed, n, h, q]`, with zero seeds for a model that has none. `limits` are values that the target cannot leave,
    where the model knows of any. All in the target's unit. `claims` and `verdict` are those of the test that decided
    whose forecast is given (`longshort.forecast`), None where there was none.
    """

    model: str
    ids: tuple[str, ...]
    series: NDArray[np.int64]
    cutoffs: NDArray[np.int64]
    ds: NDArray[np.int64]
    last: NDArray[np.float64]
    mean: NDArray[np.float64]
    quantile_levels: tuple[float, ...]
    quantiles: NDArray[np.float64]
    p_up: NDArray[np.float64]
    y: NDArray[np.float64]
    fold: NDArray[np.int64]
    seed_mean: NDArray[np.float64]
    seed_quantiles: NDArray[np.float64]
    dated: bool = True
    limits: tuple[float, float] | None = None
    claims: "Claims | None" = None
    verdict: str | None = None

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        return f"Forecast({self.model!r}, {len(self.ids)} series, {len(self):,} cutoffs, {self.horizon} steps)"

    def __len__(self) -> int:
        """Count the pairs of series and cutoff."""
        return len(self.cutoffs)

    @property
    def horizon(self) -> int:
        """Give the number of steps ahead."""
        return int(self.mean.shape[1])

    def quantile(self, level: float) -> NDArray[np.float64]:
        """Give the quantiles at one level, `[pair, step]`; KeyError where the model does not give it."""
        for position, known in enumerate(self.quantile_levels):
            if abs(known - level) < 1e-9:
                return self.quantiles[:, :, position]
        raise KeyError(level)

    def seed(self, index: int) -> "Forecast":
        """Give one member's own forecast."""
        empty_mean, empty_quantiles = self.seed_mean[:0], self.seed_quantiles[:0]
        return replace(
            self,
            mean=self.seed_mean[index],
            quantiles=self.seed_quantiles[index],
            seed_mean=empty_mean,
            seed_quantiles=empty_quantiles,
        )

    def select(self, chosen: NDArray[Any]) -> "Forecast":
        """Choose some of the pairs by mask or index."""
        return replace(
            self,
            **{name: getattr(self, name)[chosen] for name in BY_PAIR},
            seed_mean=self.seed_mean[:, chosen],
            seed_quantiles=self.seed_quantiles[:, chosen],
        )

    def without_empty(self) -> "Forecast":
        """Leave out the series of which there is no pair."""
        present, series = np.unique(self.series, return_inverse=True)
        return replace(self, ids=tuple(self.ids[i] for i in present), series=series.astype(np.int64))

    def to_frame(self) -> "pl.DataFrame":
        """Give a table with a row for each series, cutoff and step; `longshort.results.tables` names its columns."""
        from longshort.results.tables import to_frame

        return to_frame(self)

    def summary(self, lang: str = "en") -> dict[str, Any]:
        """Give the forecasts as one plain dictionary, as `longshort forecast --json` prints them."""
        from longshort.results.summary import summarise_forecast

        return summarise_forecast(self, lang)

    def plot(self, unique_id: str | None = None) -> "Picture":
        """Draw the newest forecast for one series, the first unless named; DataError where there is no such series."""
        from longshort.results.notebook import draw_forecast

        return draw_forecast(self, unique_id)

    def _repr_html_(self) -> str:
        from longshort.results.notebook import show_forecast

        return show_forecast(self)


def join_forecasts(parts: Sequence[Forecast]) -> Forecast:
    """Put one model's forecasts from several stretches behind one another."""
    if len(parts) == 1:
        return parts[0]
    joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in BY_PAIR}
    return replace(
        parts[0],
        **joined,
        seed_mean=np.concatenate([part.seed_mean for part in parts], axis=1),
        seed_quantiles=np.concatenate([part.seed_quantiles for part in parts], axis=1),
    )


def p_up_from_quantiles(
    quantile_levels: tuple[float, ...], quantiles: NDArray[np.float64], last: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Read the probability of ending above `last` off a quantile function, `[pair, step]`.

    The distribution function is linear between the quantiles; beyond the outermost ones it stays at their levels, so
    nobody is told 0 or 1. `last` is `[pair]`, `quantiles` `[pair, step, level]`, both in the target's unit.

    >>> p_up_from_quantiles((0.25, 0.75), np.array([[[9.0, 11.0]]]), np.array([10.5]))
    array([[0.375]])
    """
    levels = np.asarray(quantile_levels)
    below = (quantiles <= last[:, None, None]).sum(axis=-1)
    left = np.clip(below - 1, 0, len(levels) - 2)
    low = np.take_along_axis(quantiles, left[..., None], -1)[..., 0]
    high = np.take_along_axis(quantiles, left[..., None] + 1, -1)[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(high > low, (last[:, None] - low) / (high - low), 0.5)
    cdf = levels[left] + np.clip(share, 0.0, 1.0) * (levels[left + 1] - levels[left])
    return np.where(np.isnan(quantiles).any(axis=-1), np.nan, 1.0 - cdf)


_AROUND: WeakKeyDictionary[Pairs, tuple[Panel, tuple[NDArray[Any], ...]]] = WeakKeyDictionary()


def _around(panel: Panel, pairs: Pairs, horizon: int) -> tuple[NDArray[Any], ...]:
    """Give the newest values, the dates and the outcomes around some pairs: once for all models that start there."""
    owner, known = _AROUND.get(pairs, (None, ()))
    if owner is not panel or known[1].shape[1] != horizon:
        last = last_known(panel)[pairs.rows]
        known = last, future_times(panel, pairs, horizon), outcomes(panel, pairs, horizon)
        _AROUND[pairs] = panel, known
    return known


def from_arrays(
    model: str,
    panel: Panel,
    pairs: Pairs,
    mean: NDArray[np.float64],
    *,
    quantile_levels: tuple[float, ...] = (),
    quantiles: NDArray[np.float64] | None = None,
) -> Forecast:
    """Build a Forecast from what a model computed; the panel fills in the rest.

    `mean` is `[pair, step]` and `quantiles` `[pair, step, level]`, in the target's unit and rising with the level.
    Dates, newest values and what happened are read from the panel; `p_up` is read off the quantiles, NaN without
    them; `fold` is 0, for the walk to number.
    """
    last, ds, y = _around(panel, pairs, mean.shape[1])
    spread = np.empty((*mean.shape, 0)) if quantiles is None else quantiles
    no_seed = np.empty((0, *mean.shape))
    return Forecast(
        model=model,
        ids=panel.ids,
        series=pairs.series,
        cutoffs=panel.times[pairs.rows],
        ds=ds,
        last=last,
        mean=mean,
        quantile_levels=quantile_levels,
        quantiles=spread,
        p_up=p_up_from_quantiles(quantile_levels, spread, last) if quantile_levels else np.full(mean.shape, np.nan),
        y=y,
        fold=np.zeros(len(pairs), dtype=np.int64),
        seed_mean=no_seed,
        seed_quantiles=np.empty((0, *spread.shape)),
        dated=panel.dated,
    )
