"""A run without forecasts: what a recipe gives that classifies, labels, generates, translates or demonstrates."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from longshort.evaluation import lagged, scores, seeds, skill
from longshort.evaluation.calibration import COVERAGE_SCHEMA, RELIABILITY_SCHEMA
from longshort.results.run import Run

CURVES = ("train_loss", "validation_loss", "gradient_norm")
SCHEMAS: dict[str, Any] = {
    "history": {"unique_id": pl.String, "ds": pl.Int64, "y": pl.Float64},
    "scores": scores.SCHEMA,
    "skill": skill.SCHEMA,
    "seeds": seeds.SCHEMA,
    "coverage": COVERAGE_SCHEMA,
    "reliability": RELIABILITY_SCHEMA,
    "lag": lagged.SCHEMA,
    "curves": {"fold": pl.Int64, "seed": pl.Int64, "epoch": pl.Int64, **dict.fromkeys(CURVES, pl.Float64)},
}


def bare_run(network: str, verdict: str, *, layers: Sequence[Mapping[str, Any]] = (), **parts: Any) -> Run:
    """Build a run of which only some parts exist; all others are empty, and the parameters are those of its layers.

    >>> bare_run("xor", "2-2-1 learns it.", task="classify").scores.is_empty()
    True
    """
    empty: dict[str, Any] = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    empty |= {"forecasts": {}, "coming": {}, "findings": (), "folds": (), "recipe": {}, "info": {}}
    parameters = sum(row["parameters"] for row in layers) if layers else None
    return Run(network=network, verdict=verdict, layers=tuple(layers), parameters=parameters, **empty | parts)


def curve_table(records: Sequence[Sequence[Any]], seed: int = 0, fold: int = 0) -> pl.DataFrame:
    """Give the learning curves of members: a row for each member and epoch; the first one's seed is `seed`.

    `records` are each member's, one for each epoch (`training.records.Record`).
    """
    rows = [
        {"fold": fold, "seed": seed + member, "epoch": record.epoch} | {name: getattr(record, name) for name in CURVES}
        for member, heard in enumerate(records)
        for record in heard
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["curves"])
