"""MNIST read row by row (L2, L3a): an image is a sequence of 28 rows, and the last state names the digit.

The lectures' networks, one setting each: `--set model.cell=rnn`, `gru`, any variant; `--set model.bidirectional=true`;
`--set model.num_layers=2`. The lectures chose the epoch by the test images, or tested on 128 of them; here a tenth of
the training images decides when to stop, and all 10,000 test images are looked at once.
"""

from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.digits import name_digits
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model, Settings
from longshort.settings import change

SETTINGS = Settings(
    model=Model(cell="lstm", hidden_size=128, dropout=0.2, scale="all"),
    training=change(
        TRAINING,
        {"epochs": 12, "batch_size": 128, "learning_rate": 4e-3, "schedule": "cosine", "patience": "none"},
    ),
)


def run(ask: Ask) -> Run:
    """Read the rows, name the digits."""
    model = ask.settings.model
    sides = "bi" if model.bidirectional else ""
    layers = f"{model.num_layers} x " if model.num_layers > 1 else ""
    return name_digits(ask, f"{layers}{sides}{model.cell}")


RECIPE = Named(
    name="mnist-rows",
    lecture="L2, L3a",
    task="classify",
    time="4 min",
    expect="accuracy: LSTM .991, both directions .991, RNN .973; always saying 1 scores .1135",
    source="MNIST (LeCun, Cortes and Burges 1998); forget bias after Jozefowicz et al. (2015)",
    needs=("mnist/",),
    quick={"training.epochs": 2},
    settings=SETTINGS,
    run=run,
)
