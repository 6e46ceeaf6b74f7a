"""`longshort sweep`: a recipe under every combination of some settings, chosen by validation."""

from typing import Any

import click

from longshort.cli.command import Answer, answers
from longshort.cli.failures import stoppable
from longshort.cli.options import asking_options, device_option, whole
from longshort.cli.progress import counting
from longshort.cli.settings import parse_grids, parse_setting, typed
from longshort.cli.show import contract, run_as_text, sweep_as_text


@click.command(
    "sweep",
    epilog="""\b
Examples:
  longshort sweep stock-five-days --grid training.learning_rate=1e-3,1e-4,1e-5 --grid model.num_layers=1,2,3
  longshort sweep mnist-rows --grid model.cell=rnn,lstm,gru --quick --out sweep/
""",
)
@click.argument("name", metavar="NAME|FILE.toml")
@click.option("--grid", metavar="KEY=A,B,C", multiple=True, required=True, help="Setting and its values. Repeatable.")
@click.option(
    "--max-runs", type=str, callback=whole(), metavar="N", default=100, show_default=True, help="Refuse larger grids."
)
@asking_options
@device_option
@click.option("--out", metavar="FOLDER", help="Note finished runs here; an interrupted sweep goes on.")
@click.option("--overwrite", is_flag=True, help="Start anew in a folder that holds a sweep.")
@answers
def command(
    name: str,
    grid: tuple[str, ...],
    max_runs: int,
    asked: dict[str, Any],
    device: str,
    out: str | None,
    overwrite: bool,
) -> Answer:
    """Try every combination of some settings.

    The one with the lowest validation loss is chosen; only then is its test looked at, and no other's. The same sweep
    gives the same table, bit for bit.
    """
    if overwrite and not out:
        raise click.UsageError("--overwrite belongs to --out FOLDER, which is missing.")
    from longshort.recipes.sweep import CHOSEN, sweep

    about = {"command": typed(click.get_current_context())}
    changes = dict(map(parse_setting, asked.pop("set")))
    with stoppable(out, "en"), counting("runs") as tell:
        found = sweep(
            name,
            parse_grids(grid),
            max_runs=max_runs,
            **asked,
            changes=changes,
            device=device,
            tell=tell,
            out=out,
            overwrite=overwrite,
            about=about,
        )
    summary = found.summary()
    document = {"schema": 1, "runs": summary["runs"], "chosen": summary["chosen"], "run": contract(summary["run"])}
    text = run_as_text(summary["run"], f"{out}/{CHOSEN}" if out else None)
    return Answer(document, f"{sweep_as_text(summary['runs'])}\n\nThe chosen run, on the test:\n\n{text}")
