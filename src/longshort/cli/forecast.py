"""`longshort forecast`: the coming sessions, with the verdict of a backtest beside them."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import longshort as ls
from longshort.cli.backtest import refuse_folds_with_test_from, run_backtest
from longshort.cli.command import Answer, answers
from longshort.cli.options import device_option, reading_options, recipe_options, sources, walk_options
from longshort.cli.progress import progress
from longshort.cli.settings import make_recipe
from longshort.cli.show import forecast_as_text, with_iso_times
from longshort.errors import SettingsError

if TYPE_CHECKING:
    import polars as pl


@click.command(
    "forecast",
    epilog="""\b
Examples:
  longshort forecast prices.csv --target Close --horizon 5 --out forecast.csv
  longshort forecast prices.csv --target Close --model run/
  longshort forecast prices.csv --target Close --no-backtest --json
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
    help="Where the test showed no skill: history's spread around the newest value, or the network's forecast.",
)
@click.option("--no-backtest", is_flag=True, help="Do not test on the past first: no verdict.")
@click.option("--out", metavar="FILE", help="Write the forecast into this .csv or .parquet file.")
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
) -> Answer:
    """Forecast the coming sessions as distributions.

    Without --model, a backtest comes first and says what such forecasts were worth in the past. Where they were worth
    nothing, neither their centre nor their spread, the forecast is that of volatility_cone instead, and says so.
    """
    _refuse_contradictions(settings, walk, model, no_backtest, out)
    panel = ls.read(*sources, **reading)
    if model:
        run, forecast = _saved_run(model), _forecaster(model).predict(panel)
    elif no_backtest:
        run, forecast = None, _fit(make_recipe(settings), panel, device).predict(panel)
    else:
        run = run_backtest(make_recipe(settings), panel, walk, device=device, quick=settings["quick"])
        forecast = run.coming[run.network]
    note = None
    if run is not None and if_no_skill == "baseline":
        forecast, note = _advised(run, panel, forecast)
    if out:
        _write(forecast.to_frame().drop("fold", "y"), Path(out))  # of what is to come, neither is known
    document = forecast.summary() | {"verdict": run.verdict if run is not None else None}
    return Answer(document, forecast_as_text(document, out, note))


def _advised(run: "ls.Run", panel: "ls.Panel", forecast: "ls.Forecast") -> tuple["ls.Forecast", str | None]:
    """Give the forecast to act on, and a sentence where that is not the network's."""
    from longshort.evaluation.advice import has_skill, without_skill

    if has_skill(run.skill, run.network):
        return forecast, None
    baseline = without_skill(panel, forecast)
    what = f"This is the forecast of {baseline.model}, not the network's, which showed no skill"
    return baseline, f"{what}; --if-no-skill model gives that one."


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

    buffer = BytesIO()
    if path.suffix.lower() == ".csv":
        with_iso_times(frame).write_csv(buffer)
    else:
        frame.write_parquet(buffer)
    atomic_write(path, buffer.getvalue())
