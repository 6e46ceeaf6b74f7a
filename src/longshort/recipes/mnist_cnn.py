"""A convolutional network on digits (L4): two convolutions with ReLU and max-pool, one dense layer.

The lecture's slide of this network repeats the dense one and uses names that it never defines; this is the network that
its text describes.
"""

from longshort.nn.stack import Convolution, Dense, Dropout, Flatten, Image, MaxPool
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.digits import name_digits
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model, Settings
from longshort.settings import change

LAYERS = (
    Image(),
    Convolution(filters=16, size=5, padding=2, activation="relu"),
    MaxPool(size=2),
    Convolution(filters=32, size=3, padding=1, activation="relu"),
    MaxPool(size=2),
    Flatten(),
    Dense(units=128, activation="relu"),
    Dropout(rate=0.4),
)
SETTINGS = Settings(
    model=Model(layers=LAYERS, scale="all"),
    training=change(
        TRAINING,
        {"epochs": 8, "batch_size": 128, "learning_rate": 2e-3, "schedule": "cosine"},
    ),
)


def run(ask: Ask) -> Run:
    """Learn the digits, name those of the test."""
    return name_digits(ask, "cnn")


RECIPE = Named(
    name="mnist-cnn",
    lecture="L4",
    task="classify",
    time="2 min",
    expect="accuracy .994; always saying 1 scores .1135",
    source="LeCun et al. (1998); MNIST",
    needs=("mnist/",),
    quick={"training.epochs": 2},
    settings=SETTINGS,
    run=run,
)
