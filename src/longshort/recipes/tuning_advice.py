"""Tuning advice (L2), tried: softsign is faster, more layers are better, start from Nesterov.

The lecture's claims as a sweep over `mnist-rows`, one thing changed at a time, each from several seeds. What is learnt
from and what is chosen on are training images; the test images are looked at once, by what was best on average. Every
optimiser gets the learning rate that suits it, of three. ||dh_T/dh_1|| says how much of the first row is still felt
behind the last one (learning book, page 7). A claim is answered only where the seeds' ranges do not overlap.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.errors import SettingsError
from longshort.language import Message, message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.classifying import learn_and_judge
from longshort.recipes.shared.digits import digits
from longshort.recipes.shared.ranges import Count, Counts, Few, Rates, Seed
from longshort.recipes.shared.reach import reach
from longshort.recipes.shared.seeds import ranged, told
from longshort.recipes.shared.tables import lines
from longshort.results import samples
from longshort.results.files import atomic_write
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.sequences.settings import Settings as Fit
from longshort.settings import change
from longshort.training.settings import Training

# "np" is the plain LSTM as a variant: it runs through PyTorch, as softsign does, so that their times can be compared
CELLS = ("lstm", "np", "softsign")
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "adam": {"training.optimizer": "adam", "training.learning_rate": 4e-3},
    "nesterov": {
        "training.optimizer": "sgd",
        "training.momentum": 0.9,
        "training.nesterov": True,
        "training.learning_rate": 0.1,
    },
    "rmsprop": {"training.optimizer": "rmsprop", "training.learning_rate": 2e-3},
    "adagrad": {"training.optimizer": "adagrad", "training.learning_rate": 0.03},
}
SMALL = {
    "seeds": 2, "images": 400, "held": 200, "looked": 1, "layers": (1, 2), "rates": (1.0,),
    "model.hidden_size": 16, "training.epochs": 2, "training.batch_size": 32,
}  # fmt: skip


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say from how many seeds, on how many images, what is tried, and what stays as it is.

    `held` training images are chosen on; `rates` multiply each optimiser's usual learning rate; `looked` images serve
    to measure the gradient's reach.
    """

    seed: Seed = 0
    seeds: Few = 3
    images: Count = 20_000
    held: Count = 5_000
    looked: Count = 8
    layers: Counts = (1, 2, 3, 4)
    rates: Rates = (0.3, 1.0, 3.0)
    model: Model = Model(hidden_size=128, scale="all")
    training: Training = change(
        TRAINING,
        {
            "optimizer": "adam", "learning_rate": 4e-3, "schedule": "cosine", "epochs": 6, "batch_size": 128,
            "weight_decay": 0.0, "patience": None, "validation": 0.0,
        },
    )  # fmt: skip


class Images(NamedTuple):
    """Hold images and labels to learn from, and those to choose on."""

    learnt: tuple[NDArray[np.float32], NDArray[np.int64]]
    held: tuple[NDArray[np.float32], NDArray[np.int64]]


class Trial(NamedTuple):
    """Hold what was measured of one network: accuracy on images held back, seconds of training, and the reach."""

    fit: Fit
    accuracy: float
    seconds: float
    reach: float
    parameters: int


def run(ask: Ask) -> Run:
    """Try each piece of advice, and test what was best."""
    settings = change(ask.settings, SMALL, "tuning-advice") if ask.synthetic else ask.settings
    (images, labels), test = digits(ask)
    learnt, held = slice(settings.images), slice(settings.images, settings.images + settings.held)
    known = Images((images[learnt], labels[learnt]), (images[held], labels[held]))
    file = None if ask.checkpoint is None else ask.checkpoint / "trials.json"
    done = read_trials(file)

    def trial(fit: Fit) -> Trial:
        """Train one network, what was trained before not again."""
        key = msgspec.json.encode(fit).decode()
        if key not in done:
            done[key] = train(ask, fit, known, settings.looked)
            if file is not None:
                atomic_write(file, msgspec.json.encode(done))
        return done[key]

    def trials(changes: Mapping[str, Any], seeds: int = settings.seeds) -> list[Trial]:
        """Train from several seeds."""
        return [trial(fit_of(settings, changes, start)) for start in range(seeds)]

    warm = fit_of(settings, {"training.epochs": 1}, 0)
    train(ask, warm, Images(*((X[:64], y[:64]) for X, y in known)), 1)  # the first one pays for loading PyTorch
    tried = {name: trials(changes) for name, changes in choices(settings, trials)}
    best = max(tried, key=lambda name: float(np.mean([trial.accuracy for trial in tried[name]])))

    def sample(number: int, *said: Any) -> dict[str, Any]:
        return samples.image(test[0][number], *said)

    chosen = replace(ask, settings=tried[best][0].fit)  # trained again, and the test touched once
    found = learn_and_judge(
        chosen, known.learnt, test, name=best, things=message("recipes.things.digits"), sample=sample
    )
    said, table = answers(tried), pl.DataFrame([summary(name, each) for name, each in tried.items()])
    listed = samples.listing(message("recipes.listing.seeds", n=settings.seeds), lines(table))
    return replace(
        found,
        verdict=message("lists.sentences", all=[*said, found.verdict]),
        details={**found.details, "sweep": table},
        samples=(samples.listing(message("recipes.listing.claims"), said), listed, *found.samples),
    )


def read_trials(file: Path | None) -> dict[str, Trial]:
    """Read what an interrupted run has tried; nothing where there is no such file, or one that cannot be read."""
    if file is None:
        return {}
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Trial])
    return {}


def fit_of(settings: Settings, changes: Mapping[str, Any], start: int) -> Fit:
    """Give the settings of one network, some changed, and its seed."""
    fit = Fit(seed=settings.seed + start, model=settings.model, training=settings.training)
    return change(fit, changes, "tuning-advice")


def choices(settings: Settings, trials: Callable[..., list[Trial]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each choice by name with the settings that it changes: cells, layers, then optimisers at their best rate."""
    for cell in CELLS:
        yield cell, {"model.cell": cell}
    for layers in settings.layers:
        yield layered(layers), {"model.num_layers": layers}
    for name, chosen in OPTIMIZERS.items():
        usual = chosen["training.learning_rate"]
        rates = [chosen | {"training.learning_rate": usual * rate} for rate in settings.rates]
        yield name, max(rates, key=lambda changes: trials(changes, 1)[0].accuracy)


def layered(count: int) -> str:
    """Name a choice of so many layers."""
    return f"{count} layer{'s' * (count > 1)}"


def train(ask: Ask, fit: Fit, known: Images, looked: int) -> Trial:
    """Train one network, judge it on the images held back, and measure its reach on a few of them."""
    from longshort.sequences import SequenceClassifier

    network = SequenceClassifier.from_settings(fit, device=ask.device)
    begun = time.perf_counter()
    network.fit(*known.learnt, listen=ask.listen)
    seconds = time.perf_counter() - begun
    return Trial(
        fit,
        network.score(*known.held),
        seconds,
        reach(network, known.held[0][:looked]),
        sum(row["parameters"] for row in network.layer_table()),
    )


def summary(name: str, trials: list[Trial]) -> dict[str, Any]:
    """Give a row of the table: what was tried, and each measurement with its range over seeds."""
    return {
        "choice": name,
        "rate": trials[0].fit.training.learning_rate,
        "accuracy": str(ranged([trial.accuracy for trial in trials])),
        "seconds": str(ranged([trial.seconds for trial in trials])),
        "dh_T/dh_1": str(ranged([trial.reach for trial in trials])),
        "parameters": trials[0].parameters,
    }


def answers(tried: dict[str, list[Trial]]) -> list[Message]:
    """Answer each of the lecture's claims in one sentence from what was measured."""
    right = {name: [trial.accuracy for trial in trials] for name, trials in tried.items()}
    took = {name: [trial.seconds for trial in trials] for name, trials in tried.items()}
    layers = [name for name in tried if "layer" in name]
    rival = max((name for name in OPTIMIZERS if name != "nesterov"), key=lambda name: float(np.mean(right[name])))

    def each(names: Iterable[str]) -> list[Message]:
        return [message("recipes.named_range", name=name, range=ranged(right[name])) for name in names]

    spans = {"softsign": ranged(took["softsign"]), "tanh": ranged(took["np"]), "own": ranged(took["lstm"])}
    spans |= {"right": ranged(right["softsign"]), "tanh_right": ranged(right["np"])}
    most, fewest = layers[-1], layers[0]
    deeper = {"told": told(right[most], right[fewest]), "most": most, "fewest": fewest, "each": each(layers)}
    nesterov = {"told": told(right["nesterov"], right[rival]), "rival": rival, "each": each(OPTIMIZERS)}
    return [
        message("recipes.advice.softsign", told=told(took["np"], took["softsign"]), **spans),
        message("recipes.advice.layers", **deeper),
        message("recipes.advice.nesterov", **nesterov),
    ]


def validate(settings: Settings) -> None:
    """Raise SettingsError where there is nothing to compare, or one seed, which shows no spread."""
    if settings.seeds < 2:
        raise SettingsError(f"seeds={settings.seeds} shows no spread.", "Choose --set seeds=3, or at least 2.")


RECIPE = Named(
    name="tuning-advice",
    lecture="L2",
    task="classify",
    time="1 h",
    expect="softsign: not told apart; more layers: better; Nesterov: worse than Adam; always saying 1 scores .1135",
    source="LSTM explained (2018); Greff et al. (2015), LSTM: a search space odyssey",
    needs=("mnist/",),
    quick={"images": 4000, "held": 2000, "seeds": 2, "layers": (1, 2), "rates": (1.0,), "training.epochs": 2},
    settings=Settings(),
    validate=validate,
    run=run,
)
