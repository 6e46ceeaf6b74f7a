"""A passage that names somebody at its beginning and asks "he or she?" at its end, and networks that learn to read it.

The lecture's question, put with words of our own: does the network still know who was meant, after so many words?
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import Cell
from longshort.kernels.reference.arithmetic import Array, sigmoid
from longshort.kernels.reference.layer import Moment, layer, moments, step_gradient
from longshort.learn.text import Text, words
from longshort.nn.network import Model, Network
from longshort.seeding import generator
from longshort.training.batch import Job, Windows
from longshort.training.settings import Training
from longshort.training.train import Trained, train

Ints = NDArray[np.int64]
Reader = Literal["rnn", "lstm", "gru"]

W = words(__file__)
NAMES = 2  # of women, and as many of men
FILLERS = 12
ASKED = 2 * NAMES + FILLERS  # the place of the question among the words
SIZE = 20  # units of a reader
SEEDS = (0, 1)
SETTINGS = Training(
    members=len(SEEDS),
    loss="cross_entropy",
    optimizer="adam",
    learning_rate=0.02,
    weight_decay=0.0,
    batch_size=32,
    epochs=10,
    steps_per_epoch=30,
    patience=None,
)


def vocabulary() -> list[Text]:
    """List the words by their places: two women, two men, words that do not matter, the question."""
    spoken = [W(name) for name in ("she", "he", "fillers")]
    each = [Text(*pair) for text in spoken for pair in zip(text.en.split(), text.ko.split(), strict=True)]
    return [*each, W("asked")]


def passages(count: int, fillers: int, seed: int = 0, purpose: str = "train") -> tuple[Ints, NDArray[np.bool_]]:
    """Make passages of a name, so many words that do not matter, and the question; half of them are about a woman.

    Gives the words by their place in the vocabulary, `[passage, fillers + 2]`, and whether "she" is right, `[passage]`.
    Words are drawn with weights 1, 1/2, 1/3, ... as in a natural text (Zipf's law).
    """
    random = generator(seed, "passage", purpose, str(fillers))
    names = random.integers(0, 2 * NAMES, count)
    weights = 1.0 / np.arange(1, FILLERS + 1)
    between = random.choice(FILLERS, (count, fillers), p=weights / weights.sum()) + 2 * NAMES
    asked = np.full((count, 1), ASKED)
    return np.concatenate([names[:, None], between, asked], axis=1), names < NAMES


def one_hot(words: Ints, vocabulary: int) -> NDArray[np.float32]:
    """Write each word as a row of zeros with a one at its own place, `[..., word]`."""
    return np.eye(vocabulary, dtype=np.float32)[words]


@dataclass(frozen=True, eq=False)
class Read:
    """Hold a trained reader: its cell, its layer's weights and the readout of one answer, in float64."""

    cell: Cell
    weights: dict[str, Array]
    readout: Array
    bias: float

    def answer(self, words: Ints) -> Array:
        """Give the probability of the answer after each word, `[text, time]`."""
        return sigmoid(self.log_odds(self.inputs(words)))

    def log_odds(self, inputs: Array) -> Array:
        """Give the log-odds of the answer after each word, `[text, time]`; inputs as the kernels read them."""
        hidden, _ = layer(self.cell, inputs, self.weights)
        return np.asarray((hidden[0] @ self.readout + self.bias).T)

    def walk(self, words: Ints) -> list[Moment]:
        """Read one passage word by word; each moment holds the gates."""
        return list(moments(self.cell, self.inputs(words[None]), self.weights, None, None))

    def inputs(self, words: Ints) -> Array:
        """Lay passages out as the kernels read them, `[member, time, batch, feature]`."""
        vocabulary = self.weights["input_weight"].shape[-1]
        return one_hot(words, vocabulary).astype(float).transpose(1, 0, 2)[None]

    def word_weights(self, words: Ints) -> Array:
        """Weigh each word of one passage by gradient × input, the input being its one-hot row, `[time]`.

        The gradient is that of the answer's log-odds after the last word. To first order, it is what the log-odds would
        lose without the word (Simonyan, Vedaldi & Zisserman 2014; for LSTMs Arras et al. 2017, Explaining recurrent
        neural network predictions in sentiment analysis).
        """
        walk = self.walk(words)
        d_state = (self.readout[None, None], *(np.zeros_like(part) for part in walk[-1].after[1:]))
        found = []
        for moment in reversed(walk):
            d_x, _, d_state = step_gradient(self.cell, moment.x, moment.before, self.weights, moment.step, d_state)
            found.append(float((d_x * moment.x).sum()))
        return np.array(found[::-1])

    def left_out(self, words: Ints) -> Array:
        """Give what the answer's log-odds lose where each word in turn is replaced by nothing (zeros), `[time]`."""
        copies = np.repeat(self.inputs(words[None]), len(words) + 1, axis=2)
        copies[0, np.arange(len(words)), np.arange(len(words))] = 0.0
        ends = self.log_odds(copies)[:, -1]
        return np.asarray(ends[-1] - ends[:-1])


@cache
def readers(cell: Reader, fillers: int, forget_bias: float = 1.0) -> tuple[Read, ...]:
    """Train networks of two seeds on passages of one length to answer "he or she?"."""
    model = Model(cell=cell, hidden_size=SIZE, forget_bias=forget_bias, head="bounded", low=0.0, high=1.0)
    read, she = passages(400, fillers)
    return tuple(each[0] for each in teach(model, read, she[:, None], ASKED + 1))


def teach(
    model: Model, words: Ints, answers: NDArray[Any], vocabulary: int, settings: Training = SETTINGS
) -> list[list[Read]]:
    """Train networks, as everything else is trained, to answer after the last word of each text.

    `words` is `[text, time]`, `answers` are zeros and ones `[text, answer]`. Gives a reader for each seed and answer.
    """
    network = Network(model=model, inputs=vocabulary, horizon=answers.shape[1], quantile_levels=())
    windows = windows_of(one_hot(words, vocabulary), answers)
    jobs = [Job(windows, seed, f"seed-{seed}") for seed in SEEDS[: settings.members]]
    return [as_readers(network, trained) for trained in train(network, settings, jobs)]


def as_readers(network: Network, trained: Trained) -> list[Read]:
    """Take a trained network apart into its layer and the readout of each answer."""
    given = {name: value.astype(float) for name, value in trained.parameters.items()}
    taken = {name.removeprefix("layer0."): value[None] for name, value in given.items() if name.startswith("layer0")}
    readouts = zip(given["readout.weight"], given["readout.bias"], strict=True)
    return [Read(network.cell, taken, weight, float(bias)) for weight, bias in readouts]


def windows_of(inputs: NDArray[np.float32], answers: NDArray[Any]) -> Windows:
    """Lay texts behind one another as training reads them: one chunk a text, its answers due at its last word."""
    count, length, width = inputs.shape
    ends = np.arange(1, count + 1) * length - 1
    targets = np.full((count * length, answers.shape[1]), np.nan, np.float32)
    targets[ends] = answers
    split = np.zeros(count * length, np.int8)
    split[ends] = 1
    return Windows(
        inputs=inputs.reshape(count * length, width),
        input_loc=None,
        input_scale=None,
        targets=targets,
        split=split,
        first=np.repeat(ends - length + 1, length),
        train=ends,
        validation=ends[:0],
        length=length,
        burn_in=length - 1,
    )


def right(cell: Reader, fillers: int, forget_bias: float = 1.0, count: int = 300) -> list[float]:
    """Give the share of new passages, never seen in training, that each trained reader answers rightly."""
    words, she = passages(count, fillers, purpose="test")
    trained = readers(cell, fillers, forget_bias)
    return [float(((reader.answer(words)[:, -1] > 0.5) == she).mean()) for reader in trained]
