"""Tokens judged: how surprised a language model is by each, beside what their frequencies alone would say."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from longshort.claims import DistributionSkill
from longshort.claims.verdict import difference, evidence
from longshort.errors import DataError
from longshort.evaluation.claims.skill import skill_claim
from longshort.evaluation.claims.tasks import TELLING, task_claims
from longshort.evaluation.comparison import compare
from longshort.evaluation.scores import SCHEMA as SCORES
from longshort.evaluation.skill import SCHEMA as SKILL
from longshort.evaluation.skill import one_sided_p
from longshort.evaluation.training_findings import too_many
from longshort.language import Message, message

BASELINE, METRIC = "unigram", "cross_entropy"
CHARACTERS = message("tasks.things.characters")


def generated(
    losses: ArrayLike,
    tokens: ArrayLike,
    trained_on: ArrayLike,
    *,
    model: str,
    things: str = CHARACTERS,
    parameters: int | None = None,
) -> dict[str, Any]:
    """Judge a language model and give the parts of a Run: scores, skill, findings, claims, verdict.

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
    key = {"model": model, "baseline": BASELINE, "unique_id": None, "step": None, "metric": METRIC}
    tested = {"p_value": one_sided_p(found)[0], "n": len(ours), "covers": 1.0}
    skill = pl.DataFrame([key | values | tested], schema=SKILL).fill_nan(None)
    claim = skill_claim(DistributionSkill, skill, model, METRIC, forecasts=len(ours))
    rows = [
        {"model": who, "unique_id": None, "step": None, "metric": METRIC, "value": each.mean(), "n": len(each)}
        for who, each in ((model, ours), (BASELINE, theirs))
    ]
    return {
        "scores": pl.DataFrame(rows, schema=SCORES),
        "skill": skill,
        "findings": () if parameters is None else tuple(too_many(parameters, len(learnt))),
        "claims": task_claims(distribution=claim),
        "telling": TELLING,
        "verdict": verdict(ours, theirs, claim, things),
    }


def unigram(tokens: NDArray[Any], trained_on: NDArray[Any]) -> NDArray[np.float64]:
    """Give the surprise in nats at each token if only the frequencies in training were known.

    >>> unigram(np.array([0, 1]), np.array([0, 0, 1])).round(3).tolist()
    [0.511, 0.916]
    """
    kinds = int(max(tokens.max(initial=0), trained_on.max(initial=0))) + 1
    counts = np.bincount(trained_on, minlength=kinds) + 1.0
    return np.asarray(-np.log(counts / counts.sum())[tokens])


def verdict(ours: NDArray[np.float64], theirs: NDArray[np.float64], claim: DistributionSkill, things: str) -> Message:
    """Say what a token costs the model in nats, and what it costs who knows their frequencies alone."""
    about = {"n": claim.forecasts, "things": things, "model": claim.model}
    about |= {"ours": float(ours.mean()), "theirs": float(theirs.mean())}
    if claim.value is None or claim.p_value is None:
        return message("tasks.tokens.few", **about)
    numbers = message("tasks.tokens.numbers", **about, difference=difference(claim.value), evidence=evidence(claim))
    key: str = "small" if claim.too_small else claim.answer
    key = "not_shown.unnoticed" if key == "not_shown" and claim.detectable is not None else key
    return message(f"tasks.skill.{key}", numbers=numbers, detectable=claim.detectable)
