"""Readers: the one door through which files and tables enter, whatever they look like."""

from longshort.data.readers.read import panel_of, read

__all__ = ["panel_of", "read"]
