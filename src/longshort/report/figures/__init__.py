"""The page's still pictures as inline SVG: they need no script, print sharply and follow the page's colours."""

from longshort.report.figures.calibration import coverage_by_step, nominal_empirical, reliability
from longshort.report.figures.copying import followed, lag_profile
from longshort.report.figures.fan import fan
from longshort.report.figures.learning import fold_curves, seed_strip
from longshort.report.figures.past import past
from longshort.report.figures.steps import beyond, error_by_step, implied_skill, skill_by_step

__all__ = [
    "beyond",
    "coverage_by_step",
    "error_by_step",
    "fan",
    "fold_curves",
    "followed",
    "implied_skill",
    "lag_profile",
    "nominal_empirical",
    "past",
    "reliability",
    "seed_strip",
    "skill_by_step",
]
