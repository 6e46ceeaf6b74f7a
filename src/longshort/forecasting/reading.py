"""Turn what a stream's networks say into forecasts, whose numbers are worked out when they are first looked at."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longshort.backtest.conformal import move
from longshort.data.panel import Panel
from longshort.data.running import Inputs
from longshort.data.transforms import inverse
from longshort.nn import heads
from longshort.results.forecast import Forecast, p_up_from_quantiles

if TYPE_CHECKING:
    from longshort.forecasting.forecaster import Forecaster

Floats = NDArray[np.float64]


class Coming(Forecast):
    """A Forecast from one cutoff that works its distribution out when it is first looked at.

    A stream that goes through many rows to forecast from the last thus pays for one distribution.
    """

    def __getattr__(self, name: str) -> Any:
        """Work out what is not there yet."""
        said: Said | None = self.__dict__.get("_said")
        if said is None or name not in LATE:
            raise AttributeError(f"a Forecast has no {name!r}")
        self.__dict__.update(LATE[name](self, said))
        return self.__dict__[name]


class Said:
    """Hold raw numbers `[member, 1, step, output]`, loc and scale of the target, and whose they are."""

    __slots__ = ("loc", "raw", "reading", "scale")

    def __init__(self, reading: "Reading", raw: NDArray[np.float32], loc: float, scale: float) -> None:
        self.reading, self.raw, self.loc, self.scale = reading, raw, loc, scale


class Reading:
    """Know how one fitted forecaster reads its networks, for one series."""

    def __init__(self, forecaster: "Forecaster", panel: Panel) -> None:
        self._fitted, self._calibration = forecaster.fitted, forecaster.calibration
        network, recipe, coordinates = self._fitted.network, forecaster.recipe, self._fitted.coordinates
        self.horizon, self._levels = network.horizon, recipe.quantile_levels
        self._shape = (len(self._fitted.parameters), 1, network.horizon, -1)
        steps = np.arange(1, network.horizon + 1) if coordinates.relative else np.ones(network.horizon)
        self._growth = np.sqrt(steps)[None]
        self._with_centre = None
        if network.model.head == "quantiles":
            # the centre, as one more level: the median, or the mixture of its neighbours that stands for it
            every = np.eye(len(self._levels))
            self._with_centre = np.hstack([every, heads.between_levels(every, self._levels, (0.5,))])
        self._constant = {
            "model": recipe.name,
            "ids": panel.ids,
            "series": np.zeros(1, np.int64),
            "quantile_levels": self._levels,
            "y": np.full((1, network.horizon), np.nan),
            "fold": np.zeros(1, np.int64),
            "dated": panel.dated,
            "limits": self._fitted.limits,
        }

    def forecast(self, raw: NDArray[np.float32], inputs: Inputs, time: int, ds: NDArray[np.int64]) -> Forecast:
        """Make the forecast from the cutoff `time` for the sessions `ds` of raw numbers `[member, step * output]`."""
        forecast = object.__new__(Coming)
        forecast.__dict__.update(
            self._constant,
            cutoffs=np.array([time]),
            ds=ds[None],
            last=np.array([inputs.last]),
            _said=Said(self, raw.reshape(self._shape).copy(), inputs.loc, inputs.scale),
        )
        return forecast

    def distribution(self, said: Said) -> dict[str, Floats]:
        """Give the ensemble's mean and its calibrated quantiles."""
        table = self._fitted.within(self._in_unit(said, self._ensemble(said.raw)))
        shift, limits = self._calibration.shift, self._fitted.limits
        return {"mean": table[..., -1], "quantiles": move(self._levels, table[..., :-1], shift, limits)}

    def members(self, said: Said) -> dict[str, Floats]:
        """Give each member's own mean and quantiles, before calibration."""
        centre, quantiles = self._fitted.transformed(said.raw)
        mean = self._in_unit(said, centre[..., None])[..., 0]
        within = self._fitted.within
        return {"seed_mean": within(mean), "seed_quantiles": within(self._in_unit(said, quantiles))}

    def _in_unit(self, said: Said, numbers: Floats) -> Floats:
        loc, scale = np.array([said.loc]), said.scale * self._growth
        return inverse(numbers, loc, scale, self._fitted.coordinates.log)

    def _ensemble(self, raw: NDArray[np.float32]) -> Floats:
        """Average the members' quantiles and, behind these, their centre, in the network's coordinates."""
        if self._with_centre is None:
            centre, quantiles = self._fitted.read_head(raw)
            table = np.concatenate([quantiles, centre[..., None]], axis=-1)
        else:
            table = heads.monotone(self._fitted.network, raw.astype(np.float64))
        table = np.add.reduce(table, axis=0) / len(raw)
        if self._with_centre is not None:
            table = table.dot(self._with_centre)
        shrinkage = self._fitted.shrinkage
        return shrinkage.apply(table[..., -1], table)[1] if shrinkage else table


def _p_up(forecast: Forecast, _: Said) -> dict[str, Floats]:
    return {"p_up": p_up_from_quantiles(forecast.quantile_levels, forecast.quantiles, forecast.last)}


def _distribution(_: Forecast, said: Said) -> dict[str, Floats]:
    return said.reading.distribution(said)


def _members(_: Forecast, said: Said) -> dict[str, Floats]:
    return said.reading.members(said)


LATE = {
    "mean": _distribution,
    "quantiles": _distribution,
    "p_up": _p_up,
    "seed_mean": _members,
    "seed_quantiles": _members,
}
