"""`longshort check`: what is in a file, what was assumed, what is wrong with it."""

from typing import Any

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.options import lang_option, languages, reading_options, sources


@click.command(
    "check",
    epilog="""\b
Examples:
  longshort check prices.csv
  longshort check stocks/ --target Close --json
  longshort check sales.csv --lang ko
  longshort check minutes.csv --columns time,low,high,open,close,volume
""",
)
@sources
@reading_options
@lang_option
@answers
def command(sources: tuple[str, ...], reading: dict[str, Any], lang: str | None) -> Answer:
    """Say what is in a file and what is wrong with it.

    Also what was assumed about it, and what longshort will do about each thing that it found.
    FILE is a table (CSV, TSV, Parquet, Arrow; also gzipped), a folder, or a pattern such as 'stocks/*.csv'.
    """
    found = ls.check(ls.read(*sources, **reading))
    chosen = languages(lang)
    return Answer(found.summary(chosen.json), found.to_text(lang=chosen.text))
