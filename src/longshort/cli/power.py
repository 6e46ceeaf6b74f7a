"""`longshort power`: what a test could find at all, before anything is trained."""

from typing import Any

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.options import reading_options, sources
from longshort.cli.show import table


@click.command(
    "power",
    epilog="""\b
Examples:
  longshort power prices.csv --target Close --horizon 5 --sessions 250
  longshort power prices.csv --json
""",
)
@sources
@click.option("--horizon", type=int, default=1, show_default=True, metavar="N", help="Sessions ahead.")
@click.option("--sessions", type=int, metavar="N", help="Sessions that are tested. [default: a fifth of the series]")
@reading_options
@answers
def command(sources: tuple[str, ...], reading: dict[str, Any], horizon: int, sessions: int | None) -> Answer:
    """Say how much skill a test of so many sessions could tell from chance.

    Also how large an edge in direction and which fault of an interval, and how many sessions smaller ones would need.
    FILE is a table (CSV, TSV, Parquet, Arrow; also gzipped), a folder, or a pattern such as 'stocks/*.csv'.
    """
    from longshort.evaluation.power import power

    summary = power(ls.read(*sources, **reading), horizon=horizon, sessions=sessions).summary()
    return Answer(summary, f"{summary['line']}\n\n{_as_table(summary['power'])}")


def _as_table(rows: list[dict[str, Any]]) -> str:
    """Give a line for each question and step: the smallest effect, and the sessions that smaller ones would need."""
    lines = []
    for name in dict.fromkeys(row["question"] for row in rows):
        own = [row for row in rows if row["question"] == name]
        lines.append(
            [name, "independent", "smallest", *[f"{100 * edge:g} %" for edge in {row["edge"]: 0 for row in own}]]
        )
        for step in dict.fromkeys(row["step"] for row in own):
            same = [row for row in own if row["step"] == step]
            smallest = same[0]["smallest"]
            found = "none" if smallest is None else f"{100 * smallest:.1f} %"
            needed = ["never" if row["sessions_needed"] is None else f"{row['sessions_needed']:,}" for row in same]
            where = "  all steps" if step is None else f"  step {step}"
            lines.append([where, f"{same[0]['independent']:,.0f}", found, *needed])
    return table(lines)
