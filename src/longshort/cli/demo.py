"""`longshort demo`: the main job on real prices, trained anew."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import longshort as ls
from longshort.cli.backtest import run_backtest
from longshort.cli.command import Answer, answers
from longshort.cli.options import device_option
from longshort.cli.settings import make_recipe
from longshort.cli.show import contract, run_as_text
from longshort.language import text


@click.command(
    "demo",
    epilog="""\b
Examples:
  longshort demo
  longshort demo --quick --out /tmp/demo --json
""",
)
@click.option("--quick", is_flag=True, help="Train with a smaller budget, and say so in the result.")
@click.option("--seed", type=int, metavar="N", help="Seed of all that is random. [default: 0]")
@device_option
@click.option(
    "--out", metavar="FOLDER", default="demo", show_default=True, help="Run folder to write, replaced if there."
)
@answers
def command(quick: bool, seed: int | None, device: str, out: str) -> Answer:
    """Run the main job on real prices.

    Forecast the S&P 500 five sessions ahead, test that on 20 years of daily prices, write a page about it.
    The prices (1999-2018) come with a dependency, so nothing is downloaded.
    """
    settings: dict[str, Any] = {"recipe": None, "set": (), "horizon": 5, "seed": seed, "quick": quick}
    walk = dict.fromkeys(("folds", "test_from"))
    run = run_backtest(make_recipe(settings), prices(), walk, device=device, quick=quick, out=out, overwrite=True)
    summary = run.summary()
    opened = text("cli.open", "en", path=Path(out) / "report.html")
    return Answer(contract(summary), f"{run_as_text(summary, out)}\n{opened}")


def prices() -> "ls.Panel":
    """Read the daily S&P 500, 1999 to 2018, that the `arch` package ships."""
    from arch.data import sp500

    return replace(ls.read(sp500.load(), target="Close"), ids=("S&P 500",))
