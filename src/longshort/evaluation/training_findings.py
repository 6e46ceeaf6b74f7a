"""What a reader should know of how a network was trained: only a backtest of our own can say it."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from longshort.claims.structs import Claims
from longshort.evaluation.facts import FitFacts
from longshort.finding import Finding
from longshort.language import message
from longshort.results.forecast import Forecast

OUTSIDE = 0.05  # share beyond which extrapolation is worth a warning
OVERFIT_RATIO, OVERFIT_GAP = 1.5, 0.5  # validation loss over training loss; their gap where a loss may be negative
FEW_FOLDS = 3
UNSTABLE = 0.005  # a spread over seeds below half a percent disturbs nobody


def extrapolation(facts: Sequence[FitFacts]) -> Iterator[Finding]:
    """Warn where the test lies outside what training saw."""
    if not facts:
        return
    targets = float(np.mean([f.targets_outside for f in facts]))
    inputs = float(np.mean([f.inputs_outside for f in facts]))
    if max(targets, inputs) > OUTSIDE:
        text = message("findings.extrapolation", targets=targets, inputs=inputs)
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
    train, validation = np.median(np.array(pairs), axis=0).tolist()
    positive = min(min(pair) for pair in pairs) > 0
    far = validation > OVERFIT_RATIO * train if positive else validation - train > OVERFIT_GAP
    if far:
        text = message("findings.overfitting", train=train, validation=validation)
        yield Finding("overfitting", "warning", text, validation / train if positive else validation - train)


def parameters_exceed_targets(facts: Sequence[FitFacts]) -> Iterator[Finding]:
    """Warn where a network has more parameters than outcomes to learn them from."""
    if facts:
        worst = max(facts, key=lambda fact: fact.parameters / max(fact.training_targets, 1))
        yield from too_many(worst.parameters, worst.training_targets)


def too_many(parameters: int, targets: int) -> Iterator[Finding]:
    """Warn where so many parameters learn from so few targets that the network can learn them by heart."""
    if parameters > targets:
        text = message("findings.parameters_exceed_targets", parameters=parameters, targets=targets)
        yield Finding("parameters_exceed_targets", "warning", text, parameters / max(targets, 1))


def few_folds(forecast: Forecast) -> Iterator[Finding]:
    """Say where the scores rest on few fits."""
    folds = len(np.unique(forecast.fold[~np.isnan(forecast.y).all(axis=1)]))
    if 0 < folds < FEW_FOLDS:
        yield Finding("few_folds", "info", message("findings.few_folds", n=folds), float(folds))


def unstable_seeds(seeds: pl.DataFrame, claims: Claims) -> Iterator[Finding]:
    """Say where another seed would have told another story: the skill's spread over seeds exceeds the skill."""
    for part, claim in (("point", claims.point), ("distribution", claims.distribution)):
        alone = seeds.filter(pl.col("metric") == f"{claim.metric}_skill")["value"].to_numpy()
        if claim.value is None or len(alone) < 2:
            continue
        spread = float(np.std(alone, ddof=1))
        if spread > max(abs(claim.value), UNSTABLE):
            text = message(f"findings.unstable_seeds.{part}", spread=spread, n=len(alone), value=claim.value)
            yield Finding("unstable_seeds", "warning" if claim.answer == "yes" else "info", text, spread)
