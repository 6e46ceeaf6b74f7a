"""Readers: the one door through which files and tables enter, whatever they look like."""

from longshort.data.readers.read import read

__all__ = ["read"]
