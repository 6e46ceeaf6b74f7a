"""He or she (L0): a passage names somebody, goes on for N words that say nothing, and asks for the pronoun.

The lecture's passage about Malfoy, made measurable. An LSTM remembers by its forget gate. With the usual bias of 1,
a gate of 0.73, nothing would be left after 100 words for a gradient to find (learning book, page 7), so its units begin
to remember for 1 to N words, each for its own number. The plain network begins with an orthogonal matrix, which forgets
little either: what it does is measured, not assumed.
"""

from typing import Any

import msgspec
import polars as pl

from longshort.data import tasks
from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.language import Message, message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Count, Counts, Names, Seed
from longshort.recipes.shared.tables import lines, scored
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.sequences.settings import Settings as Fit
from longshort.settings import change
from longshort.training.settings import Training

ENOUGH = 0.99
SMALL = {"fillers": (5, 10), "passages": 400, "tested": 200, "training.epochs": 6, "training.learning_rate": 5e-3}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how many words lie between name and pronoun, which cells read them, and how they learn."""

    seed: Seed = 0
    fillers: Counts = (10, 50, 100, 200, 400)
    cells: Names = ("rnn", "lstm")
    passages: Count = 2000
    tested: Count = 1000
    model: Model = Model(hidden_size=32, tokens="words", embedding=16)
    training: Training = change(
        TRAINING, {"epochs": 15, "batch_size": 32, "learning_rate": 2e-3, "schedule": "cosine", "patience": "none"}
    )


def run(ask: Ask) -> Run:
    """Let each cell read passages of each length."""
    settings = change(ask.settings, SMALL, "he-she") if ask.synthetic else ask.settings
    tried = [read(ask, settings, cell, words) for words in settings.fillers for cell in settings.cells]
    table = pl.DataFrame([row for row, _ in tried])
    scores = scored([(r["cell"], f"N = {r['N']}", "accuracy", r["accuracy"], settings.tested) for r, _ in tried])
    last = tried[-1][1]
    return bare_run(
        settings.cells[-1],
        **last
        | {
            "scores": pl.concat([last["scores"], scores]),
            "verdict": verdict(table, settings),
            "details": last["details"] | {"memory": table},
            "samples": (samples.listing(message("recipes.listing.he_she"), lines(table)), *last["samples"]),
        },
    )


def read(ask: Ask, settings: Settings, cell: str, words: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train one cell on passages of one length and test it on new ones: a row of the table, and the parts of a run."""
    from longshort.sequences import SequenceClassifier

    texts, labels = tasks.he_she(settings.passages + settings.tested, words, settings.seed)
    count = settings.passages
    model = change(settings.model, {"cell": cell, "chrono": max(words, 2)}, "he-she")
    fit = Fit(seed=settings.seed, model=model, training=settings.training)
    reader = SequenceClassifier.from_settings(fit, device=ask.device)
    place = None if ask.checkpoint is None else ask.checkpoint / f"{cell}-{words}"
    reader.fit(texts[:count], labels[:count], listen=ask.listen, checkpoint=place)
    probabilities = reader.predict_proba(texts[count:])
    said = reader.classes_[probabilities.argmax(axis=1)]
    layers = reader.layer_table()
    judged = classified(
        labels[count:],
        said,
        model=cell,
        classes=reader.classes_.tolist(),
        probabilities=probabilities,
        trained_on=labels[:count],
        things=message("recipes.things.passages", n=words),
    )
    accuracy = float((said == labels[count:]).mean())
    shown = tuple(
        samples.text(texts[count + i], labels[count + i], said[i], float(probabilities[i].max())) for i in range(3)
    )
    parts = judged | {
        "layers": layers,
        "training_shape": (count, words + 1),
        "curves": curve_table(reader.records_, settings.seed),
        "samples": shown,
        "info": {"notes": [], "device": reader.engine_, "data": {"rows": count}},
    }
    return {"N": words, "cell": cell, "accuracy": accuracy}, parts


def verdict(table: pl.DataFrame, settings: Settings) -> Message:
    """Say up to how many words each cell still knows who it was."""
    found = []
    for cell in settings.cells:
        known = table.filter((pl.col("cell") == cell) & (pl.col("accuracy") >= ENOUGH))["N"].to_list()
        key, words = ("after", max(known)) if known else ("never", min(settings.fillers))
        found.append(message(f"recipes.he_she.{key}", cell=cell, n=words))
    return message("recipes.he_she", enough=ENOUGH, n=settings.tested, each=found)


RECIPE = Named(
    name="he-she",
    lecture="L0",
    task="classify",
    time="2 min",
    expect="LSTM right after 400 words; the RNN after 100; guessing .5",
    source="Hochreiter and Schmidhuber (1997); forget bias after Tallec and Ollivier (2018)",
    quick={"fillers": (10,), "training.epochs": 4},
    settings=Settings(),
    run=run,
)
