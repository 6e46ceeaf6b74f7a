"""The page's still pictures as inline SVG: they need no script, print sharply and follow the page's colours."""

from longshort.report.figures.calibration import coverage_by_step, nominal_empirical, reliability
from longshort.report.figures.copying import errors, followed, lag_profile
from longshort.report.figures.direction import right_by_step
from longshort.report.figures.fan import fan
from longshort.report.figures.learning import fold_curves, seed_strip
from longshort.report.figures.money import results
from longshort.report.figures.over_time import CUMULATIVE, by_fold, cumulative, equity, residuals, spark
from longshort.report.figures.past import past
from longshort.report.figures.pit import bins, pit
from longshort.report.figures.steps import beyond, error_by_step, implied_skill, skill_by_step
from longshort.report.figures.whole import PARTS, TESTED, split, tested

__all__ = [
    "CUMULATIVE",
    "PARTS",
    "TESTED",
    "beyond",
    "bins",
    "by_fold",
    "coverage_by_step",
    "cumulative",
    "equity",
    "error_by_step",
    "errors",
    "fan",
    "fold_curves",
    "followed",
    "implied_skill",
    "lag_profile",
    "nominal_empirical",
    "past",
    "pit",
    "reliability",
    "residuals",
    "results",
    "right_by_step",
    "seed_strip",
    "skill_by_step",
    "spark",
    "split",
    "tested",
]
