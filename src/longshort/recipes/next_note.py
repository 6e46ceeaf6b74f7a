"""The next note (L4): a tune of 54 notes, four heard and the fifth asked for, 50 times.

Four of the windows of four notes have two successors. A network whose state begins anew with each window cannot tell
them apart and gets 46 of 50 at most; one that carries its state through the tune gets all 50, and plays the whole tune
from its first four notes.
"""

from collections import Counter, defaultdict

import msgspec
import numpy as np
import polars as pl

from longshort.data.collections.notes import parse_tune
from longshort.errors import SettingsError
from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Count, Seed
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training

TUNE = (
    "g8 e8 e4 f8 d8 d4 c8 d8 e8 f8 g8 g8 g4 g8 e8 e8 e8 f8 d8 d4 c8 e8 g8 g8 e8 e8 e4 d8 d8 d8 d8 d8 e8 f4 e8 e8 e8 e8 "
    "e8 f8 g4 g8 e8 e4 f8 d8 d4 c8 e8 g8 g8 e8 e8 e4"
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give the tune, how many of its notes are heard before the first is asked for, and the network."""

    seed: Seed = 0
    tune: str = TUNE
    window: Count = 4
    model: Model = Model(cell="lstm", hidden_size=64, embedding=16)
    training: Training = change(
        TRAINING,
        {
            "learning_rate": 1e-2,
            "epochs": 150,
            "steps_per_epoch": 2,
            "batch_size": 50,
            "weight_decay": 0.0,
            "validation": 0.0,
            "patience": None,
        },
    )


def run(ask: Ask) -> Run:
    """Learn the tune twice, as a whole and in windows, and ask both for every note."""
    from longshort.sequences import SequenceModel

    settings: Settings = ask.settings
    notes, heard = parse_tune(settings.tune), settings.window
    if not 1 <= heard < len(notes):
        raise SettingsError(f"window={heard} leaves no note to ask for.", hint=f"Choose from 1 to {len(notes) - 1}.")
    carried, reset = (
        SequenceModel.from_settings(settings, length=length, device=ask.device).fit(notes, listen=ask.listen)
        for length in (len(notes) - 1, heard)
    )
    asked = notes[heard:]
    chances = carried.next_proba(notes[:-1])[heard - 1 :]
    apart = reset.next_proba(notes[:-1], carry=False, window=heard)[heard - 1 :]
    said, said_apart = ([model.names_[k] for k in p.argmax(1)] for model, p in ((carried, chances), (reset, apart)))
    played = carried.generate(notes[:heard], len(asked), temperature=0.0)
    judged = classified(
        asked,
        said,
        model="carried",
        classes=carried.names_,
        probabilities=chances,
        things=message("recipes.things.notes"),
        trained_on=notes,
    )
    right, right_apart = (sum(a == b for a, b in zip(asked, one, strict=True)) for one in (said, said_apart))
    counts = {"right": right, "n": len(asked), "heard": heard, "apart": right_apart, "most": most(notes, heard)}
    verdict = message(f"recipes.next_note.{'whole' if played == asked else 'part'}", **counts)
    row = {"model": "reset", "unique_id": None, "step": None, "metric": "accuracy"}
    scores = pl.concat(
        [
            judged["scores"],
            pl.DataFrame([row | {"value": right_apart / len(asked), "n": len(asked)}], judged["scores"].schema),
        ]
    )
    table = carried.layer_table()
    return bare_run(
        "carried",
        **judged | {"scores": scores, "verdict": verdict},
        layers=table,
        training_shape=(1, len(notes) - 1),
        curves=curve_table(carried.records_, settings.seed),
        samples=(
            samples.pair(" ".join(notes[:heard]), " ".join(asked), " ".join(played)),
            samples.pair(message("recipes.window_alone"), " ".join(asked), " ".join(said_apart)),
        ),
        info={
            "notes": [message("recipes.memory_tune")],
            "device": carried.engine_,
            "data": {"rows": len(asked)},
        },
    )


def most(notes: list[str], window: int) -> int:
    """Count the notes that can be known from the `window` notes before them, and nothing else.

    >>> most(parse_tune(TUNE), 4)
    46
    """
    behind: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for end in range(window, len(notes)):
        behind[tuple(notes[end - window : end])][notes[end]] += 1
    return int(np.sum([max(each.values()) for each in behind.values()]))


RECIPE = Named(
    name="next-note",
    lecture="L4",
    task="generate",
    time="20 s",
    expect="50 of 50 and the whole tune with the state carried; 46 of 50 at most where it is reset",
    source="From the perceptron to the LSTM (2019)",
    quick={"training.epochs": 100},
    settings=Settings(),
    run=run,
)
