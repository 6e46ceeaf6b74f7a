"""Numbers judged that are no forecasts of a panel: their errors beside those of plain baselines."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from longshort.claims import PointSkill
from longshort.claims.verdict import difference, evidence
from longshort.errors import DataError
from longshort.evaluation.arrays import with_all_steps
from longshort.evaluation.claims.skill import skill_claim
from longshort.evaluation.claims.tasks import TELLING, task_claims
from longshort.evaluation.comparison import compare
from longshort.evaluation.scores import SCHEMA as SCORES
from longshort.evaluation.skill import POINT, one_sided_p, skill_from_ratio
from longshort.evaluation.skill import SCHEMA as SKILL
from longshort.evaluation.training_findings import OUTSIDE, too_many
from longshort.finding import Finding
from longshort.language import Message, message, model_name

Floats = NDArray[np.float64]
EXAMPLES = message("tasks.things.examples")


def regressed(
    truth: ArrayLike,
    predicted: ArrayLike,
    baselines: Mapping[str, ArrayLike],
    *,
    model: str,
    unit: str = "",
    things: str = EXAMPLES,
    trained_on: ArrayLike | None = None,
    parameters: int | None = None,
    overlapping: bool = True,
) -> dict[str, Any]:
    """Judge numbers and give the parts of a Run: scores, skill, findings, claims, verdict, predictions.

    All arrays are `[example]` or `[example, step]`, in order of time where there is one, NaN where nothing is known.
    `baselines` are named, such as "persistence" and "mean"; the verdict is against the toughest. `trained_on` are the
    targets learnt from. Steps ahead overlap from one example to the next, unless `overlapping` is False.

    Raises DataError where the shapes differ or there is no baseline.

    >>> judged = regressed([1.0, 2, 3, 4, 5], [1.1, 2, 3, 4, 5.1], {"mean": [3.0] * 5}, model="line")
    >>> judged["claims"].point.baseline, round(judged["claims"].point.value, 3)
    ('mean', 0.955)
    """
    tables = {name: two_sided(values) for name, values in {"truth": truth, model: predicted, **baselines}.items()}
    true = tables.pop("truth")
    if not baselines or any(values.shape != true.shape for values in tables.values()):
        shapes = ", ".join(f"{name} {values.shape}" for name, values in tables.items())
        raise DataError(f"numbers of shape {true.shape} cannot be judged by {shapes}.", "Give one for each example.")
    found = skill_table(true, tables, model, overlapping)
    known = int((~np.isnan(true - tables[model])).any(axis=1).sum())
    claim = skill_claim(PointSkill, found, model, POINT, forecasts=known)
    return {
        "scores": score_table(true, tables),
        "skill": found,
        "findings": tuple(findings(true, trained_on, parameters)),
        "claims": task_claims(point=claim),
        "telling": TELLING,
        "verdict": verdict(true, tables, claim, unit, things),
        "predictions": prediction_table(true, tables),
    }


def two_sided(values: ArrayLike) -> Floats:
    """Bring numbers into the form `[example, step]`."""
    table = np.asarray(values, dtype=float)
    return table[:, None] if table.ndim == 1 else table


def score_table(truth: Floats, tables: Mapping[str, Floats]) -> pl.DataFrame:
    """Tabulate RMSE and MAE of every model by step and (null) over all steps."""
    rows = [
        {"model": name, "unique_id": None, "step": step, "metric": metric, "value": value, "n": n}
        for name, said in tables.items()
        for step, metric, value, n in _scores(truth - said)
    ]
    return pl.DataFrame(rows, schema=SCORES)


def _scores(error: Floats) -> Iterator[tuple[int | None, str, float, int]]:
    steps: list[tuple[int | None, Floats]] = [(step + 1, error[:, step]) for step in range(error.shape[1])]
    for step, part in [*(steps if len(steps) > 1 else []), (None, error)]:
        known = part[~np.isnan(part)]
        if len(known):
            yield step, "rmse", float(np.sqrt(np.square(known).mean())), len(known)
            yield step, "mae", float(np.abs(known).mean()), len(known)


def skill_table(truth: Floats, tables: Mapping[str, Floats], model: str, overlapping: bool) -> pl.DataFrame:
    """Compare the model with every baseline by step and over all steps: 1 - its error / the baseline's, with the test.

    The test is Diebold and Mariano's (`comparison.compare`), which takes an error that lasts from one example to the
    next into account.
    """
    steps = truth.shape[1]
    overlap = np.array([*range(steps), steps - 1]) * overlapping
    frames = [pl.DataFrame(schema=SKILL)]
    for name in [name for name in tables if name != model]:
        for metric, loss in (("rmse", np.square), ("mae", np.abs)):
            ours, theirs = (with_all_steps(loss(truth - tables[who])) for who in (model, name))
            found = compare(ours, theirs, overlap)
            ends = {"value": found.ratio, "low": found.high, "high": found.low}
            table = pl.DataFrame({key: skill_from_ratio(metric, ratio) for key, ratio in ends.items()})
            table = table.with_columns(
                model=pl.lit(model),
                baseline=pl.lit(name),
                unique_id=None,
                step=pl.Series([*range(1, steps + 1), None]),
                metric=pl.lit(metric),
                p_value=one_sided_p(found),
                n=found.n,
                covers=_covered(truth - tables[model], truth - tables[name]),
            )
            frames.append(table.select(pl.col(key).cast(kind) for key, kind in SKILL.items()).fill_nan(None))
    whole = pl.concat(frames)
    return whole if steps > 1 else whole.filter(pl.col("step").is_null())


def _covered(ours: Floats, theirs: Floats) -> float:
    """Give the share of the model's errors for which the baseline has one, too."""
    known = np.count_nonzero(~np.isnan(ours))
    return np.count_nonzero(~np.isnan(ours + theirs)) / known if known else 0.0


def prediction_table(truth: Floats, tables: Mapping[str, Floats]) -> pl.DataFrame:
    """Give a row for each example and step: truth, predicted, and what each baseline says."""
    n, steps = truth.shape
    model, *baselines = tables
    return pl.DataFrame(
        {
            "row": np.repeat(np.arange(n), steps),
            "step": np.tile(np.arange(1, steps + 1), n),
            "truth": truth.ravel(),
            "predicted": tables[model].ravel(),
            **{name: tables[name].ravel() for name in baselines},
        }
    ).fill_nan(None)


def findings(truth: Floats, trained_on: ArrayLike | None, parameters: int | None) -> Iterable[Finding]:
    """Notice targets outside the range that training saw, and more parameters than training targets."""
    if trained_on is None:
        return
    learnt = np.asarray(trained_on, dtype=float)
    learnt, tested = learnt[~np.isnan(learnt)], truth[~np.isnan(truth)]
    outside = float(((tested < learnt.min()) | (tested > learnt.max())).mean())
    if outside > 0:
        ends = {"low": float(learnt.min()), "high": float(learnt.max())}
        text = message("findings.extrapolation.range", share=outside, **ends)
        yield Finding("extrapolation", "warning" if outside > OUTSIDE else "info", text, outside)
    if parameters is not None:
        yield from too_many(parameters, learnt.size)


def verdict(truth: Floats, tables: Mapping[str, Floats], claim: PointSkill, unit: str, things: str) -> Message:
    """Say how the error compares with that of the toughest baseline."""

    def error(name: str) -> Message:
        value = float(np.sqrt(np.nanmean(np.square(truth - tables[name]))))
        return message("tasks.numbers.unit", value=value, unit=unit) if unit else message("tasks.value", value=value)

    about = {"n": claim.forecasts, "things": things, "model": claim.model, "baseline": model_name(claim.baseline)}
    about |= {"ours": error(claim.model), "theirs": error(claim.baseline)}
    if claim.value is None or claim.p_value is None:
        return message("tasks.numbers.few", **about)
    numbers = message("tasks.numbers.numbers", **about, difference=difference(claim.value), evidence=evidence(claim))
    key: str = "small" if claim.too_small else claim.answer
    key = "not_shown.unnoticed" if key == "not_shown" and claim.detectable is not None else key
    return message(f"tasks.skill.{key}", numbers=numbers, detectable=claim.detectable)
