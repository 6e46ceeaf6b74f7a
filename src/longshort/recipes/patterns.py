"""What goes in and what comes out (L3e): the lecture's five patterns, one estimator each, and all their shapes.

One means one step of time, or one answer; many means a sequence; aligned, that each step has its own answer. The axes
are always (samples, time steps, features). (One to many from an image is `caption`.)
Each network also gets something of the wrong shape, and refuses it by name: the lines say what it says.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from longshort.errors import DataError, SettingsError
from longshort.evaluation.bare import bare_run, curve_table
from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.classifying import shape_of
from longshort.recipes.shared.ranges import Count
from longshort.recipes.shared.tables import lines, scored
from longshort.results import samples
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.sequences.settings import TRAINING, Model
from longshort.sequences.settings import Settings as Fit
from longshort.settings import change
from longshort.training.settings import Training

LETTERS = "abcdefgh"


class Settings(Fit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the settings that all five networks share, and say how many sequences there are, and of how many steps."""

    sequences: Count = 600
    tested: Count = 200
    steps: Count = 6
    model: Model = Model(cell="gru", hidden_size=32, embedding=16)
    training: Training = change(
        TRAINING, {"learning_rate": 1e-2, "epochs": 30, "batch_size": 32, "schedule": "cosine", "patience": None}
    )


class Pattern(NamedTuple):
    """Hold one pattern: what learns it, what from, what it is then asked, and something that does not fit."""

    name: str
    estimator: str
    question: str
    X: Any
    y: Any
    asked: Any
    truth: list[Any]
    wrong: tuple[Any, ...]
    answer: Callable[[Any, Any], list[Any]] = lambda network, asked: list(network.predict(asked))


def run(ask: Ask) -> Run:
    """Let each estimator learn its pattern, write its shapes down, and offer it something that does not fit."""
    from longshort import sequences

    settings: Settings = ask.settings
    rows, refusals, scores = [], [], []
    for pattern in patterns(settings):
        network = getattr(sequences, pattern.estimator).from_settings(settings, device=ask.device)
        given = (pattern.X,) if pattern.y is None else (pattern.X, pattern.y)
        network.fit(*given, listen=ask.listen)
        said = pattern.answer(network, pattern.asked)
        right = share_right(pattern.truth, said)
        shapes = {"X": shape(pattern.X), "y": shape(pattern.y), "answers": shape(said)}
        rows.append({"pattern": pattern.name, "estimator": pattern.estimator} | shapes | {"right": right})
        scores.append((pattern.estimator, pattern.name, "accuracy", right, len(said)))
        scores.append(("majority", pattern.name, "accuracy", commonest(pattern.truth), len(said)))
        refusals.append(f"{pattern.estimator}: {refusal(network, pattern.wrong)}")
    table, layers = pl.DataFrame(rows), network.layer_table()
    shares = table.select("pattern", "right").iter_rows()
    each = [message("recipes.patterns.share", name=name, value=right) for name, right in shares]
    questions = [f"{pattern.name}: {pattern.question}" for pattern in patterns(settings)]
    return bare_run(
        pattern.estimator,
        message("recipes.patterns", each=each),
        scores=scored(scores),
        details={"patterns": table},
        layers=layers,
        training_shape=shape_of(pattern.X),
        curves=curve_table(network.records_, settings.seed),
        samples=(
            samples.listing(message("recipes.listing.asked"), questions),
            samples.listing(message("recipes.listing.shapes"), lines(table)),
            samples.listing(message("recipes.listing.refused"), refusals),
        ),
        info={"notes": [], "device": network.engine_, "data": {"rows": settings.sequences}},
    )


def patterns(settings: Settings) -> list[Pattern]:
    """Make the five patterns, each of digits or letters drawn at random."""
    random, count = generator(settings.seed, "patterns data"), settings.sequences
    digits = random.integers(0, 10, (count + settings.tested, settings.steps))
    X = digits[:, :, None].astype(np.float32)  # noqa: N806 - the field's name
    first, last = digits[:, 0], digits[:, -1]
    grows = (last > first).astype(int)
    rises = (np.diff(digits, axis=1, prepend=-1) > 0).astype(int)
    texts = ["".join(LETTERS[digit % 4] for digit in row) for row in digits]
    twice = ["".join(2 * letter for letter in text) for text in texts]
    old, new = slice(count), slice(count, None)
    tune = LETTERS * 20
    follow = [(2 * LETTERS)[k + 1 : k + len(LETTERS)] for k in range(len(LETTERS))]
    return [
        Pattern(
            "one to one", "SequenceRegressor", "a digit; what is missing to 9?",
            X[old, :1], 9 - first[old], X[new, :1], (9 - first[new]).tolist(),
            (X[old, :1].transpose(1, 0, 2), first[old]),
            lambda network, asked: np.rint(network.predict(asked)).astype(int).tolist(),
        ),
        Pattern(
            "one to many", "SequenceModel", "a letter; which seven follow in the alphabet's round?",
            tune, None, list(LETTERS), follow, (LETTERS[0],),
            lambda network, asked: [network.generate(each, len(LETTERS) - 1, temperature=0.0) for each in asked],
        ),
        Pattern(
            "many to one", "SequenceClassifier", "digits; is the last greater than the first?",
            X[old], grows[old], X[new], grows[new].tolist(), (X[old], grows[:1]),
        ),
        Pattern(
            "aligned", "SequenceLabeller", "digits; is each greater than the one before?",
            X[old], rises[old], X[new], rises[new].tolist(), (X[old], rises[old, 1:]),
            lambda network, asked: [each.tolist() for each in network.predict(asked)],
        ),
        Pattern(
            "many to many", "SequenceTranslator", "letters; the same, each said twice",
            texts[old], twice[old], texts[new], twice[new], (texts[old], twice[1:count]),
        ),
    ]  # fmt: skip


def shape(values: Any) -> str:
    """Write the shape of an array, a text, or a list of texts that are equally long; nothing of nothing.

    >>> shape(np.zeros((2, 3, 1))), shape(["ab", "cd", "ef"]), shape("tune"), shape(None)
    ('(2, 3, 1)', '(3, 2)', '(4,)', '')
    """
    if values is None:
        return ""
    if isinstance(values, str) or not isinstance(values[0], str):
        return str(np.shape(list(values)))
    return str(np.shape([list(text) for text in values]))


def share_right(truth: list[Any], said: list[Any]) -> float:
    """Give the share of answers that are right as a whole."""
    return float(np.mean([true == answer for true, answer in zip(truth, said, strict=True)]))


def commonest(truth: list[Any]) -> float:
    """Give the share of the commonest answer."""
    answers = [str(answer) for answer in truth]
    return max(map(answers.count, answers)) / len(answers)


def refusal(network: Any, wrong: tuple[Any, ...]) -> str:
    """Fit a copy to what does not fit, and give the words in which it is refused."""
    try:
        type(network)(**network.get_params()).fit(*wrong)
    except DataError as error:
        return " ".join(str(error).split())
    raise AssertionError(f"{type(network).__name__} took what does not fit")


def validate(settings: Settings) -> None:
    """Raise SettingsError where a sequence has nothing to compare."""
    if settings.steps < 2:
        raise SettingsError(f"steps={settings.steps} leaves nothing to compare.", "Choose --set steps=6")


RECIPE = Named(
    name="patterns",
    lecture="L3e",
    task="demonstrate",
    time="30 s",
    expect="each right about nearly all that it is asked; five shapes that do not fit refused by name",
    source="Karpathy (2015), The unreasonable effectiveness of recurrent neural networks",
    quick={"training.epochs": 15},
    settings=Settings(),
    validate=validate,
    run=run,
)
