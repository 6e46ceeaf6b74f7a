"""Baselines: what every forecast is measured against. Never reaches torch."""
