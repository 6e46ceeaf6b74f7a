"""Softmax regression on digits (L4): 784 pixels, ten classes, one layer of 7,850 parameters."""

from longshort.nn.stack import Flatten
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.digits import name_digits
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model, Settings
from longshort.settings import change

LAYERS = (Flatten(),)
SETTINGS = Settings(
    model=Model(layers=LAYERS, scale="all"),
    training=change(
        TRAINING,
        {"epochs": 20, "batch_size": 128, "learning_rate": 1e-3, "weight_decay": 0.1, "schedule": "cosine"},
    ),
)


def run(ask: Ask) -> Run:
    """Learn the digits, name those of the test."""
    return name_digits(ask, "softmax")


RECIPE = Named(
    name="mnist-softmax",
    lecture="L4",
    task="classify",
    time="30 s",
    expect="accuracy .927; always saying 1 scores .1135",
    source="MNIST (LeCun, Cortes and Burges 1998)",
    needs=("mnist/",),
    quick={"training.epochs": 2},
    settings=SETTINGS,
    run=run,
)
