"""One to many (L3e): an image becomes a sequence of symbols, a handwritten digit its name spelled out.

What the lecture draws as captioning: convolutions sum the image up in one vector, and a decoder spells from it.
"""

from typing import Any

import numpy as np

from longshort.language import message
from longshort.nn.stack import Convolution, Dense, Dropout, Flatten, Image, MaxPool
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.answers import learn_and_judge_answers
from longshort.recipes.shared.digits import digits
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model, Settings
from longshort.settings import change

NAMES = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
LAYERS = (
    Image(),
    Convolution(filters=16, size=5, padding=2, activation="relu"),
    MaxPool(size=2),
    Convolution(filters=32, size=3, padding=1, activation="relu"),
    MaxPool(size=2),
    Flatten(),
    Dropout(rate=0.3),
    Dense(units=64, activation="tanh"),
)


def run(ask: Ask) -> Run:
    """Learn to spell what is seen."""
    training, test = digits(ask)

    def sample(number: int, truth: str, said: str) -> dict[str, Any]:
        return samples.image(test[0][number], truth, said)

    return learn_and_judge_answers(
        ask,
        (training[0], NAMES[training[1]].tolist()),
        (test[0], NAMES[test[1]].tolist()),
        name="encoder-decoder",
        things=message("recipes.things.answer_letters"),
        shape=training[0].shape,
        sample=sample,
    )


RECIPE = Named(
    name="caption",
    lecture="L3e",
    task="translate",
    time="3 min",
    expect="99 % of the names right from the first letter to the last",
    source="Vinyals et al. (2015); MNIST",
    needs=("mnist/",),
    quick={"training.epochs": 2},
    settings=Settings(
        model=Model(cell="gru", hidden_size=64, embedding=16, layers=LAYERS, scale="all"),
        training=change(
            TRAINING, {"epochs": 6, "batch_size": 128, "learning_rate": 2e-3, "schedule": "cosine", "patience": "none"}
        ),
    ),
    run=run,
)
