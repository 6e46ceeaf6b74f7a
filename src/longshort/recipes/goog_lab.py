"""A stock without dates (L4's lab): seven days of open, high, low, volume and close in, the next close out.

The lab scales its test data by their own smallest and largest value, which nobody knows beforehand, and never compares
with repeating the last close. Here every number that a forecast uses was known before it.
"""

from longshort.forecasting.recipe import Recipe
from longshort.forecasting.window import Window
from longshort.nn.network import Model
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import made_up, tested, validate
from longshort.recipes.shared.ranges import Count
from longshort.results.run import Run
from longshort.training.settings import Training


class Settings(Recipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the forecaster's settings and how many of the newest days are tested."""

    test_days: Count = 220


def run(ask: Ask) -> Run:
    """Read rows that stand newest first, hide the newest, forecast each of them from the days before."""
    from longshort.data.readers import read

    table = ask.data or made_up(ask.settings.seed, "2017-01-02", 300, 220)[::-1].drop("Date")
    panel = read(table, target="Close", no_dates=True, newest_first=True)
    return tested(ask, panel, test_from=max(len(panel.times) - ask.settings.test_days, 1))


RECIPE = Named(
    name="goog-lab",
    lecture="L4",
    task="forecast",
    time="5 s",
    expect="as good as repeating the last close: $7.97 RMSE, $5.72 MAE, 0.758 % MAPE",
    source="From the perceptron to the LSTM (2019), its lab",
    needs=("goog_lab/data-02-stock_daily.csv",),
    quick={"training.members": 2, "training.epochs": 2},
    settings=Settings(
        window=Window(method="single", context_length=7), model=Model(hidden_size=8), training=Training(epochs=5)
    ),
    validate=validate,
    run=run,
)
