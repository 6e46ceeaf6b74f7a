"""A deeper convolutional network on digits (L4): four convolutions with batch norm, in pairs before each max-pool."""

from longshort.nn.stack import BatchNorm, Convolution, Dense, Dropout, Flatten, Image, MaxPool
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.digits import name_digits
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model, Settings
from longshort.settings import change

LAYERS = (
    Image(),
    Convolution(filters=24, size=3, padding=1),
    BatchNorm(activation="relu"),
    Convolution(filters=24, size=3, padding=1),
    BatchNorm(activation="relu"),
    MaxPool(size=2),
    Convolution(filters=48, size=3, padding=1),
    BatchNorm(activation="relu"),
    Convolution(filters=48, size=3, padding=1),
    BatchNorm(activation="relu"),
    MaxPool(size=2),
    Dropout(rate=0.25),
    Flatten(),
    Dense(units=128, activation="relu"),
    Dropout(rate=0.5),
)
SETTINGS = Settings(
    model=Model(layers=LAYERS, scale="all"),
    training=change(
        TRAINING,
        {"epochs": 12, "batch_size": 128, "learning_rate": 2e-3, "schedule": "cosine", "patience": "none"},
    ),
)


def run(ask: Ask) -> Run:
    """Learn the digits, name those of the test."""
    return name_digits(ask, "deep-cnn")


RECIPE = Named(
    name="mnist-cnn-deep",
    lecture="L4",
    task="classify",
    time="22 min",
    expect="accuracy .995; always saying 1 scores .1135",
    source="LeCun et al. (1998); Ioffe and Szegedy (2015); MNIST",
    needs=("mnist/",),
    quick={"training.epochs": 2},
    settings=SETTINGS,
    run=run,
)
