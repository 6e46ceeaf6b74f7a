"""`longshort run`: a system of the lectures by its name, or by a TOML file that names it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from longshort.cli.backtest import run_answer
from longshort.cli.command import Answer, answers
from longshort.cli.failures import stoppable
from longshort.cli.options import asking_options, device_option, lang_option, languages
from longshort.cli.progress import progress
from longshort.cli.settings import parse_setting, typed

if TYPE_CHECKING:
    from longshort.training.records import Record


@click.command(
    "run",
    epilog="""\b
Examples:
  longshort run perceptron
  longshort run mnist-rows --synthetic
  longshort run amzn-honest --data AMZN.csv --set training.epochs=20 --out run/
  longshort run my.toml --data prices/ --json
""",
)
@click.argument("name", metavar="NAME|FILE.toml")
@asking_options
@device_option
@click.option("--out", metavar="FOLDER", help="Write everything into a run folder; an unfinished one goes on.")
@click.option("--overwrite", is_flag=True, help="Replace a complete run folder.")
@click.option("--watch", is_flag=True, help="Serve a live page on this machine while it trains: loss and gradients.")
@lang_option
@answers
def command(
    name: str,
    asked: dict[str, Any],
    device: str,
    out: str | None,
    overwrite: bool,
    watch: bool,
    lang: str | None,
) -> Answer:
    """Run a system of the lectures.

    NAME is one of 'longshort recipes'; a TOML file names one (recipe = "mnist-rows") and overrides its settings. Data
    are found by --data, else below $LONGSHORT_DATA; --synthetic makes some up, and the result says so.
    """
    if overwrite and not out:
        raise click.UsageError("--overwrite belongs to --out FOLDER, which is missing.")
    from longshort.recipes.running import run

    chosen = languages(lang)
    about = {"command": typed(click.get_current_context())}
    changes = dict(map(parse_setting, asked.pop("set")))
    with stoppable(out, chosen.text), listening(watch) as listen:
        found = run(
            name,
            **asked,
            changes=changes,
            device=device,
            listen=listen,
            out=out,
            overwrite=overwrite,
            about=about,
        )
    return run_answer(found, out, chosen)


@contextmanager
def listening(watch: bool) -> "Iterator[Callable[[Record], None] | None]":
    """Give whoever listens to training: the line on stderr, and the live page where it is asked for."""
    with ExitStack() as stack:
        listeners: list[Callable[[Record], None]] = []
        line = stack.enter_context(progress(1))
        if line is not None:
            listeners.append(line)
        if watch:
            from longshort.cli.watch import serving

            page = stack.enter_context(serving())
            click.echo(f"Watch it at {page.address}", err=True)
            listeners.append(page.hear)
        yield together(listeners)


def together(listeners: "Sequence[Callable[[Record], None]]") -> "Callable[[Record], None] | None":
    """Join listeners into one; None where nobody listens."""
    if not listeners:
        return None

    def tell(record: "Record") -> None:
        for listener in listeners:
            listener(record)

    return tell
