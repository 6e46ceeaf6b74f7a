"""What is claimed of forecasts, decided once: skill, direction, coverage, copying, money, leaks, power."""

from longshort.evaluation.claims.compose import Circumstances, claims_of, said, unjudged

__all__ = ["Circumstances", "claims_of", "said", "unjudged"]
