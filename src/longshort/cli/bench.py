"""`longshort bench`: how fast this machine trains and forecasts, beside others."""

import sys
from typing import Any

import click

from longshort.bench.jobs import JOBS, PEERS
from longshort.bench.run import bench
from longshort.bench.show import as_text
from longshort.cli.command import Answer, answers


@click.command(
    "bench",
    epilog="""\b
Examples:
  longshort bench
  longshort bench --job canonical --cell gru --threads 1
  longshort bench --job inference --json
  longshort bench --against keras --python peers/bin/python
""",
)
@click.option("--job", type=click.Choice(JOBS), default="canonical", show_default=True, help="What is timed.")
@click.option(
    "--against", type=click.Choice(list(PEERS)), default="torch", show_default=True, help="Who is timed beside it."
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Cores to use. [default: all]")
@click.option("--repeats", type=click.IntRange(min=1), metavar="N", help="Turns of each engine. [default: 5]")
@click.option("--cell", type=click.Choice(["lstm", "gru", "rnn"]), help="Cell of the canonical job. [default: lstm]")
@click.option("--hidden", type=click.IntRange(min=1), metavar="N", help="Units of a layer: canonical (50), large.")
@click.option("--batch", type=click.IntRange(min=1), metavar="N", help="Windows at a time: canonical (32), inference.")
@click.option(
    "--python", metavar="PATH", help="Python of the environment in which the peer is installed. [default: this one]"
)
@answers
def command(**options: Any) -> Answer:
    """Time this machine's training and forecasting beside another library's.

    Both do equal work on the same data, take turns, and use their best settings. The floor is what the operations
    would take at this processor's own speed, measured in the same minutes. The canonical job is a lecture's: 4 layers
    of LSTM(50), 2,708 windows of 60 steps, batches of 32.
    """
    document = bench(**options, tell=_tell)
    return Answer(document, as_text(document))


def _tell(what: str) -> None:
    """Show what goes on, on one line, where somebody looks."""
    if sys.stderr.isatty():
        click.echo(f"\r{what}\x1b[K", nl=False, err=True)
