"""What an outcome is: a level whose change has a direction, a number with a sign of its own, or one of two classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.errors import SettingsError, nearest
from longshort.results.forecast import Forecast, p_up_from_quantiles

Floats = NDArray[np.float64]
Kind = Literal["change", "sign", "class", "none"]
CHOICES: tuple[Kind, ...] = ("change", "sign", "none")  # that a user may ask for
TURNS = 0.25
"""A target reverts around zero where its sign changes from one value to the next at least this often: half the time
where values are independent, a third of the time where each keeps half of the last; a level hardly ever."""
STAYS = 0.25
"""A level often stays where this share of its values or more equals the one before, as counts that are mostly zero do:
the outcomes that do change then change in the one way they can, and their direction tells no forecasts apart."""
LABELS = 10  # distinct values, up to which they may be labels
MOST_ROWS = 200_000  # that are looked at


@dataclass(frozen=True)
class Outcomes:
    """Hold the `kind` of a target's outcomes, and for classes the values that they take, ascending.

    "change": the direction of an outcome is whether it lies above the last value known at the cutoff. "sign": whether
    it lies above zero. "class": which of the `values` it is; such targets have no errors, no intervals and no
    distribution to judge, only right and wrong. "none": no direction is judged. `asked` says that a user chose it.
    Directions are written as 1 (up) and 0, classes as their place among the values.
    """

    kind: Kind
    values: tuple[float, ...] = ()
    asked: bool = False

    @property
    def is_class(self) -> bool:
        """Say whether outcomes are classes."""
        return self.kind == "class"

    @property
    def categories(self) -> int:
        """Count what an outcome may be: two directions, or the classes."""
        return len(self.values) if self.is_class else 2

    def threshold(self, forecast: Forecast) -> Floats:
        """Give what an outcome of each pair must exceed to be up, `[pair]`."""
        return forecast.last if self.kind == "change" else np.zeros(len(forecast))

    def truth(self, forecast: Forecast) -> Floats:
        """Give what each outcome was, `[pair, step]`; NaN for a tie and for what is not known."""
        return self._category(forecast.y, forecast)

    def probability(self, forecast: Forecast) -> Floats:
        """Give the probability of up, or of the second of two classes, `[pair, step]`; NaN where the model gives none.

        It is read off the quantiles; a model without any gives its own (`p_up`), and of two classes the place of its
        point forecast on their scale.
        """
        if self.is_class:
            if len(self.values) > 2:
                return np.full(forecast.mean.shape, np.nan)
            low, high = self.values
            placed = np.clip((forecast.mean - low) / (high - low), 0.0, 1.0)
            return np.where(np.isnan(forecast.mean), forecast.p_up, placed)
        if self.kind == "change" or len(forecast.quantile_levels) < 2:
            return forecast.p_up
        return p_up_from_quantiles(forecast.quantile_levels, forecast.quantiles, self.threshold(forecast))

    def called(self, forecast: Forecast) -> Floats:
        """Give what the model expects each outcome to be, `[pair, step]`; NaN where it does not say.

        A direction is up where its probability lies above one half; without one, where the point forecast lies above
        the threshold. Exactly one half, or exactly the threshold, is no call: `naive` never makes one about a change.
        A class is the one nearest to the point forecast.
        """
        if self.is_class and not np.isnan(forecast.mean).all():
            return self._category(forecast.mean, forecast)
        chance = self.probability(forecast)
        lean = np.where(np.isnan(chance), forecast.mean - self.threshold(forecast)[:, None], chance - 0.5)
        return np.where(np.isnan(lean) | (lean == 0), np.nan, lean > 0)

    def ties(self, forecast: Forecast) -> NDArray[np.bool_]:
        """Say which outcomes lie exactly at the threshold, and so are neither up nor down, `[pair, step]`."""
        if self.is_class or self.kind == "none":
            return np.zeros(forecast.y.shape, dtype=bool)
        return np.asarray(forecast.y == self.threshold(forecast)[:, None])

    def _category(self, numbers: Floats, forecast: Forecast) -> Floats:
        if self.kind == "none":
            return np.full(numbers.shape, np.nan)
        if self.is_class:
            middles = (np.array(self.values[1:]) + np.array(self.values[:-1])) / 2
            return np.where(np.isnan(numbers), np.nan, np.searchsorted(middles, numbers).astype(float))
        limit = self.threshold(forecast)[:, None]
        unknown = np.isnan(numbers) | np.isnan(limit) | (numbers == limit)
        return np.where(unknown, np.nan, numbers > limit)


def outcomes_of(panel: Panel, judged: Sequence[Forecast], direction: str | None = None) -> Outcomes:
    """Decide by the data what an outcome is; `direction` ("change", "sign", "none") overrides the choice.

    Two distinct values are classes; up to ten are, too, where every forecast that is judged is one of them (labels).
    A target whose sign turns around zero as that of returns, changes or errors does has its own sign as direction. All
    else is a level, whose direction is not judged where it often stays (unless nothing but directions was forecast).
    Raises SettingsError for another `direction`.
    """
    if direction is not None and direction not in CHOICES:
        raise SettingsError(f"direction {direction!r} is unknown.", hint=nearest(direction, CHOICES))
    seen = panel.target[~np.isnan(panel.target)][-MOST_ROWS:]
    values = np.unique(seen[:: max(len(seen) // 1000, 1)])
    values = np.unique(seen) if len(values) <= LABELS else values
    if direction is None and (len(values) == 2 or (2 < len(values) <= LABELS and are_labels(values, judged))):
        return Outcomes("class", tuple(values.tolist()))
    if direction is not None:
        return Outcomes(next(kind for kind in get_args(Kind) if kind == direction), asked=True)
    if turns(panel) >= TURNS:
        return Outcomes("sign")
    only_calls = all(np.isnan(forecast.mean).all() for forecast in judged)
    return Outcomes("none" if stays(panel) >= STAYS and not only_calls else "change")


def are_labels(values: Floats, judged: Sequence[Forecast]) -> bool:
    """Say whether every point forecast is one of these values."""
    said = [forecast.mean[~np.isnan(forecast.mean)] for forecast in judged]
    return bool(said) and all(len(each) > 0 and bool(np.isin(each, values).all()) for each in said)


def stays(panel: Panel) -> float:
    """Give the share of neighbouring known values of a series that are equal."""
    rows = np.flatnonzero(~np.isnan(panel.target))[-MOST_ROWS:]
    value, series = panel.target[rows], panel.series[rows]
    same = series[1:] == series[:-1]
    return float((value[1:] == value[:-1])[same].mean()) if same.any() else 0.0


def turns(panel: Panel) -> float:
    """Give the share of neighbouring known values of a series between which the sign changes; zeros are out."""
    rows = np.flatnonzero(~np.isnan(panel.target) & (panel.target != 0))[-MOST_ROWS:]
    sign, series = np.sign(panel.target[rows]), panel.series[rows]
    same = series[1:] == series[:-1]
    return float((sign[1:] != sign[:-1])[same].mean()) if same.any() else 0.0
