"""Learn a sentence by heart (L4): windows of ten letters, each asked for the letter behind it, then read back.

A sentence of 180 letters has 170 windows. Of a window's first letters many sentences could follow, so that no network
gets below the entropy that the windows themselves leave open; the result says it.
"""

from collections import Counter, defaultdict

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.errors import DataError
from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Count, Seed
from longshort.recipes.shared.spelling import judge_letters, one_hot_windows
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training

SENTENCE = (
    "Quick words judge nothing: copy yesterday's price, measure how far off it was, then see whether your lazy network "
    "forecasts tomorrow by a smaller gap; if luck explains it, hush up."
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say which sentence, cut into windows of which length, and the network."""

    seed: Seed = 0
    sentence: str = SENTENCE
    length: Count = 10
    model: Model = Model(cell="lstm", hidden_size=64, num_layers=2, scale="none")
    training: Training = change(
        TRAINING,
        {
            "optimizer": "adam",
            "learning_rate": 1e-2,
            "schedule": "cosine",
            "batch_size": 170,
            "epochs": 400,
            "weight_decay": 0.0,
            "validation": 0.0,
            "patience": None,
        },
    )


def run(ask: Ask) -> Run:
    """Learn the windows, and read the sentence back: the first window, then the last letter of each."""
    from longshort.sequences import SequenceLabeller

    settings: Settings = ask.settings
    if len(settings.sentence) <= settings.length:
        raise DataError(
            f"the sentence has {len(settings.sentence)} letters: no window of {settings.length} has one behind it.",
            hint="Choose a longer one, or a smaller --set length=4",
        )
    windows, truth = one_hot_windows(settings.sentence, settings.length)
    labeller = SequenceLabeller.from_settings(settings, device=ask.device)
    said = labeller.fit(windows, truth, listen=ask.listen, checkpoint=ask.checkpoint).predict(windows)
    read = settings.sentence[0] + "".join(said[0]) + "".join(one[-1] for one in said[1:])
    wrong = sum(a != b for a, b in zip(read, settings.sentence, strict=True))
    least = entropy(truth, windows)
    verdict = (
        message("recipes.sentence.wrong", wrong=wrong, n=len(read), least=least)
        if wrong
        else message("recipes.sentence.whole", least=least)
    )
    return judge_letters(
        ask,
        labeller,
        windows,
        truth,
        name=settings.model.cell,
        verdict=verdict,
        samples=[samples.pair(settings.sentence[: settings.length], settings.sentence, read)],
    )


def entropy(truth: NDArray[np.str_], windows: NDArray[np.float32]) -> float:
    """Give the nats a letter that stay open where only a window's own letters are known.

    >>> X, y = one_hot_windows("hihello", 2)
    >>> round(entropy(y, X), 4)  # an i or an e follows the h with which two windows begin
    0.1386
    """
    behind: defaultdict[bytes, Counter[str]] = defaultdict(Counter)
    for window, letters in zip(windows, truth, strict=True):
        for step, letter in enumerate(letters):
            behind[window[: step + 1].tobytes()][letter] += 1
    counts = [(count, each.total()) for each in behind.values() for count in each.values()]
    return float(sum(count * np.log(total / count) for count, total in counts) / truth.size)


RECIPE = Named(
    name="sentence",
    lecture="L4",
    task="label",
    time="1 min",
    expect="the sentence recovered, cross-entropy 0.23 nats or less",
    source="From the perceptron to the LSTM (2019); the sentence is ours",
    quick={"training.epochs": 60},
    settings=Settings(),
    run=run,
)
