"""Many to many, aligned: a class for every step of a sequence."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from longshort.data.sequences import Sequences
from longshort.sequences.estimator import Estimator, Listener
from longshort.sequences.inputs import read, shape_of
from longshort.sequences.labels import numbered, refuse_unseen, softmax, step_labels
from longshort.sequences.settings import stack_of
from longshort.sequences.splitting import split
from longshort.training.examples import Examples


@dataclass(eq=False, repr=False, kw_only=True)
class SequenceLabeller(Estimator):
    """Read each sequence and name a class for each of its steps.

    X as for `SequenceClassifier`, but no texts; y has for each sequence as many labels as it has steps: an array
    (samples, time steps) or a list of arrays.

    >>> X = (np.arange(120).reshape(24, 5, 1) % 3).astype(float)
    >>> y = X[:, :, 0].astype(int)
    >>> model = SequenceLabeller(hidden_size=8, epochs=60, learning_rate=0.05, device="cpu").fit(X, y)
    >>> model.predict(X[:1])[0].tolist()
    [0, 1, 2, 0, 1]
    """

    FACTS: ClassVar[tuple[str, ...]] = ("classes_",)

    def fit(
        self,
        X: Any,  # noqa: N803 - the field's name
        y: Any,
        *,
        listen: Listener | None = None,
        checkpoint: Path | None = None,
    ) -> Self:
        """Train on sequences and the labels of their steps; see `SequenceClassifier.fit`."""
        settings, given = self.settings(), read(X)
        self.classes_, classes = numbered(step_labels(given, y))
        parts = split(len(given.rows), settings.training.validation, settings.seed)
        sequences = self._learn_inputs(settings, given, parts[0])
        stack = stack_of(
            settings.model,
            shape_of(sequences),
            len(self.classes_),
            head="classes",
            vocabulary=self.inputs_.vocabulary,
            each_step=True,
        )
        targets = Sequences(classes.astype(np.int32), sequences.offsets)
        self._train_stack(settings, stack, Examples(sequences, targets, *parts), listen, checkpoint)
        return self

    def predict_proba(self, X: Any) -> list[NDArray[np.float64]]:  # noqa: N803
        """Give for each sequence the probability of each class at each step, `[step, class]`."""
        sequences = self._take(X)
        probabilities = softmax(self._answers(sequences)).mean(axis=0)
        return np.split(probabilities, sequences.offsets[1:-1])

    def predict(self, X: Any) -> list[NDArray[Any]]:  # noqa: N803
        """Name the likeliest class of each step, an array for each sequence."""
        return [np.asarray(self.classes_[one.argmax(axis=1)]) for one in self.predict_proba(X)]

    def score(self, X: Any, y: Any) -> float:  # noqa: N803
        """Give the share of steps whose class was named right; DataError for a label that training did not see."""
        self._fitted()
        labels = refuse_unseen(step_labels(read(X), y), self.classes_)
        return float((np.concatenate(self.predict(X)) == labels).mean())
