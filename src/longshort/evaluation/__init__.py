"""Scores, comparisons, calibration, claims, findings: the one judgement of forecasts."""

from longshort.evaluation.facts import FitFacts
from longshort.evaluation.judgement import Context, Judgement, judge

__all__ = ["Context", "FitFacts", "Judgement", "judge"]
