"""`longshort backtest`: walk forward through the past, score every forecast, and say whether there is skill."""

from typing import Any

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.failures import going_on
from longshort.cli.options import device_option, given, reading_options, recipe_options, sources, walk_options
from longshort.cli.progress import progress
from longshort.cli.settings import make_recipe
from longshort.cli.show import contract, run_as_text


@click.command(
    "backtest",
    epilog="""\b
Examples:
  longshort backtest prices.csv --target Close --horizon 5 --out run/
  longshort backtest prices.csv --test-from 2017-01-01 --set model.cell=gru
  longshort backtest stocks/*.csv --join fx.csv --lag Revenue=1 --quick --json
""",
)
@sources
@reading_options
@recipe_options
@walk_options
@device_option
@click.option("--out", metavar="FOLDER", help="Write everything into a run folder; an unfinished one goes on.")
@click.option("--overwrite", is_flag=True, help="Replace a complete run folder.")
@answers
def command(
    sources: tuple[str, ...],
    reading: dict[str, Any],
    settings: dict[str, Any],
    walk: dict[str, Any],
    device: str,
    out: str | None,
    overwrite: bool,
) -> Answer:
    """Test a network on the past and give a verdict.

    The last fifth of the sessions is cut into folds. Before each fold the network is fitted on what was known then,
    and forecasts at every session in it; naive forecasts, volatility and GARCH do the same.
    """
    if overwrite and not out:
        raise click.UsageError("--overwrite belongs to --out FOLDER, which is missing.")
    refuse_folds_with_test_from(walk)
    recipe = make_recipe(settings)
    panel = ls.read(*sources, **reading)
    run = run_backtest(recipe, panel, walk, device=device, quick=settings["quick"], out=out, overwrite=overwrite)
    summary = run.summary()
    return Answer(contract(summary), run_as_text(summary, out))


def refuse_folds_with_test_from(walk: dict[str, Any]) -> None:
    """Raise a UsageError where both ways of cutting the test are asked for."""
    if walk["test_from"] is not None and walk["folds"] is not None:
        raise click.UsageError("--test-from means a single fit and --folds several: leave one of them out.")


def run_backtest(
    recipe: "ls.Recipe",
    panel: "ls.Panel",
    walk: dict[str, Any],
    *,
    device: str,
    quick: bool,
    out: str | None = None,
    overwrite: bool = False,
) -> "ls.Run":
    """Call `longshort.backtest` with progress on stderr, and with a word on how to go on after Ctrl-C."""
    fits = 1 if walk["test_from"] is not None else (walk["folds"] or 8)
    resume = (
        f"Stopped. Nothing is lost: the same command goes on with the unfinished folder '{out}'."
        if out
        else "Stopped; nothing was written. With --out FOLDER, the same command goes on where it was stopped."
    )
    with going_on(resume), progress((fits + 1) * recipe.training.members) as listen:
        return ls.backtest(
            recipe,
            panel,
            **given(walk),
            device=device,
            listen=listen,
            out=out,
            overwrite=overwrite,
            about={"command": click.get_current_context().obj, "quick": quick},
        )
