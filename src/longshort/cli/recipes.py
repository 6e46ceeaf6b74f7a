"""`longshort recipes`: the systems of the lectures, by name."""

from collections.abc import Mapping
from typing import Any

import click

from longshort.cli.command import Answer, answers


@click.command(
    "recipes",
    epilog="""\b
Examples:
  longshort recipes
  longshort recipes --json
""",
)
@answers
def command() -> Answer:
    """List the systems of the lectures.

    Each has a name to run it by, the lecture that it comes from, its task, what it needs, how long it takes on two
    cores, and what to expect of it.
    """
    from longshort.recipes import every

    rows = [recipe.summary() for recipe in every()]
    text = "\n".join(map(_described, rows)) + "\n\nType 'longshort run NAME', with --synthetic to try it without data."
    return Answer({"schema": 1, "recipes": rows}, text)


def _described(row: Mapping[str, Any]) -> str:
    needs = f"needs {', '.join(row['needs'])}" if row["needs"] else "needs nothing"
    head = " · ".join((row["lecture"], row["task"], needs, row["time"]))
    return f"{row['name']}\n    {head}\n    {row['about']}\n    expect: {row['expect']}"
