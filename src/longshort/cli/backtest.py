"""`longshort backtest`: walk forward through the past, score every forecast, and say whether there is skill."""

from pathlib import Path
from typing import Any

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.failures import DONE, REFUTED, stoppable
from longshort.cli.options import (
    Languages,
    device_option,
    given,
    judging_options,
    lang_option,
    languages,
    reading_options,
    recipe_options,
    require_skill_option,
    sources,
    walk_options,
)
from longshort.cli.progress import progress
from longshort.cli.settings import make_recipe
from longshort.cli.show import contract, run_as_text
from longshort.cli.warn import warn


@click.command(
    "backtest",
    epilog="""\b
Examples:
  longshort backtest prices.csv --target Close --horizon 5 --out run/
  longshort backtest prices.csv --test-from 2017-01-01 --set model.cell=gru
  longshort backtest stocks/*.csv --join fx.csv --lag Revenue=1 --quick --json
  longshort backtest returns.csv --direction sign --require-skill --lang ko
""",
)
@sources
@reading_options
@recipe_options
@walk_options
@judging_options
@device_option
@click.option("--out", metavar="FOLDER", help="Write everything into a run folder; an unfinished one goes on.")
@click.option("--overwrite", is_flag=True, help="Replace a complete run folder.")
@require_skill_option
@lang_option
@answers
def command(
    sources: tuple[str, ...],
    reading: dict[str, Any],
    settings: dict[str, Any],
    walk: dict[str, Any],
    judging: dict[str, Any],
    device: str,
    out: str | None,
    overwrite: bool,
    require_skill: bool,
    lang: str | None,
) -> Answer:
    """Test a network on the past and give a verdict.

    The last fifth of the dates is cut into folds. Before each fold the network is fitted on what was known then, and
    forecasts at every date in it; so do the simple forecasts that apply to the data, which it has to beat.
    """
    if overwrite and not out:
        raise click.UsageError("--overwrite belongs to --out FOLDER, which is missing.")
    refuse_folds_with_test_from(walk)
    recipe = make_recipe(settings)
    panel = ls.read(*sources, **reading)
    chosen = languages(lang)
    warn(panel, chosen.text)
    quick = settings["quick"]
    run = run_backtest(
        recipe, panel, walk | judging, device=device, quick=quick, lang=chosen.text, out=out, overwrite=overwrite
    )
    failed = require_skill and not (run.claims is not None and run.claims.useful)
    return run_answer(run, out, chosen, REFUTED if failed else DONE)


def run_answer(run: "ls.Run", out: str | None, chosen: Languages, exit_code: int = DONE) -> Answer:
    """Answer with a run, in text and as JSON, each in its language; its folder's page speaks that of the text."""
    if out and chosen.text != "en":  # in English it is already there
        run.report(Path(out) / "report.html", chosen.text)
    spoken = run.summary(chosen.text)
    document = spoken if chosen.json == chosen.text else run.summary(chosen.json)
    return Answer(contract(document), run_as_text(spoken, out), exit_code)


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
    lang: str = "en",
    out: str | None = None,
    overwrite: bool = False,
) -> "ls.Run":
    """Call `longshort.backtest` with progress on stderr, and with a word on how to go on after Ctrl-C."""
    fits = 1 if walk["test_from"] is not None else (walk["folds"] or 8)
    with stoppable(out, lang), progress((fits + 1) * recipe.training.members) as listen:
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
