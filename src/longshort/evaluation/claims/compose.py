"""Make every claim about one model from the tables: the only place where that happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from longshort.claims.structs import (
    Claims,
    Copy,
    Coverage,
    Direction,
    DistributionSkill,
    LeftOut,
    Money,
    PointSkill,
    Power,
)
from longshort.evaluation.claims.copy import copy_claim
from longshort.evaluation.claims.coverage import coverage_claim
from longshort.evaluation.claims.direction import direction_claim
from longshort.evaluation.claims.leak import leak_claim
from longshort.evaluation.claims.money import money_claim
from longshort.evaluation.claims.power import power_claim
from longshort.evaluation.claims.skill import skill_claim
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.skill import CHANCES, DISTRIBUTION, POINT, has_distribution, overall_skill
from longshort.evaluation.tables import Tables
from longshort.finding import Finding
from longshort.results.forecast import Forecast


@dataclass(frozen=True)
class Circumstances:
    """Hold what the tables do not show and claims depend on.

    `trials` counts the models tried on these outcomes; `left_out` are baselines that did not apply; `mechanical` says
    that a gain would come from how the data are made; `traded` that the target is a price at which one can trade, or
    that costs were given for it; `tested_for_leaks` that the leak test ran; `planned` is the power table from before.
    """

    trials: int = 1
    left_out: tuple[LeftOut, ...] = ()
    mechanical: bool = False
    traded: bool = True
    tested_for_leaks: bool = False
    planned: pl.DataFrame | None = field(default=None, compare=False)


def claims_of(
    model: Forecast,
    tables: Tables,
    details: Mapping[str, pl.DataFrame],
    findings: Sequence[Finding],
    given: Circumstances,
) -> Claims:
    """Make all claims about a model; `findings` are those about leaks."""
    name, outcomes = model.model, tables.outcomes
    common: dict[str, Any] = {"trials": given.trials, "mechanical": given.mechanical}
    forecasts = int((said(model) & ~np.isnan(model.y)).any(axis=1).sum())
    skill: dict[str, Any] = {"forecasts": forecasts, "left_out": given.left_out, **common}
    reasons = reasons_of(model, tables, given)
    point = skill_claim(PointSkill, tables.skill, name, POINT, reason=reasons["point"], **skill)
    metric = CHANCES if outcomes.is_class else DISTRIBUTION
    distribution = skill_claim(DistributionSkill, tables.skill, name, metric, reason=reasons["distribution"], **skill)
    direction = direction_claim(
        details["direction"], details["direction_gains"], name, outcomes, reason=reasons["direction"], **common
    )
    coverage = coverage_claim(tables.coverage, details["coverage_tests"], name, reasons["coverage"])
    naive = overall_skill(tables.skill, name, POINT, "naive")
    return Claims(
        point=point,
        distribution=distribution,
        direction=direction,
        coverage=coverage,
        copy=copy_claim(details["copy"], name, naive[0] if naive else None, point, reasons["copy"]),
        money=money_claim(details["money"], name, reason=reasons["money"], **common),
        leak=leak_claim(findings, given.tested_for_leaks),
        power=power_claim(given.planned, tables.effective, point, direction, coverage),
    )


def unjudged(why: str, findings: Sequence[Finding] = (), tested_for_leaks: bool = False) -> Claims:
    """Make the claims where there is nothing to judge, `why` being the reason's code; leaks can be seen without."""
    return Claims(
        point=PointSkill(reason=why),
        distribution=DistributionSkill(reason=why),
        direction=Direction(reason=why),
        coverage=Coverage(reason=why),
        copy=Copy(reason=why),
        money=Money(reason=why),
        leak=leak_claim(findings, tested_for_leaks),
        power=Power(reason=why),
    )


def said(forecast: Forecast) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell where a forecast says anything: a value or a probability of a rise, `[pair, step]`."""
    return np.asarray(~(np.isnan(forecast.mean) & np.isnan(forecast.p_up)))


def reasons_of(model: Forecast, tables: Tables, given: Circumstances) -> dict[str, str]:
    """Give the code of why a question cannot be judged for a model; empty where it can."""
    classes, direction_only = tables.outcomes.is_class, bool(np.isnan(model.mean).all())
    first = bool(said(model)[:, 0].any())
    nothing = "" if bool((said(model) & ~np.isnan(model.y)).any()) else "not_yet"
    numeric = nothing or ("classes" if classes else "direction_only" if direction_only else "")
    chances = (
        numeric if not classes else ("" if tables.outcomes.categories == 2 and not labels_only(model) else "labels")
    )
    return {
        "point": numeric,
        "distribution": chances or ("" if classes or has_distribution(model) else "no_intervals"),
        "direction": nothing or _no_direction(tables.outcomes),
        "coverage": numeric or ("" if has_distribution(model) else "no_intervals"),
        "copy": numeric or ("" if first else "not_first_step"),
        "money": nothing or ("classes" if classes else "" if given.traded and first else _no_money(given, first)),
    }


def _no_direction(outcomes: Outcomes) -> str:
    return "" if outcomes.kind != "none" else "not_asked" if outcomes.asked else "often_equal"


def _no_money(given: Circumstances, first: bool) -> str:
    return "no_price" if not given.traded else "" if first else "not_first_step"


def labels_only(model: Forecast) -> bool:
    """Say whether a model gives labels of two classes and no probabilities: one of two numbers throughout."""
    return len(np.unique(model.mean[~np.isnan(model.mean)])) <= 2
