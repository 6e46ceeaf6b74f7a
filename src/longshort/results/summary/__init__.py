"""The summary of a run: declared structs, and how they are made."""

from longshort.results.summary.build import summarise
from longshort.results.summary.pictures import summarise_forecast
from longshort.results.summary.structs import SCHEMA, Summary

__all__ = ["SCHEMA", "Summary", "summarise", "summarise_forecast"]
