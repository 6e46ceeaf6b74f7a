"""Forecasts from anywhere, read into Forecasts and the Panel that says what happened."""

from longshort.audit.reading.read import Read, read_forecasts

__all__ = ["Read", "read_forecasts"]
