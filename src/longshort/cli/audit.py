"""`longshort audit`: a verdict on anybody's forecasts, on a pipeline, on a confusion matrix."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.failures import DONE, REFUTED
from longshort.cli.options import given, judging_options, lang_option, languages, names, require_skill_option
from longshort.cli.progress import counting
from longshort.cli.show import audit_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

READING = ("step", "cutoff_lag", "id", "date", "cutoff", "model", "forecast", "date_format", "separator", "decimal")
LEAKS = ("target", "id", "date", "known_future", "cutoff_lag")


def settings(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, Any] | None:
    """Take options for reading the actuals apart, and refuse those that `longshort.read` does not take."""
    import inspect

    from longshort.data.readers import read

    given: dict[str, Any] = {}
    for value in values:
        name, equals, rest = value.partition("=")
        key = name.strip().replace("-", "_")
        if not equals or key not in inspect.signature(read).parameters:
            raise click.BadParameter(f"'{value}' is not of the form KEY=VALUE, such as --actuals-set date=Day")
        given[key] = {"true": True, "false": False}.get(rest, rest)
    return given or None


@click.command(
    "audit",
    epilog="""\b
Examples:
  longshort audit forecasts.csv
  longshort audit forecasts.parquet --actuals prices.csv --target Close --out page.html --lang ko
  longshort audit run/ --baselines garch --json
  longshort audit --command "python theirs.py {data} {out}" --data prices.csv --target Close
  longshort audit --pipeline package.module:function --data prices.csv --target Close
  longshort audit --confusion matrix.csv --rows predicted
""",
)
@click.argument("forecasts", required=False, metavar="[FORECASTS]")
@click.option("--actuals", metavar="FILE", help="What happened, such as prices. [default: the outcomes in FORECASTS]")
@click.option("--target", metavar="NAME", help="Column that was forecast. [default: recognised, e.g. Close]")
@click.option(
    "--actuals-set",
    metavar="KEY=VALUE",
    multiple=True,
    callback=settings,
    help="How to read --actuals, an option of 'longshort check': date=Day, separator=;. Repeatable.",
)
@click.option(
    "--step", type=int, metavar="N", help="Steps of the calendar between cutoff and date, where the table lacks both."
)
@click.option("--cutoff-lag", type=int, metavar="N", help="The same as --step, by its other name.")
@click.option("--id", metavar="NAME", help="Column that names the series.")
@click.option("--date", metavar="NAME", help="Column of the dates that are forecast.")
@click.option("--cutoff", metavar="NAME", help="Column of the last dates known, or the date on which all were made.")
@click.option("--model", metavar="NAME", help="Column that names the models.")
@click.option("--forecast", metavar="NAME", multiple=True, help="Column that holds forecasts. Repeatable.")
@click.option("--date-format", metavar="FORMAT", help="Form of the dates, such as %d/%m/%Y.")
@click.option("--separator", metavar="CHAR", help="Between the cells. [default: recognised]")
@click.option("--decimal", metavar="CHAR", help="Decimal mark, . or , [default: recognised]")
@click.option(
    "--baselines",
    metavar="A,B",
    callback=names,
    help="Compare with these alone; the verdict says so. [default: all that apply]",
)
@click.option(
    "--season", type=int, metavar="N", help="Steps in a season, such as 12 for months. [default: what the data show]"
)
@click.option(
    "--trials", type=int, metavar="N", help="How many models were tried on these outcomes, this one among them."
)
@click.option("--trained-until", metavar="DATE", help="Last day that the model was trained on.")
@click.option("--previous", metavar="FILE", help="An older version of FORECASTS, to see what was changed since.")
@judging_options
@click.option("--command", "program", metavar="TEXT", help="Does this command peek? It must name {data} and {out}.")
@click.option("--pipeline", metavar="MODULE:FUNCTION", help="Does this Python function peek?")
@click.option("--data", metavar="FILE", help="The file that --command or --pipeline forecasts from.")
@click.option("--known-future", metavar="NAME", multiple=True, help="Column known in advance. Repeatable.")
@click.option("--timeout", type=float, metavar="SECONDS", help="Longest run of --command or --pipeline. [default: 600]")
@click.option("--noise", type=int, metavar="N", help="Identical runs that measure a random pipeline. [default: 1 or 7]")
@click.option("--confusion", metavar="FILE", help="Judge a confusion matrix, a CSV of counts.")
@click.option("--rows", type=click.Choice(["predicted", "true"]), help="What the rows of the matrix are.")
@require_skill_option
@click.option("--out", metavar="FILE", help="Write the page, one HTML file, here.")
@lang_option
@answers
def command(
    forecasts: str | None,
    judging: dict[str, Any],
    require_skill: bool,
    out: str | None,
    lang: str | None,
    **options: Any,
) -> Answer:
    """Say what forecasts are worth, whoever made them.

    FORECASTS is a table (CSV, Parquet, Arrow) or a run folder. Exit code 3 says that the numbers cannot be trusted: a
    leak, rows that are misaligned or dated before their cutoff, an overlap with the training.
    """
    from longshort.audit.audit import document_of

    about = {"command": click.get_current_context().obj}
    typed = {name: value for name, value in given(options | judging).items() if value != ()}
    found, chosen = _found(forecasts, typed, about), languages(lang)
    if out:
        found.report(out, chosen.text)
    failed = not found.trustworthy or (require_skill and not found.claims.useful)
    summary = found.summary(chosen.text)
    printed = summary if chosen.json == chosen.text else found.summary(chosen.json)
    return Answer(document_of(printed), audit_as_text(summary, out), REFUTED if failed else DONE)


def _found(forecasts: str | None, typed: dict[str, Any], about: "Mapping[str, Any]") -> "ls.Audit":
    """Do the one thing that is asked for."""
    asked = [name for name in ("program", "pipeline", "confusion") if name in typed]
    if (forecasts is not None) + len(asked) != 1:
        raise click.UsageError("Name one thing to audit: FORECASTS, --command, --pipeline or --confusion.")
    if "confusion" in asked:
        _only(typed, ("confusion", "rows"))
        if "rows" not in typed:
            raise click.UsageError("Say what the rows of the matrix are: --rows predicted or --rows true.")
        return ls.audit_confusion(typed["confusion"], rows=typed["rows"], about=about)
    if asked:
        return _peeking(typed, about)
    if "actuals_set" in typed:
        typed["actuals_options"] = typed.pop("actuals_set")
    _only(
        typed,
        (
            "actuals",
            "actuals_options",
            "target",
            *READING,
            "baselines",
            "season",
            "trials",
            "trained_until",
            "previous",
            "direction",
            "fee_bps",
        ),
    )
    return ls.audit(forecasts, typed.pop("actuals", None), about=about, **typed)


def _peeking(typed: dict[str, Any], about: "Mapping[str, Any]") -> "ls.Audit":
    """Run the leak test, with progress on stderr."""
    by_command = "program" in typed
    _only(typed, ("program" if by_command else "pipeline", "data", *LEAKS, "noise", "timeout"))
    if "data" not in typed:
        raise click.UsageError("Name the file to forecast from: --data prices.csv")
    data, noise = Path(typed.pop("data")), typed.pop("noise", None)
    what = typed.pop("program" if by_command else "pipeline")
    run = ls.audit_command if by_command else ls.audit_leakage
    with counting("runs") as progress:
        return run(what, data, noise_runs=noise, progress=progress, about=about, **typed)


def _only(typed: dict[str, Any], known: tuple[str, ...]) -> None:
    """Refuse options that would be read by nobody."""
    spare = [f"--{'command' if name == 'program' else name.replace('_', '-')}" for name in typed if name not in known]
    if spare:
        raise click.UsageError(f"{', '.join(spare)} {'has' if len(spare) == 1 else 'have'} no meaning here.")
