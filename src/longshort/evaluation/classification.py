"""Statistics of calls of two directions or classes, each written as 1 or 0."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]


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
