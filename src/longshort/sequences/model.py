"""A language model: what comes next, of characters, words, notes or any tokens; and how it goes on from there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.data.collections.text import checked
from longshort.errors import DataError, SettingsError, examples
from longshort.nn.stack import Recurrent
from longshort.seeding import generator
from longshort.sequences.estimator import Estimator, Listener
from longshort.sequences.inputs import Inputs
from longshort.sequences.labels import softmax
from longshort.sequences.reading import Reader, surprises
from longshort.sequences.settings import Settings, stack_of
from longshort.training.engine import resolve_engine
from longshort.training.examples import Text

if TYPE_CHECKING:
    from sklearn.utils import Tags

Tokens = NDArray[np.int32]


@dataclass(eq=False, repr=False, kw_only=True)
class SequenceModel(Estimator):
    """Learn a text, or any list of tokens, well enough to go on.

    A text is cut into `tokens`; a list of names (words, notes) or whole numbers is taken as it is. Training reads
    chunks of `length` tokens and asks at each of them for the next; the last `validation` share of the text is held
    back for early stopping.

    >>> model = SequenceModel(hidden_size=16, epochs=40, learning_rate=0.05, length=8, device="cpu").fit("hihello" * 9)
    >>> model.generate("hih", 4, temperature=0.0)
    'ello'
    """

    FACTS: ClassVar[tuple[str, ...]] = ("names_",)

    length: int = 64

    def fit(self, text: str | Sequence[Any], *, listen: Listener | None = None, checkpoint: Path | None = None) -> Self:
        """Train on one text; see `SequenceClassifier.fit` for `listen` and `checkpoint`.

        An epoch reads about as many tokens as the text has, in chunks that begin anywhere. A text of few chunks is
        learnt without validation.
        """
        settings = self.settings()
        if self.length < 1:
            raise SettingsError(f"length={self.length} is no number of tokens.", hint="Choose 1 or more.")
        self._learn_names(text, settings)
        tokens = self._numbered(text)
        if len(tokens) < 2:
            raise DataError(f"the text has {len(tokens)} tokens: nothing follows.", hint="Pass a longer one.")
        learnt = chunks(tokens, self.length, settings.training.validation)
        vocabulary = self.inputs_.vocabulary
        stack = stack_of(settings.model, (None,), vocabulary, head="classes", vocabulary=vocabulary, each_step=True)
        if any(isinstance(layer, Recurrent) and layer.bidirectional for layer in stack.layers):
            raise SettingsError(
                "bidirectional=True lets a language model see what it is asked for.", hint="Choose bidirectional=False."
            )
        if settings.training.steps_per_epoch is None:
            batch = learnt.length * settings.training.batch_size
            share = max(1, round((len(learnt.train) + learnt.length) / batch))
            training = msgspec.structs.replace(settings.training, steps_per_epoch=share)
            settings = msgspec.structs.replace(settings, training=training)
        self._train(settings, stack, learnt, listen, checkpoint)
        return self

    def _learn_names(self, text: str | Sequence[Any], settings: Settings) -> None:
        """Learn which tokens there are: a tokenizer's, or the names in a list."""
        self.names_: list[Any] = []
        if isinstance(text, str):
            from longshort.data.tokenizers import fit as fit_tokenizer

            tokenizer = fit_tokenizer([text], settings.model.tokens, settings.model.vocabulary)
            self.inputs_ = Inputs(0, tokenizer.size, tokenizer=tokenizer)
        else:
            self.names_ = names_of(text)
            self.inputs_ = Inputs(0, len(self.names_))

    def encode(self, text: str | Sequence[Any]) -> Tokens:
        """Turn text, or a list of tokens, into numbers; DataError names a token that training did not see."""
        self._fitted()
        return self._numbered(text)

    def _numbered(self, text: str | Sequence[Any]) -> Tokens:
        if self.inputs_.tokenizer is not None:
            if not isinstance(text, str):
                raise DataError("this model was fitted on a text.", hint="Pass a text.")
            return np.asarray(self.inputs_.tokenizer.encode([text]).values, np.int32)
        numbers = {token: number for number, token in enumerate(self.names_)}
        strange = dict.fromkeys(token for token in text if token not in numbers)
        if strange:
            raise DataError(
                f"{examples(strange)} was not seen in training.", hint="Use tokens of the text that it was fitted on."
            )
        return np.array([numbers[token] for token in text], np.int32)

    def decode(self, tokens: Sequence[int] | Tokens) -> Any:
        """Turn numbers back into text, or into a list of tokens."""
        self._fitted()
        if self.inputs_.tokenizer is not None:
            return self.inputs_.tokenizer.decode(np.asarray(tokens, np.int32))
        return [self.names_[token] for token in tokens]

    def _reader(self) -> Reader:
        return Reader(self.network_, self.parameters_, resolve_engine("cpu", self.network_).layers)

    def next_proba(
        self, text: str | Sequence[Any], *, carry: bool = True, window: int | None = None
    ) -> NDArray[np.float64]:
        """Give behind each token of a text the probability of every next one, `[token, vocabulary]`.

        With `carry` the state goes on through the whole text; without, it begins anew for each token and reads only the
        last `window` ones up to it (as many as training's chunks have, unless said).
        """
        tokens = self.encode(text)
        if carry:
            whole: NDArray[np.float64] = chances(self._reader().read(tokens[None]))[0]
            return whole
        reach = window or self.length
        ends = np.arange(1, len(tokens) + 1)
        short = [self._reader().read(tokens[None, :end])[:, :, -1] for end in ends[: reach - 1]]
        full = np.lib.stride_tricks.sliding_window_view(tokens, reach) if len(tokens) >= reach else tokens[:0]
        long = [self._reader().read(full)[:, :, -1]] if len(full) else []
        return chances(np.concatenate([*short, *long], axis=1))

    def generate(self, seed: str | Sequence[Any], count: int = 100, *, temperature: float = 1.0, draw: int = 0) -> Any:
        """Go on from `seed` by `count` tokens, drawn at a temperature: 0 takes the likeliest, 1 the probabilities.

        `draw` is the seed of the draws. Each token is read once, the state carried. What a tokenizer does not know is
        never said.
        """
        self._fitted()
        if not len(seed):
            raise DataError("there is nothing to go on from.", hint="Pass a seed of one token or more.")
        if not 0.0 <= temperature < np.inf:
            raise SettingsError(f"temperature={temperature} is none.", hint="Choose 0 (likeliest) or more.")
        rng, reader = generator(draw, "generate"), self._reader()
        silent = 0 if self.inputs_.tokenizer is None else 2  # padding and the unknown, numbered first
        tokens, made = self.encode(seed)[None], np.empty(count, np.int32)
        for place in range(count):
            logits = reader.read(tokens)[:, 0, -1, silent:]
            if temperature == 0:
                token = int(chances(logits).argmax())
            else:
                odds = softmax(logits / temperature).mean(axis=0)
                token = int(rng.choice(len(odds), p=odds))
            made[place] = token + silent
            tokens = made[None, place : place + 1]
        return self.decode(made)

    def cross_entropy(self, text: str | Sequence[Any]) -> float:
        """Give the nats that each token of a text, but the first, costs on average, its own past known."""
        return float(self.surprises(text).mean())

    def surprises(self, text: str | Sequence[Any]) -> NDArray[np.float64]:
        """Give the nats that each token of a text, but the first, costs: minus the logarithm of its probability.

        A long text is read in streams side by side; each begins at least `length` tokens before it counts.
        """
        tokens = self.encode(text)
        if len(tokens) < 2:
            raise DataError(f"the text has {len(tokens)} tokens: nothing follows.", hint="Pass a longer one.")
        return surprises(self._reader(), tokens, self.length)

    def __sklearn_tags__(self) -> "Tags":
        """Tell scikit-learn that this reads one text, no table, and wants no targets."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.input_tags.two_d_array = tags.input_tags.three_d_array = False
        return tags

    def score(self, text: str | Sequence[Any], y: None = None) -> float:
        """Give minus the cross-entropy: higher is better."""
        return -self.cross_entropy(text)


def chances(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Average the probabilities of members, their logits being `[member, ...]`."""
    averaged: NDArray[np.float64] = softmax(logits).mean(axis=0)
    return averaged


def names_of(text: Sequence[Any]) -> list[Any]:
    """List the tokens of a text in order; DataError unless they are all texts, or all whole numbers."""
    if not isinstance(text, Iterable):
        raise DataError(f"the text is of type {type(text).__name__}.", hint="Pass a text, or a list of tokens.")
    given = text.tolist() if isinstance(text, np.ndarray) else text
    tokens = [token.item() if isinstance(token, np.generic) else token for token in given]
    kinds = {str if isinstance(token, str) else int if isinstance(token, int) else type(token) for token in tokens}
    if len(kinds) > 1 or not kinds <= {str, int}:
        found = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise DataError(f"the text is a list of {found}, not of texts or of whole numbers.", hint="Pass one kind.")
    names = sorted(set(tokens))
    for name in names:
        checked(str(name), f"the token {name!r}")
    return names


def chunks(tokens: Tokens, length: int, validation: float) -> Text:
    """Cut a text into chunks that begin anywhere, and the last share of it into chunks side by side for validation."""
    length = min(length, len(tokens) - 1)
    held = int(len(tokens) * validation)
    held = held if len(tokens) - held > 2 * length and held > length else 0
    begin = len(tokens) - held
    measured = np.arange(begin, len(tokens) - length, length) if held else np.arange(0)
    return Text(tokens, np.arange(begin - length), measured, length)
