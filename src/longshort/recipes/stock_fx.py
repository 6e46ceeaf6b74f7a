"""A stock from its open, high, low, close and volume, and from an exchange rate (L4), which may help or not.

The rate is joined as it was published: a day's forecast sees the newest one that was known. The same network learns
twice from the same days, once with the rate and once without. The gain is their difference, with an interval over folds
and seeds; without one that lies above zero the answer is "no gain".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from longshort.language import Message, message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import Settings, forecaster, made_up, stock, tested, validate
from longshort.recipes.shared.ranges import Few
from longshort.results.run import Run
from longshort.training.settings import Training

if TYPE_CHECKING:
    from longshort.claims import PointSkill
    from longshort.data.panel import Panel
    from longshort.data.windows import Pairs
    from longshort.forecasting.fitted import Fitted
    from longshort.forecasting.recipe import Recipe
    from longshort.results.forecast import Forecast

WITHOUT = "without rate"


class FxSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the settings of a stock's forecast, the exchange rate to join, and into how many folds the test is cut."""

    rate: Literal["usd_krw", "eur_usd", "eur_krw", "eur_jpy"] = "usd_krw"
    folds: Few = 8


@dataclass(frozen=True)
class Without:
    """Be the same network without the last column."""

    recipe: "Recipe"
    device: str
    name: str = WITHOUT

    def fit(self, panel: "Panel", cutoffs: Sequence[int]) -> "list[FittedWithout]":
        """Fit at the same cutoffs, with the same seeds."""
        return [FittedWithout(fit) for fit in self.recipe.fit(shortened(panel), cutoffs, device=self.device)]


@dataclass(frozen=True)
class FittedWithout:
    """Forecast without the last column: the centre alone, as intervals are calibrated for the other network only."""

    fitted: "Fitted"

    def predict(self, panel: "Panel", pairs: "Pairs") -> "Forecast":
        """Forecast from each pair."""
        said = self.fitted.predict(shortened(panel), pairs)
        return replace(
            said,
            model=WITHOUT,
            quantile_levels=(),
            quantiles=said.quantiles[..., :0],
            seed_quantiles=said.seed_quantiles[..., :0],
            p_up=np.full_like(said.p_up, np.nan),
        )


def run(ask: Ask) -> Run:
    """Test the network with the rate and the one without on the same days, and compare."""
    from longshort.finding import Finding

    panel = with_rate(ask)
    found = tested(
        ask,
        panel,
        folds=ask.settings.folds,
        baselines=("naive", "drift", "volatility_cone"),
        models=[Without(forecaster(ask.settings), ask.device)],
    )
    sentence, claim, gain = judge(found, panel)
    finding = Finding("rate_gain" if claim.answer == "yes" else "rate_no_gain", "info", sentence, gain)
    verdict = message("lists.sentences", all=[sentence, found.verdict])
    return replace(found, verdict=verdict, findings=(finding, *found.findings))


def with_rate(ask: Ask) -> "Panel":
    """Join the exchange rate to the stock, as of what was known; made-up stocks take another as their rate."""
    from longshort.data.joins import join
    from longshort.data.readers import read

    settings: FxSettings = ask.settings
    if ask.data is not None:
        return join(stock(ask), read(ask.files[1], target=settings.rate, alone=True), "fx")
    rate = made_up(settings.seed + 1, settings.test_from).select("Date", "Close").rename({"Close": settings.rate})
    return join(stock(ask), read(rate, target=settings.rate), "fx")


def shortened(panel: "Panel") -> "Panel":
    """Take the last column away."""
    return replace(panel, values=panel.values[:, :-1], columns=panel.columns[:-1])


def judge(found: Run, panel: "Panel") -> tuple[Message, "PointSkill", float]:
    """Judge the gain of the last column: a sentence, the claim, and how large the gain is over folds and seeds.

    It has to hold twice: in the test of all seeds together, and in the interval over folds and seeds.
    """
    from longshort.claims import PointSkill
    from longshort.evaluation.claims.skill import skill_claim
    from longshort.evaluation.claims.tasks import confirmed
    from longshort.evaluation.outcomes import outcomes_of
    from longshort.evaluation.skill import POINT
    from longshort.evaluation.tables import tabulate

    own, other = found.forecasts[found.network], found.forecasts[WITHOUT]
    gains = by_fold_and_seed(own, other)
    mean, low, high = two_way(gains)
    skill = tabulate([own], [other], panel, outcomes_of(panel, [own])).skill
    claim = confirmed(skill_claim(PointSkill, skill, own.model, POINT, forecasts=len(own)), low, high)
    about = {"folds": gains.shape[0], "seeds": gains.shape[1], "mean": mean, "p": claim.p_value}
    if np.isinf(low):
        numbers = message("recipes.fx.numbers.one", mean=mean, p=claim.p_value)
    else:
        numbers = message("recipes.fx.numbers", **about, low=low, high=high, value=claim.value)
    column = panel.columns[-1].name
    return message(f"recipes.fx.{claim.answer}", column=column, numbers=numbers), claim, mean


def by_fold_and_seed(own: "Forecast", other: "Forecast") -> NDArray[np.float64]:
    """Give by how much the error is smaller in each fold, `[fold, seed]`, as a share of the other's."""

    def errors(forecast: "Forecast", fold: int) -> NDArray[np.float64]:
        at = forecast.fold == fold
        squares = np.square(forecast.seed_mean[:, at] - forecast.y[at])
        return np.asarray(np.sqrt(np.nanmean(squares, axis=(1, 2))))

    return np.array([1.0 - errors(own, fold) / errors(other, fold) for fold in np.unique(own.fold)])


def two_way(gains: NDArray[np.float64]) -> tuple[float, float, float]:
    """Average `[fold, seed]` gains, with a 95 % interval for other folds and other seeds alike.

    The variances of the folds' means and of the seeds' means add up; the degrees of freedom are those of the fewer. One
    fold and one seed alone say nothing of others.
    """
    from scipy.special import stdtrit

    sides = [side for side in (gains.mean(axis=1), gains.mean(axis=0)) if len(side) > 1]
    error = np.sqrt(sum(side.var(ddof=1) / len(side) for side in sides))
    reach = float(error * stdtrit(min(map(len, sides)) - 1, 0.975)) if sides else np.inf
    mean = float(gains.mean())
    return mean, mean - reach, mean + reach


RECIPE = Named(
    name="stock-fx",
    lecture="L4",
    task="forecast",
    time="1 min",
    expect="no gain from the exchange rate",
    source="From the perceptron to the LSTM (2019); data: 30 Dow stocks, European Central Bank",
    needs=("djia30/AMZN_2006-01-01_to_2018-01-01.csv", "fx/ecb_usdkrw_eurusd_daily.csv"),
    quick={"folds": 2, "training.members": 2, "training.epochs": 5},
    settings=FxSettings(training=Training(members=5)),
    validate=validate,
    run=run,
)
