"""Recurrent forecasting that tells you the truth."""
