"""Tasks that ask for what was long ago, as data with a measure: the adding problem, copying, pixels in disorder."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from longshort.data import tasks
from longshort.data.sequences import Sequences
from longshort.recipes.named import Ask
from longshort.recipes.shared.digits import digits
from longshort.seeding import generator


class Problem(NamedTuple):
    """Hold a task: its data, and how it is measured beside what knowing nothing would measure."""

    training: tuple[Any, Any]
    test: tuple[Any, Any]
    metric: str
    guessing: float
    measure: Callable[[Any, Any, Any], float]  # of an estimator, on inputs and what belongs to them


Maker = Callable[[Ask, int, int, int], Problem]


def adding(ask: Ask, sequences: int, tested: int, steps: int) -> Problem:
    """Mark two numbers, one in each half; knowing nothing, 1 is the best answer."""
    inputs, sums = tasks.adding(sequences + tested, steps, ask.settings.seed)
    (X, y), (Z, truth) = halves(inputs, sums, sequences)  # noqa: N806 - the field's names

    def measure(reader: Any, inputs: Any, sums: Any) -> float:
        return float(np.sqrt(np.square(reader.predict(inputs) - sums).mean()))

    return Problem((X, y), (Z, truth), "rmse", float(np.sqrt(np.square(truth - 1.0).mean())), measure)


def copying(ask: Ask, sequences: int, tested: int, steps: int) -> Problem:
    """Show ten of eight symbols; knowing nothing, each costs log 8, and the silence nothing."""
    shown, wanted = tasks.copying(sequences + tested, steps, ask.settings.seed)
    (X, y), (Z, truth) = halves(shown, wanted, sequences)  # noqa: N806 - the field's names

    def measure(reader: Any, inputs: Any, symbols: Any) -> float:
        places = np.searchsorted(reader.classes_, symbols.ravel())
        chances = np.concatenate(reader.predict_proba(inputs))[np.arange(len(places)), places]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    return Problem((tokens(X), y), (tokens(Z), truth), "cross_entropy", 10 * np.log(8) / truth.shape[1], measure)


def pixels(ask: Ask, sequences: int, tested: int, steps: int) -> Problem:
    """Read digits pixel by pixel in a shuffled order; knowing nothing, the commonest is the best answer.

    Where an image has more pixels than `steps`, every second row and column is left out, or more of them.
    """
    (images, labels), (others, truth) = digits(ask)
    nth = max(1, round(float(np.sqrt(images[0].size / steps))))
    order = generator(ask.settings.seed, "order of pixels").permutation(images[0, ::nth, ::nth].size)
    X, Z = (  # noqa: N806 - the field's names
        part[:, ::nth, ::nth].reshape(len(part), -1)[:, order, None] for part in (images[:sequences], others[:tested])
    )
    wanted = truth[:tested]

    def measure(reader: Any, inputs: Any, labels: Any) -> float:
        return float(reader.score(inputs, labels))

    return Problem(
        (X, labels[:sequences]), (Z, wanted), "accuracy", float(np.bincount(wanted).max() / len(wanted)), measure
    )


def halves(inputs: Any, targets: Any, count: int) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Cut what was made into what is learnt from and what is tested on."""
    return (inputs[:count], targets[:count]), (inputs[count:], targets[count:])


def tokens(table: Any) -> Sequences:
    """Take symbols `[sequence, step]` for what they are, not for amounts."""
    return Sequences.of_tokens(table.ravel(), np.full(len(table), table.shape[1]))
