"""Scores of the direction: did it end above where it started? Ties are counted as neither."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]


def went_up(forecast: Forecast) -> Floats:
    """Say with 1 or 0 whether the outcome lay above the last value at the cutoff; NaN for a tie or the unknown."""
    last = forecast.last[:, None]
    unknown = np.isnan(forecast.y) | np.isnan(last) | (forecast.y == last)
    return np.where(unknown, np.nan, forecast.y > last)


def ties(forecast: Forecast) -> int:
    """Count the outcomes that equal the last value at the cutoff."""
    return int((forecast.y == forecast.last[:, None]).sum())


def calls_up(forecast: Forecast) -> Floats:
    """Say with 1 or 0 whether the model expects a rise; NaN where it does not say.

    A model with a probability is asked whether that lies above one half, a model without one whether its centre lies
    above the last value. Exactly one half, or exactly the last value, is no call: `naive` never makes one.
    """
    lean = np.where(np.isnan(forecast.p_up), forecast.mean - forecast.last[:, None], forecast.p_up - 0.5)
    return np.where(np.isnan(lean) | (lean == 0), np.nan, lean > 0)


def hits(forecast: Forecast) -> Floats:
    """Say with 1 or 0 whether the direction was called right; its average is the accuracy."""
    up, call = went_up(forecast), calls_up(forecast)
    return np.where(np.isnan(up) | np.isnan(call), np.nan, up == call)


def rises(forecast: Forecast) -> Floats:
    """Give `went_up` where the model made a call: its average p makes the base rate max(p, 1 - p).

    The base rate is the accuracy of always naming the direction that turned out to be the more frequent one.
    """
    return np.where(np.isnan(calls_up(forecast)), np.nan, went_up(forecast))


def brier_score(forecast: Forecast) -> Floats:
    """Give the squared distance of the probability of a rise to what happened, 0 to 1 (Brier 1950)."""
    return np.square(forecast.p_up - went_up(forecast))


def pesaran_timmermann(up: Floats, call: Floats) -> tuple[float, float]:
    """Test whether calls and outcomes hang together; give the statistic and its one-sided p-value.

    The statistic of Pesaran and Timmermann (1992), "A simple nonparametric test of predictive performance", Journal of
    Business & Economic Statistics 10, eq. 6: standard normal where calls say nothing and neither overlap nor hang
    together. `up` and `call` are 1 or 0. NaN where all outcomes or all calls are the same.

    >>> pesaran_timmermann(np.array([1.0, 1, 0, 0]), np.array([1.0, 1, 0, 0]))[0].__round__(3)
    2.309
    """
    n, y, x = len(up), float(up.mean()), float(call.mean())
    chance = y * x + (1 - y) * (1 - x)
    right = float((up == call).mean())
    of_right = chance * (1 - chance) / n
    of_chance = ((2 * y - 1) ** 2 * x * (1 - x) + (2 * x - 1) ** 2 * y * (1 - y)) / n
    of_chance += 4 * y * x * (1 - y) * (1 - x) / n**2
    if of_right - of_chance <= 1e-15:
        return float("nan"), float("nan")
    statistic = (right - chance) / np.sqrt(of_right - of_chance)
    return float(statistic), float(ndtr(-statistic))


def matthews(up: Floats, call: Floats) -> float:
    """Give the correlation of calls and outcomes, both 1 or 0 (Matthews 1975); NaN where one of them never varies."""
    spread = float(up.std() * call.std())
    return float(((up - up.mean()) * (call - call.mean())).mean()) / spread if spread > 0 else float("nan")


def brier_parts(p: Floats, happened: Floats, bins: int = 10) -> tuple[float, float, float]:
    """Split the Brier score into reliability, resolution and uncertainty: score = first - second + third, exactly.

    Murphy (1973) over at most `bins` bins of equal count; what probabilities vary within a bin is added to the
    resolution, as in Stephenson, Coelho and Jolliffe (2008), "Two extra components in the Brier score decomposition".
    Both first parts are too large by chance where a bin holds few forecasts. `p` is the probability, `happened` 1 or 0.
    """
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)))
    place = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, max(len(edges) - 2, 0))
    n = np.maximum(np.bincount(place), 1)
    said, seen = (np.bincount(place, each) / n for each in (p, happened))
    share, base = np.bincount(place) / len(p), happened.mean()
    reliability = float((share * (said - seen) ** 2).sum())
    within = 2 * ((happened - seen[place]) * (p - said[place])).mean() - ((p - said[place]) ** 2).mean()
    return reliability, float((share * (seen - base) ** 2).sum() + within), float(base * (1 - base))
