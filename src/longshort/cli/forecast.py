"""`longshort forecast`: what comes next, with the verdict of a backtest beside it."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import longshort as ls
from longshort.cli.backtest import refuse_folds_with_test_from, run_backtest
from longshort.cli.command import Answer, answers
from longshort.cli.options import (
    device_option,
    lang_option,
    languages,
    reading_options,
    recipe_options,
    sources,
    walk_options,
)
from longshort.cli.progress import progress
from longshort.cli.settings import make_recipe
from longshort.cli.show import forecast_as_text, with_iso_times
from longshort.cli.warn import warn
from longshort.errors import SettingsError
from longshort.language import Message, message, model_name, say

if TYPE_CHECKING:
    import polars as pl


@click.command(
    "forecast",
    epilog="""\b
Examples:
  longshort forecast prices.csv --target Close --horizon 5 --out forecast.csv
  longshort forecast prices.csv --target Close --model run/
  longshort forecast prices.csv --target Close --no-backtest --json
  longshort forecast sales.csv --horizon 12 --lang ko
""",
)
@sources
@reading_options
@recipe_options
@walk_options
@device_option
@click.option("--model", metavar="FOLDER", help="Use the trained model of this run or model folder; train nothing.")
@click.option(
    "--if-no-skill",
    type=click.Choice(["baseline", "model"]),
    default="baseline",
    show_default=True,
    help="Where the test showed no skill: the best simple forecast, or the network's.",
)
@click.option("--no-backtest", is_flag=True, help="Do not test on the past first: no verdict.")
@click.option(
    "--out",
    metavar="FILE",
    help="Write the forecast into this .csv or .parquet file. In .csv, text that a spreadsheet takes for a formula "
    "begins with an apostrophe.",
)
@lang_option
@answers
def command(
    sources: tuple[str, ...],
    reading: dict[str, Any],
    settings: dict[str, Any],
    walk: dict[str, Any],
    device: str,
    model: str | None,
    if_no_skill: str,
    no_backtest: bool,
    out: str | None,
    lang: str | None,
) -> Answer:
    """Forecast what comes next as distributions.

    Without --model, a backtest comes first and says what such forecasts were worth in the past. Where no skill was
    shown, neither of the point forecast nor of the interval, the best simple forecast is given instead, and says so.
    """
    _refuse_contradictions(settings, walk, model, no_backtest, out)
    chosen = languages(lang)
    recipe = None if model else make_recipe(settings)
    panel = ls.read(*sources, **reading)
    warn(panel, chosen.text)
    if recipe is None:
        run, forecast = _saved_run(str(model)), _forecaster(str(model)).predict(panel)
    else:
        run, forecast = _trained(recipe, panel, walk, device, no_backtest, settings["quick"], chosen.text)
    note = None
    if run is not None and if_no_skill == "baseline":
        forecast, note = _advised(run, panel, forecast)
    if out:
        _write(forecast.to_frame().drop("fold", "y"), Path(out))  # of what is to come, neither is known
    document, spoken = (_document(forecast, run, language) for language in (chosen.json, chosen.text))
    told = None if note is None else say(note, chosen.text)
    return Answer(document, forecast_as_text(spoken, out, told, chosen.text))


def _trained(
    recipe: "ls.Recipe", panel: "ls.Panel", walk: dict[str, Any], device: str, no_backtest: bool, quick: bool, lang: str
) -> "tuple[ls.Run | None, ls.Forecast]":
    """Train on the panel, with a backtest before unless there is to be none; what is missing is refused first."""
    from longshort.data.ahead import refuse_missing_ahead

    refuse_missing_ahead(panel, recipe.horizon)
    if no_backtest:
        return None, _fit(recipe, panel, device).predict(panel)
    run = run_backtest(recipe, panel, walk, device=device, quick=quick, lang=lang)
    return run, run.coming[run.network]


def _document(forecast: "ls.Forecast", run: "ls.Run | None", lang: str) -> dict[str, Any]:
    return forecast.summary(lang) | {"verdict": None if run is None else say(run.verdict, lang)}


def _advised(run: "ls.Run", panel: "ls.Panel", forecast: "ls.Forecast") -> tuple["ls.Forecast", Message | None]:
    """Give the forecast to act on, and a sentence where that is not the network's."""
    from longshort.backtest.coming import given_forecast

    given = given_forecast(run, panel, forecast)
    if given.model == forecast.model:
        return given, None
    return given, message("cli.instead", baseline=model_name(given.model))


def _fit(recipe: "ls.Recipe", panel: "ls.Panel", device: str) -> "ls.Forecaster":
    with progress(recipe.training.members) as listen:
        return recipe.fit(panel, device=device, listen=listen)


def _refuse_contradictions(
    settings: dict[str, Any], walk: dict[str, Any], model: str | None, no_backtest: bool, out: str | None
) -> None:
    if model and (typed := _typed(settings | walk)):
        raise SettingsError(
            f"--model brings its own recipe: {typed} cannot be chosen.", hint=f"Leave out {typed} or --model."
        )
    if model and no_backtest:
        raise SettingsError("--model trains and tests nothing: --no-backtest says nothing more.", hint="Leave one out.")
    if no_backtest and (typed := _typed(walk)):
        raise SettingsError(
            f"--no-backtest leaves nothing for {typed} to do.", hint=f"Leave out {typed} or --no-backtest."
        )
    refuse_folds_with_test_from(walk)
    if out and Path(out).suffix.lower() not in (".csv", ".parquet"):
        raise SettingsError(
            f"--out '{out}' ends neither in .csv nor in .parquet.", hint="Type for example --out forecast.csv"
        )


def _typed(options: dict[str, Any]) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name, value in options.items() if value not in (None, False, ()))


def _forecaster(folder: str) -> "ls.Forecaster":
    """Load a forecaster; SettingsError where the folder holds a model of another kind."""
    from longshort.sequences.estimator import Estimator

    model = ls.load(folder)
    if isinstance(model, Estimator):
        raise SettingsError(
            f"'{folder}' holds a {type(model).__name__}, which does not forecast.",
            hint="Pass the folder of a backtest.",
        )
    return model


def _saved_run(folder: str) -> "ls.Run | None":
    """Give the backtest that trained the model; a bare model folder has none."""
    marks = (Path(folder) / name for name in ("run.json", "summary.json", "unfinished.json"))
    return ls.load_run(folder) if any(mark.exists() for mark in marks) else None


def _write(frame: "pl.DataFrame", path: Path) -> None:
    from longshort.results.files import atomic_write
    from longshort.results.tables import for_spreadsheets

    buffer = BytesIO()
    if path.suffix.lower() == ".csv":
        for_spreadsheets(with_iso_times(frame)).write_csv(buffer)
    else:
        frame.write_parquet(buffer)
    atomic_write(path, buffer.getvalue())
