"""The command line: thin skins that parse, call the library and print."""

from longshort.cli.app import main

__all__ = ["main"]
