"""The lecture's stock and days (L0) our way: changes instead of levels, an interval, a baseline, a verdict.

The network sees scale-free changes, stops early on days that it was not trained on, and forecasts a distribution. It
beats "tomorrow's high is today's" by a tenth, and the report says why: a session's close is fresher than its high.
That is no foresight; on the close itself nothing is gained.
"""

from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import Settings, stock, tested, validate
from longshort.results.run import Run


def run(ask: Ask) -> Run:
    """Learn from the years before the test, forecast each of its days from the day before."""
    return tested(ask, stock(ask), test_from=ask.settings.test_from)


RECIPE = Named(
    name="amzn-honest",
    lecture="L0",
    task="forecast",
    time="5 s",
    expect="an error of 11.3 beside 12.612 of repeating yesterday: a mechanical gain, named so",
    source="LSTM theory and the AMZN stock forecaster; data: 30 Dow stocks, 2006 to 2017",
    needs=("djia30/AMZN_2006-01-01_to_2018-01-01.csv",),
    quick={"training.members": 2, "training.epochs": 5},
    settings=Settings(target="High"),
    validate=validate,
    run=run,
)
