"""Scores, comparisons, calibration, findings and the verdict."""

from longshort.evaluation.evaluate import Evaluation, evaluate
from longshort.evaluation.facts import FitFacts

__all__ = ["Evaluation", "FitFacts", "evaluate"]
