"""Scores, comparisons, calibration, findings and the verdict."""
