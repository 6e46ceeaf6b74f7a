"""Labels judged: how many are right, how sure that is, and what always saying the commonest one would score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from longshort.claims import Direction
from longshort.errors import DataError, examples
from longshort.evaluation.binomial import clopper_pearson
from longshort.evaluation.claims.tasks import TELLING, class_claim, task_claims
from longshort.evaluation.scores import SCHEMA as SCORES
from longshort.evaluation.skill import SCHEMA as SKILL
from longshort.evaluation.training_findings import too_many
from longshort.finding import Finding
from longshort.language import Message, message, quoted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BASELINE = "majority"
EXAMPLES = message("tasks.things.examples")
SHOWN = 40  # classes, of which the matrix and the table of classes show the commonest
EDGE = {
    "model": pl.String, "metric": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "p_value": pl.Float64, "n": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Labelled:
    """Hold what was said of each example: `truth` and `predicted` as positions among the `classes`.

    `probabilities` are `[example, class]`; `sequence` numbers the sequence that an example is a step of, so that the
    steps of one are not taken for independent cases.
    """

    classes: tuple[Any, ...]
    truth: Ints
    predicted: Ints
    probabilities: Floats | None = None
    sequence: Ints | None = None

    @property
    def right(self) -> NDArray[np.bool_]:
        """Say of each example whether its label is right."""
        found: NDArray[np.bool_] = self.truth == self.predicted
        return found

    @property
    def counts(self) -> Ints:
        """Count how often each class is true."""
        return np.bincount(self.truth, minlength=len(self.classes))


def classified(
    truth: ArrayLike,
    predicted: ArrayLike,
    *,
    model: str,
    classes: Sequence[Any] | None = None,
    probabilities: ArrayLike | None = None,
    sequence: ArrayLike | None = None,
    trained_on: ArrayLike | None = None,
    parameters: int | None = None,
    things: str = EXAMPLES,
) -> dict[str, Any]:
    """Judge labels and give the parts of a Run: scores, skill, details, findings, claims, verdict, predictions.

    `truth` and `predicted` are labels of any kind, `classes` all of them in the order of the columns of
    `probabilities` `[example, class]`. `sequence` numbers the sequence that each label belongs to, where there is one
    a step. `trained_on` are the labels learnt from and `parameters` the numbers that learnt them, for the findings.
    `things` says what was labelled, best a message of the catalogue. The baseline `majority` always says the commonest
    class, and for probabilities always gives the classes' shares, both as they turned out in the test: no constant
    answer scores better.

    Raises DataError where the shapes do not belong together, or the test holds a single class.

    >>> str(classified(["a", "a", "b"], ["a", "a", "a"], model="rnn")["verdict"])
    '2 of 3 test examples right; too few to speak of skill.'
    """
    found = labelled(truth, predicted, classes, probabilities, sequence)
    claim = claim_of(found, model)
    return {
        "scores": scores(found, model),
        "skill": skill(claim),
        "details": {"edge": edge_table(found, claim), "classes": class_table(found), "matrix": matrix(found)},
        "findings": tuple(findings(found, trained_on, parameters)),
        "claims": task_claims(direction=claim),
        "telling": TELLING,
        "verdict": verdict(found, claim, things),
        "predictions": predictions(found),
    }


def labelled(
    truth: ArrayLike,
    predicted: ArrayLike,
    classes: Sequence[Any] | None = None,
    probabilities: ArrayLike | None = None,
    sequence: ArrayLike | None = None,
) -> Labelled:
    """Bring labels into one form; DataError where they do not belong together or there is nothing to tell apart."""
    true, said = np.ravel(np.asarray(truth)), np.ravel(np.asarray(predicted))
    if len(true) != len(said) or not len(true):
        raise DataError(f"{len(said)} labels were predicted for {len(true)} true ones.", "Give one for each example.")
    known = list(classes) if classes is not None else sorted({*true.tolist(), *said.tolist()})
    places = {label: position for position, label in enumerate(known)}
    strange = {*true.tolist(), *said.tolist()} - places.keys()
    if strange:
        raise DataError(f"{examples(sorted(strange))} is none of the classes {examples(known)}.", "Name all classes.")
    if len(set(true.tolist())) < 2:
        raise DataError(
            f"all {len(true)} examples of the test are of one class, {true.tolist()[0]!r}: nothing can be told apart.",
            hint="Test on examples of at least two classes.",
        )
    p = None if probabilities is None else np.asarray(probabilities, dtype=float).reshape(len(true), -1)
    if p is not None and p.shape[1] != len(known):
        raise DataError(f"there are {len(known)} classes but {p.shape[1]} probabilities.", "Give one for each class.")
    return Labelled(
        classes=tuple(known),
        truth=np.array([places[label] for label in true.tolist()]),
        predicted=np.array([places[label] for label in said.tolist()]),
        probabilities=p,
        sequence=None if sequence is None else np.unique(np.ravel(np.asarray(sequence)), return_inverse=True)[1],
    )


def recalls(found: Labelled) -> Floats:
    """Give the share of each class's examples that were found; NaN for a class that does not occur."""
    hits = np.bincount(found.truth[found.right], minlength=len(found.classes))
    with np.errstate(invalid="ignore"):
        share: Floats = hits / np.where(found.counts > 0, found.counts, np.nan)
    return share


def cross_entropies(found: Labelled) -> Floats | None:
    """Give each example's surprise in nats: minus the logarithm of the probability of what was true.

    >>> rows = [[0.1, 0.1, 0.8], [0.6, 0.2, 0.2], [0.01, 0.97, 0.02]]
    >>> np.mean(cross_entropies(labelled([2, 2, 1], [2, 0, 1], range(3), rows))).round(4)
    np.float64(0.621)
    """
    if found.probabilities is None:
        return None
    least = np.finfo(float).tiny  # a probability of nothing costs 708 nats rather than everything
    true = found.probabilities[np.arange(len(found.truth)), found.truth]
    surprise: Floats = -np.log(np.maximum(true, least))
    return surprise


def brier_scores(found: Labelled) -> Floats | None:
    """Give each example's squared distance of all probabilities to what was true, 0 to 2 (Brier 1950)."""
    if found.probabilities is None:
        return None
    distance: Floats = np.square(found.probabilities - np.eye(len(found.classes))[found.truth]).sum(axis=1)
    return distance


def exact(found: Labelled) -> NDArray[np.bool_] | None:
    """Say of each sequence whether all of its labels are right."""
    if found.sequence is None:
        return None
    whole: NDArray[np.bool_] = np.bincount(found.sequence, ~found.right) == 0
    return whole


def scores(found: Labelled, model: str) -> pl.DataFrame:
    """Tabulate the scores of the model and of the baseline, in the form of every other table of scores.

    `balanced_accuracy` and `macro_recall` are two names of one number: the recall, averaged over the classes that
    occur.
    """
    shares = found.counts / len(found.truth)
    occurring = shares[shares > 0]
    even = float(np.nanmean(recalls(found)))
    ours: dict[str, Any] = {"accuracy": found.right.mean(), "balanced_accuracy": even, "macro_recall": even}
    chance = 1 / len(occurring)
    theirs = {"accuracy": shares.max(), "balanced_accuracy": chance, "macro_recall": chance}
    surprise, distance, whole = cross_entropies(found), brier_scores(found), exact(found)
    if surprise is not None and distance is not None:
        ours |= {"cross_entropy": surprise.mean(), "brier": distance.mean()}
        theirs |= {"cross_entropy": -(occurring * np.log(occurring)).sum(), "brier": 1 - np.square(shares).sum()}
    if whole is not None:
        ours["exact_match"] = whole.mean()
        same = np.bincount(found.sequence, found.truth != shares.argmax()) == 0  # type: ignore[arg-type]
        theirs["exact_match"] = same.mean()
    rows = [
        {"model": who, "unique_id": None, "step": None, "metric": metric, "value": float(value), "n": count}
        for who, values in ((model, ours), (BASELINE, theirs))
        for metric, value in values.items()
        for count in [len(whole) if metric == "exact_match" and whole is not None else len(found.truth)]
    ]
    return pl.DataFrame(rows, schema=SCORES)


def claim_of(found: Labelled, model: str) -> Direction:
    """Judge the accuracy against always naming the most frequent class.

    Steps of one sequence count for as many independent cases as the variation between sequences says; if all were
    right there would be none, and each sequence would count once.
    """
    cases = independent(found)
    perfect = float(len(found.truth)) if found.sequence is None else float(found.sequence.max() + 1)
    distance = brier_scores(found)
    return class_claim(
        float(found.right.mean()) * cases,
        cases,
        float(found.counts.max() / len(found.truth)),
        perfect=perfect,
        labels=len(found.truth),
        model=model,
        brier=None if distance is None else float(distance.mean()),
    )


def edge_table(found: Labelled, claim: Direction) -> pl.DataFrame:
    """Give the accuracy (and the share of whole sequences) with its 95 % interval, and the test of the accuracy."""
    n, model = claim.forecasts, claim.model
    rows: list[tuple[Any, ...]] = [
        (model, "accuracy", claim.accuracy, claim.low, claim.high, claim.p_value, n),
        (BASELINE, "accuracy", claim.baseline_accuracy, None, None, None, n),
    ]
    whole = exact(found)
    if whole is not None:
        ends = clopper_pearson(int(whole.sum()), len(whole))
        rows.append((model, "exact_match", float(whole.mean()), *ends, None, len(whole)))
    return pl.DataFrame(rows, schema=EDGE, orient="row")


def independent(found: Labelled) -> float:
    """Count the independent cases that the labels are worth: all of them, or fewer where sequences hang together."""
    n = len(found.truth)
    if found.sequence is None:
        return float(n)
    accuracy = found.right.mean()
    size = np.bincount(found.sequence)
    deviations = np.bincount(found.sequence, found.right) - accuracy * size
    groups = len(size)
    variance = groups / max(groups - 1, 1) * np.square(deviations).sum() / n**2
    worth = accuracy * (1 - accuracy) / variance if variance > 0 else float(groups)
    return float(np.clip(worth, 1, n))


def skill(claim: Direction) -> pl.DataFrame:
    """Give the error rate's skill over always naming the most frequent class: 1 - ours / its, with a 95 % interval."""
    assert claim.baseline_accuracy is not None
    base = 1 - claim.baseline_accuracy
    values = {"value": claim.accuracy, "low": claim.low, "high": claim.high}
    row = {name: 1 - (1 - value) / base for name, value in values.items() if value is not None}
    p_value = None if claim.p_value is None else 1 - claim.p_value if claim.answer == "no" else claim.p_value
    key = {"model": claim.model, "baseline": BASELINE, "unique_id": None, "step": None, "metric": "error_rate"}
    return pl.DataFrame([key | row | {"p_value": p_value, "n": claim.forecasts, "covers": 1.0}], schema=SKILL)


def class_table(found: Labelled) -> pl.DataFrame:
    """Tabulate the commonest classes: examples, how often said, recall with its interval, precision, F1."""
    said = np.bincount(found.predicted, minlength=len(found.classes))
    hits = np.bincount(found.truth[found.right], minlength=len(found.classes))
    rows = []
    for place in commonest(found):
        true, right = int(found.counts[place]), int(hits[place])
        low, high = clopper_pearson(right, true) if true else (None, None)
        rows.append(
            {
                "label": str(found.classes[place]),
                "n": true,
                "predicted": int(said[place]),
                "recall": right / true if true else None,
                "low": low,
                "high": high,
                "precision": right / int(said[place]) if said[place] else None,
                "f1": 2 * right / (true + int(said[place])) if true + said[place] else None,
            }
        )
    floats = dict.fromkeys(("recall", "low", "high", "precision", "f1"), pl.Float64)
    return pl.DataFrame(rows, schema={"label": pl.String, "n": pl.Int64, "predicted": pl.Int64, **floats})


def matrix(found: Labelled) -> pl.DataFrame:
    """Count how often each of the commonest classes was taken for which: true, predicted, n, also where n is 0."""
    kept = commonest(found)
    pairs = np.zeros((len(found.classes),) * 2, dtype=np.int64)
    np.add.at(pairs, (found.truth, found.predicted), 1)
    rows = [
        {"true": str(found.classes[true]), "predicted": str(found.classes[said]), "n": int(pairs[true, said])}
        for true in kept
        for said in kept
    ]
    return pl.DataFrame(rows, schema={"true": pl.String, "predicted": pl.String, "n": pl.Int64})


def commonest(found: Labelled) -> list[int]:
    """Choose the classes to show, in their own order: all, or the commonest where there are many."""
    order = np.argsort(-found.counts, kind="stable")[:SHOWN]
    return sorted(order.tolist())


def predictions(found: Labelled) -> pl.DataFrame:
    """Give a row for each example: truth, predicted, and the probability given to what was predicted."""
    names = pl.Series([str(label) for label in found.classes])
    table = pl.DataFrame({"truth": names.gather(found.truth), "predicted": names.gather(found.predicted)})
    if found.probabilities is not None:
        chosen = found.probabilities[np.arange(len(found.truth)), found.predicted]
        table = table.with_columns(probability=pl.Series(chosen, dtype=pl.Float64))
    return table if found.sequence is None else table.with_columns(sequence=pl.Series(found.sequence))


def worst(table: pl.DataFrame, count: int = 12) -> list[int]:
    """List the examples of a table of predictions that are wrong, those first of which the model was surest."""
    wrong = table.with_row_index("row").filter(pl.col("truth") != pl.col("predicted"))
    if "probability" in wrong.columns:
        wrong = wrong.sort("probability", descending=True, maintain_order=True)
    return wrong["row"].head(count).to_list()


def findings(found: Labelled, trained_on: ArrayLike | None, parameters: int | None) -> Iterable[Finding]:
    """Notice what a reader should know: labels never learnt, more parameters than targets, one answer throughout."""
    if trained_on is not None:
        learnt = np.ravel(np.asarray(trained_on))
        known = set(learnt.tolist())
        names = [found.classes[place] for place in np.flatnonzero(found.counts)]
        unseen = [name for name in names if name not in known]
        if unseen:
            rows = int(sum(found.counts[found.classes.index(name)] for name in unseen))
            text = message("findings.labels_unseen", n=len(unseen), names=quoted(unseen), rows=rows)
            yield Finding("labels_unseen", "warning", text, float(len(unseen)))
        if len(known) == 1:
            text = message("findings.one_class", n=len(learnt), name=repr(learnt.tolist()[0]))
            yield Finding("one_class", "warning", text, 1.0)
        if parameters is not None:
            yield from too_many(parameters, len(learnt))
    if len(set(found.predicted.tolist())) == 1:
        name = repr(found.classes[found.predicted[0]])
        yield Finding("one_answer", "warning", message("findings.one_answer", name=name), 1.0)


def verdict(found: Labelled, claim: Direction, things: str) -> Message:
    """Say how many are right, and whether that is more than always naming the most frequent one gets."""
    whole = exact(found)
    if claim.answer == "not_shown" and claim.detectable is None:
        right = int(found.right.sum())
        return message("tasks.class.few", right=right, n=claim.forecasts, things=things)
    about = {"accuracy": claim.accuracy, "low": claim.low, "high": claim.high, "base": claim.baseline_accuracy}
    name = repr(found.classes[int(found.counts.argmax())])
    numbers = message(
        "tasks.class.numbers", model=claim.model, n=claim.forecasts, things=things, name=name, p=claim.p_value, **about
    )
    key = "small" if claim.too_small else claim.answer
    told = message(f"tasks.class.{key}", numbers=numbers, detectable=claim.detectable)
    if whole is None:
        return told
    return message("tasks.class.whole", verdict=told, share=float(whole.mean()), n=len(whole))
