"""The page of limits: `python -m longshort.cli.limits docs/limits.md` prints that page with its tables made anew.

What stands between the marks is made from where each bound is declared; all else on the page is written by hand.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from longshort.cli.options import FEE, FOLDS, LAGS, SEASON
from longshort.evaluation.power import HORIZON, SESSIONS
from longshort.forecasting.recipe import Recipe
from longshort.recipes import every
from longshort.recipes.sweep import MAX_RUNS
from longshort.sequences.settings import Model as Sequential
from longshort.settings import Bounds, listed
from longshort.settings.toml import DEEPEST, LONGEST

OPTIONS = {
    "--folds": FOLDS, "--season": SEASON, "--lag NAME=": LAGS, "--fee-bps": FEE, "sweep --max-runs": MAX_RUNS,
    "power --horizon": HORIZON, "power --sessions": SESSIONS,
}  # fmt: skip


def page(text: str) -> str:
    """Give docs/limits.md with the parts between its marks made anew."""
    made = {
        "options": _table(OPTIONS.items()),
        "recipe": _table(listed(Recipe)),
        "sequences": _table(listed(Sequential, "model")),
        "recipes": _table(_own()),
        "files": f"A TOML file of settings may have {LONGEST:,} bytes, and parts within parts {DEEPEST} deep.",
    }
    return re.sub(
        r"(<!-- made from the settings: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made[found[2]]}\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


def _own() -> Iterator[tuple[str, Bounds]]:
    """List what the systems of the lectures bound of their own, beside networks and training."""
    shared = {name for kind in (Recipe, Sequential) for name, _ in listed(kind)}
    for recipe in every():
        for name, bounds in listed(type(recipe.settings)):
            if name not in shared and "model." not in name and "training." not in name:
                yield f"{recipe.name}: {name}", bounds


def _table(rows: Iterable[tuple[str, Bounds]]) -> str:
    lines = [f"| `{name}` | {each.low:,} | {each.high:,} | {each.why} |" for name, each in rows]
    return "\n".join(["| setting | at least | at most | why no more |", "|---|---|---|---|", *lines])


if __name__ == "__main__":
    click.echo(page(Path(sys.argv[1]).read_text("utf-8")), nl=False)
