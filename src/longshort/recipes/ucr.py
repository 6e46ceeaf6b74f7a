"""Time series named by their class: three problems of the UCR and UEA archives, with their official split.

`--set problem=GunPoint` (a hand draws a gun or points: 50 series to learn from), `ItalyPowerDemand` (a day's power in
summer or winter), `JapaneseVowels` (nine speakers, twelve numbers a frame, utterances of different lengths).

Where in a series its class shows is not known beforehand: cross-validation of the training series decides whether the
network keeps each number's largest value over time or its last.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import msgspec
import numpy as np

from longshort.data.collections.ts import read_archive
from longshort.data.sequences import Sequences
from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.classifying import learn_and_judge
from longshort.recipes.shared.ranges import Few, Seed
from longshort.results import samples
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.sequences import SequenceClassifier
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say which problem, the network (five members whose probabilities are averaged), and the pools to choose from.

    `pools` are tried by cross-validation in `folds`; without any, the model's own is taken.
    """

    seed: Seed = 0
    problem: Literal["GunPoint", "ItalyPowerDemand", "JapaneseVowels"] = "JapaneseVowels"
    pools: tuple[Literal["max", "last", "mean"], ...] = ("max", "last")
    folds: Few = 4
    model: Model = Model(cell="gru", hidden_size=64, bidirectional=True, dropout=0.2, scale="each")
    training: Training = change(
        TRAINING,
        {
            "members": 5,
            "epochs": 150,
            "batch_size": 16,
            "learning_rate": 3e-3,
            "schedule": "cosine",
            "validation": 0.0,
            "patience": "none",
        },
    )


def run(ask: Ask) -> Run:
    """Learn the official training series, name those of the test."""
    problem = ask.settings.problem
    training, test = made_up(ask.settings.seed) if ask.data is None else read_archive(ask.data, problem)
    shares = {pool: cross_validated(ask, pool, *training) for pool in ask.settings.pools}
    if shares:
        ask = replace(ask, settings=change(ask.settings, {"model.pool": max(shares, key=lambda pool: shares[pool])}))
    notes = [
        message("recipes.ucr.pool", folds=ask.settings.folds, pool=pool, share=share) for pool, share in shares.items()
    ]

    def sample(number: int, *said: Any) -> dict[str, Any]:
        values = ", ".join(f"{value:.3g}" for value in test[0][number][:, 0])
        return samples.text(values, *said)

    name = "gru ensemble" if ask.settings.model.cell == "gru" else f"{ask.settings.model.cell} ensemble"
    things = message("recipes.things.series", problem=problem)
    return learn_and_judge(ask, training, test, name=name, things=things, sample=sample, notes=notes)


def cross_validated(ask: Ask, pool: str, series: Any, labels: Any) -> float:
    """Give the share of the training series that networks named right which had not seen them."""
    settings = change(ask.settings, {"model.pool": pool, "training.members": 1})
    right = 0
    for fold, (seen, kept) in enumerate(folds_of(len(labels), settings.folds, settings.seed)):
        place = ask.checkpoint and ask.checkpoint / f"{pool}-{fold}"
        classifier = SequenceClassifier.from_settings(settings, device=ask.device)
        classifier.fit(series[seen], labels[seen], listen=ask.listen, checkpoint=place)
        right += int((classifier.predict(series[kept]) == labels[kept]).sum())
    return right / len(labels)


def folds_of(count: int, folds: int, seed: int) -> Iterator[tuple[Any, Any]]:
    """Deal so many numbers into folds; give each fold's others, and its own."""
    fold_of = generator(seed, "ucr folds").permutation(count) % folds
    for fold in range(folds):
        yield np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)


def made_up(seed: int) -> Any:
    """Make up slow and fast waves of different lengths."""
    rng, parts = generator(seed, "ucr data"), []
    for count in (40, 20):
        fast = rng.random(count) < 0.5
        waves = [
            np.sin(np.arange(rng.integers(20, 30)) * (1.2 if quick else 0.5) + rng.random() * 6)[:, None]
            for quick in fast
        ]
        parts.append((Sequences.of(waves), np.where(fast, "fast", "slow")))
    return parts


RECIPE = Named(
    name="ucr",
    lecture="L2",
    task="classify",
    time="4 min",
    expect="accuracy on GunPoint .98, ItalyPowerDemand .97, JapaneseVowels .99",
    source="UCR and UEA archives (Dau et al. 2018; Bagnall et al. 2018)",
    needs=("ucr/",),
    quick={"training.epochs": 15, "training.members": 2, "folds": 2},
    settings=Settings(),
    run=run,
)
