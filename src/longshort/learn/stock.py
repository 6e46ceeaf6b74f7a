"""A stock forecast as the tutorials make it, replayed on the S&P 500, and the honest one beside it."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from longshort.audit.baselines import beside
from longshort.data.panel import Panel
from longshort.data.transforms import inverse
from longshort.data.windows import pairs_between
from longshort.evaluation.facts import FitFacts
from longshort.evaluation.judgement import Context, Judgement, judge
from longshort.evaluation.lagged import LAGS, past_values
from longshort.evaluation.training_findings import extrapolation
from longshort.forecasting.fitted import Fitted
from longshort.forecasting.recipe import Recipe
from longshort.kernels.reference.arithmetic import Array
from longshort.learn.prices import sp500
from longshort.results.forecast import Forecast

YEARS_BEFORE, YEARS_TESTED = 4, 2
BASELINES = ("naive", "drift", "moving_average")
# The lecture's system, smaller: 60 scaled closes in, the next one out, RMSprop, dropout, no validation, one network.
LECTURE = Recipe().replace(
    {
        "transform.name": "minmax",
        "transform.shrink": False,
        "window.method": "single",
        "window.context_length": 60,
        "model.head": "point",
        "model.hidden_size": 16,
        "model.num_layers": 2,
        "model.dropout": 0.2,
        "training.optimizer": "rmsprop",
        "training.learning_rate": 1e-3,
        "training.weight_decay": 0.0,
        "training.gradient_clip": None,
        "training.epochs": 20,
        "training.steps_per_epoch": None,
        "training.patience": None,
        "training.validation": 0.0,
        "training.members": 1,
    }
)
HONEST = Recipe().replace({"training.members": 2})


@dataclass(frozen=True, eq=False)
class Replay:
    """Hold a fit, its forecasts over a test, those of the baselines, and the closes that they are about."""

    panel: Panel
    fitted: Fitted
    network: Forecast
    baselines: dict[str, Forecast]
    facts: FitFacts

    @property
    def naive(self) -> Forecast:
        """Give the forecast that repeats today."""
        return self.baselines["naive"]

    def judgement(self) -> Judgement:
        """Judge the network beside the baselines, as a backtest does."""
        context = Context(model=self.network.model)
        return judge(
            [self.network], list(self.baselines.values()), self.panel, context, list(extrapolation([self.facts]))
        )


def day(text: str) -> int:
    """Turn a day into a time as the panel counts it."""
    return int(np.datetime64(text, "us").astype(np.int64))


def closes(first: int, last: int) -> Panel:
    """Give the closes of the S&P 500 from one year through another, and no other column."""
    panel = sp500().since(day(f"{first}-01-01")).until(day(f"{last}-12-31"))
    return replace(panel, values=panel.values[:, :1].copy(), columns=panel.columns[:1])


def fit_and_test(recipe: Recipe, panel: Panel, year: int) -> Replay:
    """Fit on all closes before a year, and forecast from each close from there on."""
    cutoff = int(panel.times[panel.times < day(f"{year}-01-01")].max())
    (fitted,) = recipe.fit(panel, [cutoff], device="cpu")
    pairs = pairs_between(panel, cutoff, int(panel.times[-1 - recipe.horizon]))
    network = fitted.predict(panel, pairs)
    others = {one.model: one for one in beside([network], panel, BASELINES).forecasts}
    return Replay(panel, fitted, network, others, fitted.facts(panel, pairs, 0))


@cache
def replay(year: int, horizon: int = 1) -> Replay:
    """Do what the lecture did: learn from the four years before a year, forecast that year and the next."""
    panel = closes(year - YEARS_BEFORE, year + YEARS_TESTED - 1)
    return fit_and_test(LECTURE.replace({"horizon": horizon}), panel, year)


@cache
def honest(year: int, last: int, horizon: int = 1) -> Replay:
    """Forecast log returns over the volatility of the day, from all closes before a year until the end of another."""
    return fit_and_test(HONEST.replace({"horizon": horizon}), closes(1999, last), year)


def rmse(forecast: Forecast, step: int = 1) -> float:
    """Give the root mean squared error of the centre at one step ahead, in the target's unit."""
    return float(np.sqrt(np.nanmean(np.square(forecast.mean[:, step - 1] - forecast.y[:, step - 1]))))


def training_range(one: Replay) -> tuple[float, float]:
    """Give the lowest and the highest close that the fit has seen."""
    seen = one.panel.target[one.panel.times <= one.fitted.cutoff]
    return float(seen.min()), float(seen.max())


def outside(one: Replay) -> float:
    """Give the share of the closes to be forecast that lie above or below all that training saw.

    >>> outside(replay(2003))
    0.0
    """
    low, high = training_range(one)
    return float(((one.network.y < low) | (one.network.y > high)).mean())


def answers_at(one: Replay, levels: Array) -> Array:
    """Ask a network what comes after 60 closes that all stood at one level, for several levels; all in the index.

    The network is asked directly, so that a level may lie where no close ever was.
    """
    (loc,), (scale,) = (
        [found[one.panel.ids[0]][0]] for found in (one.fitted.coordinates.loc, one.fitted.coordinates.scale)
    )
    inside = ((levels - loc) / scale - one.fitted.centre[0]) / one.fitted.spread[0]
    length = one.fitted.recipe.window.context_length
    rows = np.repeat(inside[:, None, None], length, axis=1).astype(np.float32)
    centre, _ = one.fitted.transformed(one.fitted.say(rows, np.zeros(len(levels), np.int64)))
    count = len(levels)
    moved = inverse(centre[..., None], np.full(count, loc), np.full((count, 1), scale), log=False)
    return np.asarray(moved[:, :, 0, 0].mean(axis=0))


def distances(forecast: Forecast, panel: Panel, step: int = 1) -> Array:
    """Measure how far the forecasts of one step lie from the value of their own day, and of 1, 2, ... days before.

    The root mean squared distance for each shift, `[shift]`; where it is smallest, the forecast really stands.
    """
    known = np.column_stack([forecast.y[:, step - 1 :: -1], past_values(forecast, panel)[:, :LAGS]])
    apart = known - forecast.mean[:, step - 1 : step]
    whole = ~np.isnan(apart).any(axis=1)
    return np.asarray(np.sqrt(np.square(apart[whole]).mean(axis=0)))


def least_squares_weights(panel: Panel, lags: int, ahead: int = 1) -> tuple[NDArray[np.float64], float]:
    """Fit the close so many days ahead on the last closes; give a weight for each (newest first) and the R²."""
    y = panel.target
    rows = np.arange(lags - 1, len(y) - ahead)
    seen = np.stack([y[rows - lag] for lag in range(lags)] + [np.ones(len(rows))], axis=1)
    weights, *_ = np.linalg.lstsq(seen, y[rows + ahead], rcond=None)
    left = y[rows + ahead] - seen @ weights
    return np.asarray(weights[:lags], np.float64), float(1 - left.var() / y[rows + ahead].var())


def change_slope(panel: Panel) -> float:
    """Fit each log return on the one before; give the slope: how much of a change is repeated the next day.

    >>> -1.0 < change_slope(closes(1999, 2018)) < 0.0
    True
    """
    returns = np.diff(np.log(panel.target))
    return float(np.polyfit(returns[:-1], returns[1:], 1)[0])
