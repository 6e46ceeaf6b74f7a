"""Many to one on text (L4): is a film review good or bad? `--data nsmc/` in Korean, `--data imdb/` in English.

Texts are cut into pieces of words, learnt from the training part; two networks read them from both ends, keep each
number's largest value, and are asked together. The official test is touched once.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.data.collections.reviews import Reviews, read_reviews
from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.classifying import learn_and_judge
from longshort.recipes.shared.ranges import Count, Seed
from longshort.results import samples
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training

QUICK = 6000  # reviews of a smaller budget
Part = tuple[list[str], NDArray[np.str_]]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how many `words` of a longer review are kept, half of them its first, half its last, and the network."""

    seed: Seed = 0
    words: Count = 400
    model: Model = Model(
        cell="gru",
        hidden_size=64,
        bidirectional=True,
        pool="max",
        dropout=0.4,
        tokens="subwords",
        vocabulary=12_000,
        embedding=96,
    )
    training: Training = change(
        TRAINING,
        {
            "members": 2,
            "learning_rate": 2e-3,
            "schedule": "cosine",
            "batch_size": 256,
            "epochs": 3,
            "validation": 0.05,
            "patience": None,
        },
    )


def run(ask: Ask) -> Run:
    """Read the reviews, name each good or bad."""
    settings: Settings = ask.settings
    training, test, empty = made_up(settings.seed) if ask.data is None else reviews(ask, settings.words)

    def sample(number: int, *said: Any) -> dict[str, Any]:
        return samples.text(test[0][number], *said)

    return learn_and_judge(
        ask,
        training,
        test,
        name=settings.model.cell,
        things=message("recipes.things.reviews"),
        sample=sample,
        notes=[message("recipes.reviews.empty", n=empty)] if empty else [],
    )


def reviews(ask: Ask, words: int) -> tuple[Part, Part, int]:
    """Read training and test part, long reviews shortened, and count the empty ones."""
    _, training, test = read_reviews(ask.files[0])
    few = (
        generator(ask.settings.seed, "reviews").permutation(len(training))[:QUICK]
        if ask.quick
        else range(len(training))
    )
    parts = [prepared(training, few, words), prepared(test, range(len(test)), words)]
    return parts[0], parts[1], training.empty + test.empty


def prepared(given: Reviews, chosen: Sequence[int] | NDArray[np.int64], words: int) -> Part:
    """Choose reviews, in small letters and without line breaks of HTML, and name their labels."""
    texts = [shortened(given.texts[i].replace("<br />", " ").lower(), words) for i in chosen]
    return texts, np.array(["bad", "good"])[given.labels[chosen]]


def shortened(text: str, words: int) -> str:
    """Keep the first and the last words of a text.

    >>> shortened("one two three four five six", 4)
    'one two five six'
    """
    found = text.split(" ")
    half = words // 2
    return text if len(found) <= words else " ".join([*found[: words - half], *found[len(found) - half :]])


def made_up(seed: int) -> tuple[Part, Part, int]:
    """Make up reviews: two words say what the writer thinks, the others nothing."""
    rng, parts = generator(seed, "sentiment data"), []
    opinions = {
        "good": ["재미있다", "최고", "감동", "great", "fun"],
        "bad": ["지루하다", "최악", "실망", "boring", "waste"],
    }
    fillers = ["영화", "배우", "그냥", "오늘", "film", "plot", "actor", "the"]
    for count in (800, 200):
        labels = np.array(["bad", "good"])[rng.integers(0, 2, count)]
        texts = [" ".join(rng.permutation([*rng.choice(fillers, 4), *rng.choice(opinions[one], 2)])) for one in labels]
        parts.append((texts, labels))
    return parts[0], parts[1], 0


RECIPE = Named(
    name="sentiment",
    lecture="L4",
    task="classify",
    time="18 min",
    expect="accuracy: NSMC .865, IMDB .887; always saying the commonest scores .5035 and .5",
    source="NSMC (Park 2015, CC0); Large Movie Review Dataset (Maas et al. 2011)",
    needs=("nsmc/",),
    quick={"training.epochs": 2, "training.batch_size": 32, "model.vocabulary": 4000},
    settings=Settings(),
    run=run,
)
