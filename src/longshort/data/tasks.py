"""Data made on the spot, for tasks whose answer is known: what a network must remember is in them, and nothing else.

All depend on their arguments alone. Test data are the last of what was made, or another `part`.
"""

import numpy as np
from numpy.typing import NDArray

from longshort.data import strokes
from longshort.seeding import generator

Floats = NDArray[np.float32]
Tokens = NDArray[np.int32]


def adding(samples: int, steps: int, seed: int) -> tuple[Floats, Floats]:
    """Make the adding problem (Hochreiter & Schmidhuber 1997, experiment 4, as of Le, Jaitly & Hinton 2015).

    Each step has a number from 0 to 1 and a mark; one step in each half is marked. The target is the sum of the two
    marked numbers. Always answering 1 has the mean squared error 1 / 6. Gives X `[sample, step, 2]` and y `[sample]`.

    >>> X, y = adding(2, 6, seed=0)
    >>> [round(float((row[:, 0] * row[:, 1]).sum()), 4) for row in X] == [round(float(each), 4) for each in y]
    True
    """
    random = generator(seed, "adding problem")
    numbers = random.random((samples, steps), dtype=np.float32)
    marks = np.zeros((samples, steps), np.float32)
    half = steps // 2
    rows = np.arange(samples)
    marks[rows, random.integers(0, half, samples)] = 1.0
    marks[rows, random.integers(half, steps, samples)] = 1.0
    return np.stack([numbers, marks], axis=-1), (numbers * marks).sum(axis=1)


def copying(samples: int, delay: int, seed: int, symbols: int = 8, length: int = 10) -> tuple[Tokens, Tokens]:
    """Make the copying memory task (Arjovsky, Shah & Bengio 2016, section 5.1): repeat symbols after a delay.

    The input is `length` symbols, `delay` blanks, a signal, and `length` - 1 blanks more; the target is blank up to
    the signal, and from it on the symbols. The symbols are 1 to `symbols`, blank is 0 and the signal the number behind
    the last. Without memory the cross-entropy is `length` log(`symbols`) / (`delay` + 2 `length`) nats. Gives X and y,
    both `[sample, delay + 2 length]`.

    >>> X, y = copying(1, 3, seed=0, length=2)
    >>> X[0, 2:].tolist(), y[0, :5].tolist(), (X[0, :2] == y[0, 5:]).all().item()
    ([0, 0, 0, 9, 0], [0, 0, 0, 0, 0], True)
    """
    random = generator(seed, "copying memory")
    shown = random.integers(1, symbols + 1, (samples, length), dtype=np.int32)
    X = np.zeros((samples, delay + 2 * length), np.int32)  # noqa: N806 - the field's name
    y = np.zeros_like(X)
    X[:, :length] = shown
    X[:, length + delay] = symbols + 1
    y[:, -length:] = shown
    return X, y


NAMES = {
    "he": ("Draco", "Harry", "Ronald", "Albus", "Neville", "Rubeus"),
    "she": ("Hermione", "Ginevra", "Luna", "Minerva", "Molly", "Petunia"),
}
# fmt: off
FILLERS = (
    "the", "old", "castle", "and", "every", "picture", "on", "a", "wall", "while", "rain", "fell",
    "over", "dark", "green", "hills", "where", "an", "owl", "once", "carried", "letters", "by", "candle", "light",
    "in", "winter",
)
# fmt: on


def he_she(samples: int, fillers: int, seed: int) -> tuple[list[str], list[str]]:
    """Make passages that begin with a name, go on for so many words that say nothing: the label is the pronoun.

    Gives texts and labels. Half are of each on average; always answering one is right for half of them.

    >>> he_she(1, 4, seed=1)
    (['Rubeus letters letters every on'], ['he'])
    """
    random = generator(seed, "he or she")
    pronouns = list(NAMES)
    labels = [pronouns[k] for k in random.integers(0, 2, samples)]
    chosen = random.integers(0, len(NAMES["he"]), samples)
    words = np.array(FILLERS)[random.integers(0, len(FILLERS), (samples, fillers))]
    texts = [" ".join([NAMES[label][k], *row]) for label, k, row in zip(labels, chosen, words.tolist(), strict=True)]
    return texts, labels


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def reversing(
    samples: int, seed: int, shortest: int = 5, longest: int = 10, symbols: int = 26
) -> tuple[list[str], list[str]]:
    """Make sequences of letters, no two alike, and the same backwards: training and test cut from them share none.

    >>> reversing(2, seed=0, longest=6)
    (['zojlfh', 'tvksja'], ['hfljoz', 'ajskvt'])
    """
    random = generator(seed, "reversing")
    made: dict[str, None] = {}
    while len(made) < samples:
        length = int(random.integers(shortest, longest + 1))
        made["".join(LETTERS[k] for k in random.integers(0, symbols, length))] = None
    return list(made), [text[::-1] for text in made]


def digits(samples: int, seed: int, part: str = "train") -> tuple[Floats, NDArray[np.int64]]:
    """Draw digits with a pen, each a little differently: place, size, slant, turn, width, and noise.

    They look like MNIST's and are much easier. Gives images `[sample, 28, 28]`, 0 (paper) to 1 (ink), and labels;
    each `part` is another draw.

    >>> images, labels = digits(3, seed=0)
    >>> images.shape, labels.tolist()
    ((3, 28, 28), [4, 7, 6])
    """
    random = generator(seed, "digits made of strokes", part)
    labels = random.integers(0, 10, samples)
    images = np.empty((samples, strokes.SIDE, strokes.SIDE), np.float32)
    for digit in range(10):
        own = np.flatnonzero(labels == digit)
        images[own] = strokes.drawn(strokes.STROKES[digit], len(own), random)
    return images, labels
