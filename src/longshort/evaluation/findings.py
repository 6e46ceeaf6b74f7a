"""What a reader of the scores should know: each finding a sentence with its number."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from longshort.data.panel import Panel
from longshort.evaluation.arrays import overlap_of
from longshort.evaluation.classification import ties
from longshort.evaluation.comparison import holm
from longshort.evaluation.facts import FitFacts
from longshort.evaluation.skill import SIGNIFICANT, Edge
from longshort.evaluation.words import percent
from longshort.finding import Finding
from longshort.results.forecast import Forecast

OUTSIDE = 0.05  # share beyond which extrapolation is worth a warning
OVERFIT_RATIO, OVERFIT_GAP = 1.5, 0.5  # validation loss over training loss; their gap where a loss may be negative
FEW_FOLDS, FEW_CUTOFFS = 3, 60
UNSTABLE = 0.005  # a spread over seeds below half a percent disturbs nobody


def extrapolation(facts: Sequence[FitFacts]) -> Iterator[Finding]:
    """Warn where the test lies outside what training saw."""
    if not facts:
        return
    targets = float(np.mean([f.targets_outside for f in facts]))
    inputs = float(np.mean([f.inputs_outside for f in facts]))
    if max(targets, inputs) <= OUTSIDE:
        return
    text = (
        f"{percent(targets)} of the test's targets and {percent(inputs)} of its inputs lie outside the range that "
        "training saw, in the network's own coordinates: there it has to extrapolate, and a saturating network cannot."
    )
    yield Finding("extrapolation", "warning", text, max(targets, inputs))


def overfitting(facts: Sequence[FitFacts]) -> Iterator[Finding]:
    """Warn where the validation loss is far above the training loss in the typical member."""
    pairs = [
        (train, validation)
        for fact in facts
        for train, validation in zip(fact.best_train_loss, fact.best_validation_loss, strict=True)
        if validation is not None and np.isfinite(train) and np.isfinite(validation)
    ]
    if not pairs:
        return
    train, validation = np.median(np.array(pairs), axis=0)
    positive = min(min(pair) for pair in pairs) > 0
    far = validation > OVERFIT_RATIO * train if positive else validation - train > OVERFIT_GAP
    if far:
        text = (
            f"The typical training loss is {train:.3g} but {validation:.3g} on validation: the network remembers what "
            "it was trained on, or the validation stretch was a harder time."
        )
        yield Finding("overfitting", "warning", text, float(validation / train if positive else validation - train))


def parameters_exceed_targets(facts: Sequence[FitFacts]) -> Iterator[Finding]:
    """Warn where a network has more parameters than outcomes to learn them from."""
    if not facts:
        return
    worst = max(facts, key=lambda fact: fact.parameters / max(fact.training_targets, 1))
    yield from too_many(worst.parameters, worst.training_targets)


def too_many(parameters: int, targets: int) -> Iterator[Finding]:
    """Warn where so many parameters learn from so few targets that the network can learn them by heart."""
    if parameters > targets:
        text = f"{parameters:,} parameters learn from {targets:,} training targets."
        yield Finding("parameters_exceed_targets", "warning", text, parameters / max(targets, 1))


def few_folds(forecast: Forecast) -> Iterator[Finding]:
    """Say where the scores rest on few fits or few cutoffs that do not overlap."""
    known = ~np.isnan(forecast.y).all(axis=1)
    folds = len(np.unique(forecast.fold[known]))
    independent = len(np.unique(forecast.cutoffs[known])) / (overlap_of(forecast)[-1] + 1)
    if independent < FEW_CUTOFFS:
        text = (
            f"Forecasts from only {independent:.0f} cutoffs do not overlap: the scores are too uncertain for a "
            "verdict on anything but a large effect."
        )
        yield Finding("few_folds", "warning", text, independent)
    elif folds < FEW_FOLDS:
        text = f"The scores rest on {folds} {'fit' if folds == 1 else 'fits'}: they say how this one stretch went."
        yield Finding("few_folds", "info", text, float(folds))


def unstable_seeds(seeds: pl.DataFrame, edges: dict[str, Edge | None]) -> Iterator[Finding]:
    """Say where another seed would have told another story: the skill's spread over seeds exceeds the skill."""
    for metric, edge in edges.items():
        alone = seeds.filter(pl.col("metric") == f"{metric}_skill")["value"].to_numpy()
        if edge is None or len(alone) < 2:
            continue
        spread = float(np.std(alone, ddof=1))
        if spread > max(abs(edge.value), UNSTABLE):
            part = "centre" if metric == "rmse" else "spread"
            text = (
                f"The skill of the {part} differs from seed to seed by {percent(spread)} (standard deviation of "
                f"{len(alone)} seeds), more than the skill itself ({percent(edge.value)})."
            )
            yield Finding("unstable_seeds", "warning" if edge.claimed else "info", text, spread)


def fresher_column(panel: Panel) -> str | None:
    """Say why a gain over repeating the target would be mechanical: another column of its row is fresher."""
    kinds = {column.kind for column in panel.columns[1:]}
    own = panel.columns[0].kind
    if own in ("open", "high", "low") and kinds & {"close", "adj_close"}:
        return f"the session's close is fresher than its {own}"
    return None


def mechanical_gain(mechanical: str | None, centre: Edge | None) -> Iterator[Finding]:
    """Name a gain that comes from how the data are made and not from foresight."""
    if mechanical is not None and centre is not None and centre.claimed:
        text = f"The gain of {percent(centre.value)} is mechanical, not foresight: {mechanical.rstrip('.')}."
        yield Finding("mechanical_gain", "warning", text, centre.value)


def tied(forecast: Forecast) -> Iterator[Finding]:
    """Say how many outcomes equal the last value, and so count neither as a rise nor as a fall."""
    n, known = ties(forecast), int((~np.isnan(forecast.y)).sum())
    if n:
        text = f"{n:,} of {known:,} outcomes equal the last known value; the direction counts them as neither."
        yield Finding("ties", "info", text, float(n))


def series_won(skill: pl.DataFrame, network: str, against: tuple[str, str]) -> tuple[int, int]:
    """Count the series in which the network wins against a (baseline, metric) after Holm's correction, and all."""
    rows = skill.filter(
        (pl.col("model") == network)
        & (pl.col("baseline") == against[0])
        & (pl.col("metric") == against[1])
        & pl.col("unique_id").is_not_null()
        & pl.col("step").is_null()
    )
    corrected = holm(rows["p_value"].cast(pl.Float64).fill_null(np.nan).to_numpy())
    won = (corrected < SIGNIFICANT) & (rows["value"].to_numpy() > 0)
    return int(won.sum()), len(rows)
