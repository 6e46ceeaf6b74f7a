"""Many to one: the class of a whole sequence, an image or a text."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from longshort.sequences.estimator import Estimator, Listener
from longshort.sequences.inputs import read, shape_of
from longshort.sequences.labels import labels_of, numbered, refuse_unseen, softmax
from longshort.sequences.settings import stack_of
from longshort.sequences.splitting import split
from longshort.training.examples import Examples


@dataclass(eq=False, repr=False, kw_only=True)
class SequenceClassifier(Estimator):
    """Read each sequence and name its class.

    X is an array (samples, time steps, features), a list of arrays (time steps, features) of different lengths, or a
    list of texts; y has one label for each. Parameters are those of `sequences.settings.Model` and
    `training.settings.Training` by name; probabilities are averaged over `members` networks of different seeds.

    >>> X = np.repeat(np.arange(40) % 2, 5).reshape(40, 5, 1).astype(float)
    >>> model = SequenceClassifier(hidden_size=4, epochs=20, learning_rate=0.05, device="cpu")
    >>> model.fit(X, np.where(X[:, 0, 0] > 0, "up", "down")).predict(X[:2]).tolist()
    ['down', 'up']
    """

    KIND: ClassVar[str | None] = "classifier"
    FACTS: ClassVar[tuple[str, ...]] = ("classes_",)

    def fit(
        self,
        X: Any,  # noqa: N803 - the field's name
        y: Any,
        *,
        listen: Listener | None = None,
        checkpoint: Path | None = None,
    ) -> Self:
        """Train on sequences and their labels.

        A share of them (`validation`) is held back, of each class alike, for early stopping and never learnt from.
        `listen` is told of every epoch; with a `checkpoint` folder an interrupted fit goes on where it stopped. Raises
        DataError for what cannot be learnt from, SettingsError for impossible parameters.
        """
        settings, given = self.settings(), read(X)
        self.classes_, classes = numbered(labels_of(given, y))
        parts = split(len(classes), settings.training.validation, settings.seed, classes)
        sequences = self._learn_inputs(settings, given, parts[0])
        stack = stack_of(
            settings.model,
            shape_of(sequences),
            len(self.classes_),
            head="classes",
            vocabulary=self.inputs_.vocabulary,
        )
        self._train_stack(settings, stack, Examples(sequences, classes, *parts), listen, checkpoint)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Give the probability of each class, `[sequence, class]` in the order of `classes_`."""
        probabilities: NDArray[np.float64] = softmax(self._answers(self._take(X))).mean(axis=0)
        return probabilities

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Name the likeliest class of each sequence."""
        probabilities = self.predict_proba(X)
        return np.asarray(self.classes_[probabilities.argmax(axis=1)])

    def score(self, X: Any, y: Any) -> float:  # noqa: N803
        """Give the share of sequences whose class was named right; DataError for a label that training did not see."""
        self._fitted()
        labels = refuse_unseen(labels_of(read(X), y), self.classes_)
        return float((self.predict(X) == labels).mean())
