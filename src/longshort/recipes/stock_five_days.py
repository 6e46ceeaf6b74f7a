"""Ten days in, the closes of the next five out (L1): each window relative to its own last day.

Prices enter as log(x) less log(x at the window's last day), so that a share of 10 and one of 1,000 look alike. An LSTM
reads them; batch norm, dropout and a dense layer of 25 follow. Five days at once do not cure the lagged copy of one day
ahead, they only hide it: every step stands beside repeating the last close.

    longshort sweep stock-five-days --grid training.learning_rate=1e-3,1e-4,1e-5 --grid model.num_layers=1,2,3
"""

from longshort.data.transforms import Transform
from longshort.forecasting.window import Window
from longshort.nn.network import Model
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import Settings, stock, tested, validate
from longshort.results.run import Run
from longshort.training.settings import Training

SETTINGS = Settings(
    test_from="2016-01-05",
    horizon=5,
    window=Window(method="single", context_length=10),
    transform=Transform(name="window_log_ratio"),
    model=Model(hidden_size=50, dropout=0.2, dropout_after="each", batch_norm=True, dense=(25,), head="point"),
    training=Training(
        members=3,
        loss="absolute",
        optimizer="rmsprop",
        learning_rate=1e-4,
        weight_decay=1e-5,
        batch_size=128,
        epochs=30,
        steps_per_epoch=None,
        patience=5,
    ),
)


def run(ask: Ask) -> Run:
    """Learn from the years before the test, forecast the five days after each of its days."""
    return tested(ask, stock(ask), test_from=ask.settings.test_from)


RECIPE = Named(
    name="stock-five-days",
    lecture="L1",
    task="forecast",
    time="15 s",
    expect="as good as repeating the last close at each step: errors from 1.03 % after a day to 2.51 % after five",
    source="CryptoCraft (PyTorch); data: 30 Dow stocks, 2006 to 2017",
    needs=("djia30/AMZN_2006-01-01_to_2018-01-01.csv",),
    quick={"training.members": 1, "training.epochs": 3},
    settings=SETTINGS,
    validate=validate,
    run=run,
)
