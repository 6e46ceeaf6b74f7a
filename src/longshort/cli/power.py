"""`longshort power`: what a test could find at all, before anything is trained."""

from typing import Any

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.options import lang_option, languages, reading_options, sources, whole
from longshort.cli.show import table
from longshort.language import text
from longshort.language.numbers import percent


@click.command(
    "power",
    epilog="""\b
Examples:
  longshort power prices.csv --target Close --horizon 5 --sessions 250
  longshort power prices.csv --json
  longshort power sales.csv --horizon 12 --lang ko
""",
)
@sources
@click.option(
    "--horizon",
    type=str,
    callback=whole(),
    default=1,
    show_default=True,
    metavar="N",
    help="How far ahead, in steps of the calendar.",
)
@click.option(
    "--sessions",
    type=str,
    callback=whole(),
    metavar="N",
    help="Forecast dates of the test. [default: a fifth of the series]",
)
@reading_options
@lang_option
@answers
def command(
    sources: tuple[str, ...], reading: dict[str, Any], horizon: int, sessions: int | None, lang: str | None
) -> Answer:
    """Say how much skill a test of so many forecast dates can show.

    Also how much better a direction must be and which fault of an interval it finds, and how many dates smaller
    effects need.
    FILE is a table (CSV, TSV, Parquet, Arrow; also gzipped), a folder, or a pattern such as 'stocks/*.csv'.
    """
    from longshort.evaluation.power import power, refuse

    refuse(horizon, sessions)
    found, chosen = power(ls.read(*sources, **reading), horizon=horizon, sessions=sessions), languages(lang)
    spoken = found.summary(chosen.text)
    return Answer(found.summary(chosen.json), f"{spoken['line']}\n\n{_as_table(spoken['power'], chosen.text)}")


def _as_table(rows: list[dict[str, Any]], lang: str) -> str:
    """Give a line for each question and step: the smallest effect, and the forecast dates that smaller ones need."""
    lines = []
    header = [text("cli.power.independent", lang), text("cli.power.smallest", lang)]
    for name in dict.fromkeys(row["question"] for row in rows):
        own = [row for row in rows if row["question"] == name]
        sizes = [percent(size, lang) for size in dict.fromkeys(row["edge"] for row in own)]
        lines.append([text(f"cli.power.{name}", lang), *header, *sizes])
        for step in dict.fromkeys(row["step"] for row in own):
            same = [row for row in own if row["step"] == step]
            smallest = same[0]["smallest"]
            found = text("cli.power.none", lang) if smallest is None else percent(smallest, lang)
            needs = [row["sessions_needed"] for row in same]
            needed = [text("cli.power.never", lang) if need is None else f"{need:,}" for need in needs]
            where = text("cli.power.all_steps", lang) if step is None else text("cli.power.step", lang, step=step)
            lines.append([f"  {where}", f"{same[0]['independent']:,.0f}", found, *needed])
    return table(lines)
