"""The losses on which models are compared, pair by pair."""

from collections.abc import Sequence

import numpy as np

from longshort.evaluation.arrays import Counts, Floats, Grid
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.point import squared_error
from longshort.evaluation.probabilistic import crps, shared_levels
from longshort.results.forecast import Forecast


def losses(metric: str, forecast: Forecast, levels: tuple[float, ...], outcomes: Outcomes) -> Floats:
    """Give the `[pair, step]` losses that `metric` compares: squared errors, Brier scores, or CRPS over `levels`."""
    if metric == "rmse":
        return squared_error(forecast.y, forecast.mean)
    if metric == "brier":
        return np.asarray(np.square(outcomes.probability(forecast) - outcomes.truth(forecast)))
    return crps(forecast, levels)


class Losses:
    """Keep each model's losses on a grid, by series and then by cutoff, as every model is compared with several."""

    def __init__(self, grid: Grid, outcomes: Outcomes) -> None:
        self.grid, self.outcomes = grid, outcomes
        self._losses: dict[tuple[int, str, tuple[float, ...]], Floats] = {}

    def of(self, metric: str, forecast: Forecast, levels: tuple[float, ...] = ()) -> Floats:
        """Give a model's `losses` in the order of the grid."""
        key = (id(forecast), metric, levels if metric == "crps" else ())
        if key not in self._losses:
            self._losses[key] = losses(metric, forecast, levels, self.outcomes)[self.grid.ordered(forecast)[1]]
        return self._losses[key]

    def shared(
        self, metric: str, forecasts: Sequence[Forecast], levels: tuple[float, ...] | None = None
    ) -> tuple[Counts, list[Floats]]:
        """Give the losses of several models on the pairs that all of them have, with the places of these.

        CRPS is over the levels that these models share, unless `levels` are given.
        """
        chosen = shared_levels(forecasts) if levels is None else levels
        each = [self.of(metric, forecast, chosen) for forecast in forecasts]
        places = [self.grid.ordered(forecast)[0] for forecast in forecasts]
        common = places[0]
        for own in places[1:]:
            if common is not own:
                common = common[np.isin(common, own, assume_unique=True)]
        return common, [
            values if own is common or len(own) == len(common) else values[np.searchsorted(own, common)]
            for values, own in zip(each, places, strict=True)
        ]
