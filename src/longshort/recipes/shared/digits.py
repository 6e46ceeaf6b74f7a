"""Handwritten digits, MNIST or small ones made of strokes, and the run of any network that names them."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longshort.data import tasks
from longshort.data.collections.idx import read_digits
from longshort.language import message
from longshort.recipes.named import Ask
from longshort.recipes.shared.classifying import learn_and_judge
from longshort.results import samples
from longshort.results.run import Run

QUICK = 6000  # training images of a smaller budget
STROKES = {"train": 600, "test": 200}  # images made up for trying: to learn from, to test on
PARTS: tuple[Literal["train", "test"], ...] = ("train", "test")
Images = NDArray[np.float32]


def digits(ask: Ask) -> tuple[tuple[Images, NDArray[np.int64]], tuple[Images, NDArray[np.int64]]]:
    """Give training and test images `[image, 28, 28]`, 0 (paper) to 1 (ink), and their labels."""
    parts = [read_digits(ask.data, part) for part in PARTS] if ask.data else [made_up(ask, part) for part in PARTS]
    (images, labels), (tested, truth) = [(inked(pixels), said) for pixels, said in parts]
    few = slice(QUICK if ask.quick else None)
    return (images[few], labels[few]), (tested, truth)


def made_up(ask: Ask, part: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Draw digits of strokes, another draw for each part."""
    return tasks.digits(STROKES[part], ask.settings.seed, part)


def inked(images: NDArray[Any]) -> Images:
    """Give pixels of 0 to 255, or of 0 to 1, as 0 to 1."""
    return np.asarray(images / 255 if images.dtype == np.uint8 else images, dtype=np.float32)


def name_digits(ask: Ask, name: str) -> Run:
    """Let the recipe's network learn the digits and judge it on all test images."""
    training, test = digits(ask)

    def sample(number: int, *said: Any) -> dict[str, Any]:
        return samples.image(test[0][number], *said)

    return learn_and_judge(ask, training, test, name=name, things=message("recipes.things.digits"), sample=sample)
