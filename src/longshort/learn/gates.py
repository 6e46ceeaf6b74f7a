"""What the gates of a trained LSTM do while it reads, and what gives a word its weight."""

from dataclasses import dataclass
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.forecasting.recipe import Recipe
from longshort.kernels.reference.arithmetic import Array
from longshort.kernels.reference.layer import Moment, moments
from longshort.learn.passage import ASKED, SETTINGS, Ints, Read, passages, teach
from longshort.learn.prices import sp500
from longshort.learn.text import Text, words
from longshort.nn.network import Model

W = words(__file__)
LINES = 5
GATES = ("input_gate", "forget_gate", "output_gate")
FILLERS = 10  # words between the name and the question in the passages shown
LEARNT_UNTIL = "2007-12-31"
# a strong penalty on weights: in a network that is all but certain each state is saturated, and all gradients are small
GENTLE = msgspec.structs.replace(SETTINGS, members=1, optimizer="adamw", weight_decay=1.0)


@dataclass(frozen=True, eq=False)
class Reading:
    """Hold one unit while a sequence is read: its three gates, its memory and its state, `[time]` each."""

    unit: int
    input_gate: Array
    forget_gate: Array
    output_gate: Array
    memory: Array
    hidden: Array


def follow(walk: list[Moment], unit: int) -> Reading:
    """Follow one unit of an LSTM through the moments of one sequence."""
    taken = {name: np.array([getattr(moment.step, name)[0, 0, unit] for moment in walk]) for name in GATES}
    memory, hidden = (np.array([moment.after[part][0, 0, unit] for moment in walk]) for part in (1, 0))
    return Reading(unit, memory=memory, hidden=hidden, **taken)


@cache
def passage_reader() -> Read:
    """Train an LSTM that answers "he or she?" over a few words."""
    told, she = passages(400, FILLERS)
    model = Model(cell="lstm", hidden_size=16, head="bounded", low=0.0, high=1.0)
    return teach(model, told, she[:, None], ASKED + 1, GENTLE)[0][0]


def read_passage(words: Ints, rank: int) -> tuple[Reading, Array]:
    """Read a passage; give the unit that speaks for the answer at this rank (0: loudest), and p(she) by word."""
    reader = passage_reader()
    walk = reader.walk(words)
    says = np.abs(reader.readout * walk[-1].after[0][0, 0])
    return follow(walk, int(np.argsort(-says)[rank])), reader.answer(words[None])[0]


@cache
def price_reader() -> tuple[dict[str, Array], Array]:
    """Train an LSTM to forecast the S&P 500 on its years to 2007; give its layer, and the inputs of all rows."""
    panel = sp500()
    cutoff = int(panel.times[panel.times <= np.datetime64(LEARNT_UNTIL, "us").astype(np.int64)].max())
    recipe = Recipe().replace({"training.members": 1, "training.epochs": 6})
    (fitted,) = recipe.fit(panel, [cutoff])
    layer = {
        name.removeprefix("layer0."): value[None].astype(float)
        for name, value in fitted.parameters[0].items()
        if name.startswith("layer0")
    }
    return layer, fitted.inputs(panel)


def read_prices(start: str, days: int, rank: int, warm_up: int = 60) -> tuple[NDArray[np.int64], Reading]:
    """Read so many sessions from a day on; give their rows, and the unit whose forget gate moves most (rank 0).

    Its state is warmed up on the sessions before. Units are ranked once, over all years, so that a rank means the same
    unit in each of them.
    """
    layer, inputs = price_reader()
    panel = sp500()
    first = int(np.searchsorted(panel.times, np.datetime64(start, "us").astype(np.int64)))
    rows = np.arange(first - warm_up, first + days)
    walk = list(moments("lstm", inputs[rows][None, :, None, :], layer, None, None))
    return rows[warm_up:], follow(walk[warm_up:], int(moving_units()[rank]))


@cache
def moving_units() -> NDArray[np.int64]:
    """Rank the units of the price reader by how much their forget gates move over all years, most first."""
    layer, inputs = price_reader()
    walk = moments("lstm", inputs[None, ::5, None, :], layer, None, None)
    gates = np.array([moment.step.forget_gate[0, 0] for moment in walk])
    return np.argsort(-gates.std(axis=0))


@dataclass(frozen=True, eq=False)
class WordWeights:
    """Hold a text word by word, and what may give each word its weight for the answer.

    `weight` is gradient × input; `left_out` what the answer's log-odds lose without the word; `recency` 1 for the last
    word, 1/2 for the one before, ...; `frequency` the word's share of all words of the training texts; `joint` the
    share of the training texts with this word in which this answer is right; `base` the share over all texts.
    """

    words: list[Text]
    answer: Text
    weight: Array
    left_out: Array
    recency: Array
    frequency: Array
    joint: Array
    base: float


def weigh(
    reader: Read, text: Ints, answer: Text, texts: Ints, right: NDArray[np.bool_], spoken: list[Text]
) -> WordWeights:
    """Weigh the words of one text beside recency, frequency and joint occurrence in the training texts."""
    frequency = np.array([(texts == word).mean() for word in text])
    joint = np.array([right[(texts == word).any(axis=1)].mean() for word in text])
    recency = 1.0 / np.arange(len(text), 0, -1)
    shown = [spoken[word] for word in text.tolist()]
    weights = reader.word_weights(text), reader.left_out(text)
    return WordWeights(shown, answer, *weights, recency, frequency, joint, float(right.mean()))


def lines() -> tuple[Ints, list[Text]]:
    """Read the five lines of seven words and an answer; give them as places in the vocabulary, and the vocabulary."""
    said = [W(f"line{at}") for at in range(LINES)]
    split = [[Text(*pair) for pair in zip(text.en.split(), text.ko.split(), strict=True)] for text in said]
    spoken = list(dict.fromkeys(word for line in split for word in line))
    return np.array([[spoken.index(word) for word in line] for line in split]), spoken


@cache
def line_readers() -> list[Read]:
    """Train an LSTM to name the last word of each of the lines; give its reader for each line's answer."""
    told, spoken = lines()
    model = Model(cell="lstm", hidden_size=16, head="bounded", low=0.0, high=1.0)
    settings = msgspec.structs.replace(GENTLE, batch_size=8)
    return teach(model, told[:, :-1], np.eye(LINES), len(spoken), settings)[0]


def line_weights(line: int) -> WordWeights:
    """Weigh the words of one of the lines for the word that follows them."""
    told, spoken = lines()
    answer = spoken[told[line, -1]]
    right = np.arange(LINES) == line
    return weigh(line_readers()[line], told[line, :-1], answer, told[:, :-1], right, spoken)


def passage_weights(spoken: list[Text], she: Text) -> WordWeights:
    """Weigh the words of a passage about a woman for the answer "she"."""
    texts, right = passages(400, FILLERS)
    shown, about_her = passages(20, FILLERS, purpose="sample")
    return weigh(passage_reader(), shown[about_her][0], she, texts, right, spoken)
