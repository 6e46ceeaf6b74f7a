"""Warnings about the data, on stderr, before anything is trained on them."""

from typing import TYPE_CHECKING

import click

import longshort as ls
from longshort.errors import visible
from longshort.language import say, text

if TYPE_CHECKING:
    from longshort import Panel


def warn(panel: "Panel", lang: str) -> None:
    """Print the warnings that `longshort check` prints of a panel."""
    for finding in ls.check(panel).findings:
        if finding.severity != "info":
            word = text(f"cli.severity.{finding.severity}", lang)
            click.echo(visible(f"{word}: {say(finding.text, lang)}"), err=True)
