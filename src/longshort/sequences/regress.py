"""Many to one number, or a few: what a whole sequence or a row of columns amounts to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from longshort.errors import DataError
from longshort.sequences.estimator import Estimator, Listener
from longshort.sequences.inputs import Given, read, shape_of
from longshort.sequences.settings import stack_of
from longshort.sequences.splitting import split
from longshort.training.examples import Examples


@dataclass(eq=False, repr=False, kw_only=True)
class SequenceRegressor(Estimator):
    """Read each sequence and give a number, or a vector of them; the squared error is the loss unless another is set.

    X as for `SequenceClassifier`. Targets are learnt at mean 0 and deviation 1 and given back in their own unit;
    answers are averaged over members. With `in_order` the last share of the sequences is held back for validation, not
    a random one: for sequences that follow one another in time.

    >>> X = np.arange(40.0).reshape(40, 1, 1) % 4
    >>> model = SequenceRegressor(hidden_size=4, epochs=60, learning_rate=0.02, device="cpu").fit(X, X[:, 0, 0])
    >>> bool(np.abs(model.predict(X) - X[:, 0, 0]).max() < 0.5)
    True
    """

    KIND: ClassVar[str | None] = "regressor"
    FACTS: ClassVar[tuple[str, ...]] = ("flat_", "centre_", "spread_")

    in_order: bool = False

    def fit(
        self,
        X: Any,  # noqa: N803 - the field's name
        y: Any,
        *,
        listen: Listener | None = None,
        checkpoint: Path | None = None,
    ) -> Self:
        """Train on sequences and their numbers `[sequence]` or `[sequence, number]`; see `SequenceClassifier.fit`."""
        settings, given = self.settings(), read(X)
        wanted = numbers_of(given, y)
        table = wanted.reshape(len(wanted), -1)
        parts = split(len(table), settings.training.validation, settings.seed, in_order=self.in_order)
        sequences = self._learn_inputs(settings, given, parts[0])
        self.flat_ = wanted.ndim == 1
        self.centre_ = table[parts[0]].mean(axis=0)
        spread = table[parts[0]].std(axis=0)
        self.spread_ = np.where(spread > 0.0, spread, 1.0)
        targets = ((table - self.centre_) / self.spread_).astype(np.float32)
        stack = stack_of(
            settings.model,
            shape_of(sequences),
            table.shape[1],
            head="numbers",
            vocabulary=self.inputs_.vocabulary,
        )
        self._train_stack(settings, stack, Examples(sequences, targets, *parts), listen, checkpoint)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Give each sequence's number or numbers, in the unit of y."""
        table = self._answers(self._take(X)).mean(axis=0, dtype=np.float64) * self.spread_ + self.centre_
        answers: NDArray[np.float64] = table[:, 0] if self.flat_ else table
        return answers

    def score(self, X: Any, y: Any) -> float:  # noqa: N803
        """Give R²: 1 less the squared errors over those of the mean of y; the mean over the numbers of a sequence.

        Where y is the same everywhere it is 1 for no error at all, else 0.
        """
        wanted = numbers_of(read(X), y)
        errors = ((self.predict(X) - wanted) ** 2).sum(axis=0)
        spread = ((wanted - wanted.mean(axis=0)) ** 2).sum(axis=0)
        shares = np.where(spread > 0.0, errors / np.where(spread > 0.0, spread, 1.0), errors > 0.0)
        return float(np.mean(1.0 - shares))


def numbers_of(given: Given, y: Any) -> NDArray[np.float64]:
    """Give targets as numbers; DataError where they are missing or none."""
    y = given.targets(y, "a number for each sequence")
    try:
        numbers = np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"y holds what is no number ({error}).", hint="Use SequenceClassifier for labels.") from None
    if not np.isfinite(numbers).all():
        raise DataError("y contains NaN or infinity.", hint="Leave the sequences without a target out.")
    if numbers.ndim not in (1, 2) or 0 in numbers.shape:
        raise DataError(f"y has shape {numbers.shape}.", hint="Pass (samples,) or (samples, numbers).")
    return numbers
