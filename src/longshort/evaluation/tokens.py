"""Tokens judged: how surprised a language model is by each, beside what their frequencies alone would say."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from longshort.errors import DataError
from longshort.evaluation.comparison import compare
from longshort.evaluation.findings import too_many
from longshort.evaluation.scores import SCHEMA as SCORES
from longshort.evaluation.skill import SCHEMA as SKILL
from longshort.evaluation.words import p_text, percent

BASELINE = "unigram"


def generated(
    losses: ArrayLike,
    tokens: ArrayLike,
    trained_on: ArrayLike,
    *,
    model: str,
    things: str = "characters",
    parameters: int | None = None,
) -> dict[str, Any]:
    """Judge a language model and give the parts of a Run: scores, skill, findings, verdict.

    `losses` are the surprises in nats at each test token, in their order, `tokens` those tokens' numbers, `trained_on`
    the numbers of the training text, whose frequencies are the baseline `unigram`: one more of each is counted, so
    that what training never held is possible. `things` says what a token is.

    Raises DataError where losses and tokens differ in number, or there are none.
    """
    ours, said = np.ravel(np.asarray(losses, dtype=float)), np.ravel(np.asarray(tokens))
    if len(ours) != len(said) or not len(ours):
        raise DataError(f"{len(ours)} losses do not belong to {len(said)} tokens.", "Give one for each test token.")
    learnt = np.ravel(np.asarray(trained_on))
    theirs = unigram(said, learnt)
    found = compare(ours[:, None], theirs[:, None], np.zeros(1, dtype=np.int64))
    values = {"value": 1 - found.ratio[0], "low": 1 - found.high[0], "high": 1 - found.low[0]}
    key = {"model": model, "baseline": BASELINE, "unique_id": None, "step": None, "metric": "cross_entropy"}
    skill = pl.DataFrame([key | values | {"p_value": found.p_value[0]}], schema=SKILL).fill_nan(None)
    rows = [
        {"model": who, "unique_id": None, "step": None, "metric": "cross_entropy", "value": each.mean(), "n": len(each)}
        for who, each in ((model, ours), (BASELINE, theirs))
    ]
    return {
        "scores": pl.DataFrame(rows, schema=SCORES),
        "skill": skill,
        "findings": () if parameters is None else tuple(too_many(parameters, len(learnt))),
        "verdict": verdict(ours, theirs, skill, model, things),
    }


def unigram(tokens: NDArray[Any], trained_on: NDArray[Any]) -> NDArray[np.float64]:
    """Give the surprise in nats at each token if only the frequencies in training were known.

    >>> unigram(np.array([0, 1]), np.array([0, 0, 1])).round(3).tolist()
    [0.511, 0.916]
    """
    kinds = int(max(tokens.max(initial=0), trained_on.max(initial=0))) + 1
    counts = np.bincount(trained_on, minlength=kinds) + 1.0
    return np.asarray(-np.log(counts / counts.sum())[tokens])


def verdict(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], skill: pl.DataFrame, model: str, things: str
) -> str:
    """Say in one sentence how surprised the model is, and how surprised frequencies alone would be."""
    p_value = skill["p_value"][0]
    better = ours.mean() < theirs.mean() and p_value is not None and p_value < 0.05
    opening = "Skill" if better else "No skill"
    return (
        f"{opening}: {model} is surprised by {ours.mean():.3f} nats a token over {len(ours):,} "
        f"test {things}; knowing only how often each occurs, {theirs.mean():.3f} nats "
        f"({percent(skill['value'][0])} less, {p_text(p_value)})."
    )
