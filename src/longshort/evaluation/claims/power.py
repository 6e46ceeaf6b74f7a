"""The claim about power: what the test could find at all, as planned and as it turned out."""

import polars as pl

from longshort.claims.structs import Coverage, Direction, Effect, Power, Skill
from longshort.evaluation.claims.thresholds import DETECTS


def power_claim(
    planned: pl.DataFrame | None, effective: pl.DataFrame, point: Skill, direction: Direction, coverage: Coverage
) -> Power:
    """Put planned and realised smallest effects side by side; "yes" where a gain of 5 % in skill would be found.

    `planned` is the table of `power.power_table`, None where the series are too short for one; `effective` that of
    `effective.effective_table`. Realised effects follow from the widths of the intervals.
    """
    before = {} if planned is None else _smallest(planned)
    after = {"skill": point.detectable, "direction": direction.detectable, "coverage": coverage.detectable}
    effects = tuple(Effect(question, before.get(question), after[question]) for question in after)
    rows = effective.filter((pl.col("model") == point.model) & pl.col("step").is_null()).to_dicts()
    counts = {"cutoffs": rows[0]["cutoffs"], "independent": rows[0]["independent"]} if rows else {}
    smallest = after["skill"] if after["skill"] is not None else before.get("skill")
    if smallest is None:
        return Power(effects=effects, reason="too_few", **counts)
    return Power(answer="yes" if smallest <= DETECTS else "no", effects=effects, **counts)


def _smallest(planned: pl.DataFrame) -> dict[str, float | None]:
    overall = planned.filter(pl.col("step").is_null()).unique("question", keep="first", maintain_order=True)
    return dict(zip(overall["question"], overall["smallest"], strict=True))
