"""Long memory: the tasks by which recurrent networks are told apart, and what each cell makes of them.

- adding: two numbers far apart are marked among many; say their sum. Always saying 1 has a squared error of 1 / 6.
- far: the same over four times as many steps, for the two cells that are used most.
- copying: ten symbols, a long silence, then say them again. A network that forgot can only guess them.
- digits: an image read pixel by pixel, 784 steps, in an order that was shuffled once for all images.

Each is learnt from its own training data, the epoch chosen on a share of them held back, and tested once. The units
begin to remember for 1 to all steps, each for its own number (`chrono`; Tallec & Ollivier 2018): a forget bias alone,
of half the memory kept over all steps, left an LSTM at guessing. Pixels are learnt fastest where that reaches to 30 (of
12, 30, 196 and 784, tried on a quarter of the pixels). For copying it reaches far beyond the silence, over which most
units must hold something.
"""

from typing import Any

import msgspec
import polars as pl

from longshort.errors import SettingsError, nearest
from longshort.evaluation.bare import bare_run, curve_table
from longshort.kernels import CELLS
from longshort.language import Message, message
from longshort.nn.variants import VARIANTS
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.classifying import shape_of
from longshort.recipes.shared.ranges import Count, Seed
from longshort.recipes.shared.remembering import Maker, Problem, adding, copying, pixels
from longshort.recipes.shared.tables import lines, scored
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.sequences.settings import Settings as Fit
from longshort.settings import change
from longshort.training.settings import Training

SOLVED = 0.01  # squared error of the adding problem
TRAIN = change(
    TRAINING,
    {
        "epochs": 8, "steps_per_epoch": 250, "batch_size": 32, "learning_rate": 5e-3, "schedule": "cosine",
        "weight_decay": 0.0, "patience": None, "validation": 0.05,
    },
)  # fmt: skip


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say which cells meet a task, how long it is, on how much they learn and are tested, and how.

    `steps` are those over which a number or a symbol must be kept, or the pixels of an image. The units begin to
    remember for up to `remember` of them (None: all).
    """

    cells: tuple[str, ...] = ("lstm", "gru")
    steps: Count = 100
    sequences: Count = 20_000
    tested: Count = 2_000
    remember: Count | None = None
    model: Model = Model(hidden_size=32)
    training: Training = TRAIN


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say which parts there are to do, and hold the settings of each."""

    seed: Seed = 0
    parts: tuple[str, ...] = ("adding", "far", "copying", "digits")
    adding: Part = Part(cells=(*CELLS, *VARIANTS))
    far: Part = Part(steps=400, training=change(TRAIN, {"epochs": 5}))
    copying: Part = Part(
        tested=1_000, remember=1_500, model=Model(hidden_size=64, embedding=16), training=change(TRAIN, {"epochs": 20})
    )
    digits: Part = Part(
        steps=784,
        sequences=60_000,
        tested=10_000,
        remember=30,
        model=Model(hidden_size=64, scale="all"),
        training=change(TRAIN, {"epochs": 8, "steps_per_epoch": None, "learning_rate": 1e-2}),
    )


MAKERS: dict[str, Maker] = {
    "adding": adding, "far": adding, "copying": copying, "digits": pixels,
}  # fmt: skip
SMALL = {
    "adding.cells": ("lstm", "gru", "rnn_tanh"), "adding.steps": 8, "adding.sequences": 600, "adding.tested": 200,
    "adding.training.epochs": 3, "adding.training.steps_per_epoch": 60, "adding.model.hidden_size": 16,
    "far.steps": 16, "far.sequences": 600, "far.tested": 200, "far.training.epochs": 3,
    "far.training.steps_per_epoch": 60, "far.model.hidden_size": 16,
    "copying.steps": 4, "copying.sequences": 400, "copying.tested": 50, "copying.training.epochs": 1,
    "copying.training.steps_per_epoch": 20, "copying.model.hidden_size": 16,
    "digits.steps": 49, "digits.model.hidden_size": 16, "digits.training.epochs": 2,
}  # fmt: skip


def run(ask: Ask) -> Run:
    """Let the cells of each part meet its task."""
    settings = change(ask.settings, SMALL, "long-memory") if ask.synthetic else ask.settings
    rows: list[dict[str, Any]] = []
    for name in settings.parts:
        part: Part = getattr(settings, name)
        problem = MAKERS[name](ask, part.sequences, part.tested, part.steps)
        for cell in part.cells:
            row, last = meet(ask, settings.seed, name, problem, cell, part)
            rows.append({"task": name, "steps": part.steps, "cell": cell, **row, "guessing": problem.guessing})
    table = pl.DataFrame(rows)
    scores = [
        (who, f"{row['task']}, {row['steps']} steps", row["metric"], row[column], row["tested"])
        for row in rows
        for who, column in ((row["cell"], "value"), ("guessing", "guessing"))
    ]
    return bare_run(
        f"{rows[-1]['cell']} on {rows[-1]['task']}",
        verdict(table),
        scores=scored(list(dict.fromkeys(scores))),
        details={"memory": table},
        samples=(samples.listing(message("recipes.listing.memory"), lines(table)),),
        **last,
    )


def meet(
    ask: Ask, seed: int, name: str, problem: Problem, cell: str, part: Part
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train one cell on one task and test it: a row of the table, and what a run keeps of the network."""
    model = change(part.model, {"cell": cell, "chrono": max(part.remember or part.steps, 2)}, "long-memory")
    fit = Fit(seed=seed, model=model, training=part.training)
    reader = estimator(name).from_settings(fit, device=ask.device)
    place = None if ask.checkpoint is None else ask.checkpoint / f"{name}-{cell}"
    reader.fit(*problem.training, listen=ask.listen, checkpoint=place)
    layers = reader.layer_table()
    parameters = sum(row["parameters"] for row in layers)
    count, tested = (len(data[1]) for data in (problem.training, problem.test))
    row = {"metric": problem.metric, "value": problem.measure(reader, *problem.test), "tested": tested}
    return row | {"parameters": parameters}, {
        "layers": layers,
        "training_shape": shape_of(problem.training[0]),
        "curves": curve_table(reader.records_, seed),
        "info": {"notes": [], "device": reader.engine_, "data": {"rows": count}},
    }


def estimator(name: str) -> Any:
    """Give the estimator that a task is for."""
    from longshort import sequences

    kinds = {"copying": sequences.SequenceLabeller, "digits": sequences.SequenceClassifier}
    return kinds.get(name, sequences.SequenceRegressor)


def verdict(table: pl.DataFrame) -> Message:
    """Say for each task which cells do it, and what knowing nothing would get."""
    said = []
    for (name, steps), rows in table.group_by("task", "steps", maintain_order=True):
        guess, metric = rows["guessing"][0], rows["metric"][0]
        about = {"task": name, "steps": steps}
        if metric == "rmse":
            said.append(adding_said(rows, about | {"guess": guess**2}))
            continue
        pairs = rows.select("cell", "value").iter_rows()
        each = [message("recipes.share", name=cell, value=value) for cell, value in pairs]
        said.append(message(f"recipes.memory.{metric}", **about, each=each, guess=guess))
    return message("lists.sentences", all=said)


def adding_said(rows: pl.DataFrame, about: dict[str, Any]) -> Message:
    """Say which cells add; of many, those that do not."""
    solved = pl.col("value") ** 2 < SOLVED
    done, failed = (rows.filter(which)["cell"].to_list() for which in (solved, ~solved))
    about = about | {"solved": SOLVED, "done": len(done), "n": len(rows)}
    if done and len(done) <= len(failed):
        return message("recipes.adding.some", **about, names=done)
    if done and failed:
        return message("recipes.adding.most", **about, names=failed)
    return message("recipes.adding.even", **about)


def validate(settings: Settings) -> None:
    """Raise SettingsError for a part that is none."""
    if not settings.parts:
        raise SettingsError("parts is empty: there is nothing to do.", f"Choose from {', '.join(MAKERS)}.")
    for name in settings.parts:
        if name not in MAKERS:
            raise SettingsError(f"there is no part {name!r}.", nearest(name, MAKERS))


RECIPE = Named(
    name="long-memory",
    lecture="L0, L2",
    task="demonstrate",
    time="70 min",
    expect="LSTM and GRU add over 400 steps (squared error below 0.01; always 1: 1 / 6), read pixels to .91 and .92",
    source="Hochreiter and Schmidhuber (1997); Arjovsky et al. (2016); Le et al. (2015); Tallec and Ollivier (2018)",
    needs=("mnist/",),
    quick={"parts": ("adding",), "adding.cells": ("lstm", "gru", "rnn_tanh"), "adding.training.epochs": 2},
    settings=Settings(),
    validate=validate,
    run=run,
)
