"""Where a recipe's data lie: what was passed, else below $LONGSHORT_DATA."""

import os
from collections.abc import Sequence
from pathlib import Path

from longshort.errors import DataError
from longshort.recipes.named import Named

VARIABLE = "LONGSHORT_DATA"


def files_of(recipe: Named, passed: Sequence[str | Path] = ()) -> tuple[Path, ...]:
    """Find one path for each thing that a recipe needs.

    What was `passed` are either the things themselves, in order, or folders that hold them. Without it the folder that
    the environment names is searched. Raises DataError, saying what is needed, where it was looked for, and what to
    type.
    """
    if passed and not recipe.needs:
        raise DataError(f"the recipe {recipe.name!r} brings its own data and reads no file.", hint="Leave --data out.")
    roots = [Path(each) for each in passed] or _environment()
    for root in [Path(each) for each in passed]:
        if not root.exists():
            raise DataError(f"'{root}' does not exist.", hint=_hint(recipe))
    return tuple(_find(recipe, need, at, roots, direct=bool(passed)) for at, need in enumerate(recipe.needs))


def _environment() -> list[Path]:
    folder = os.environ.get(VARIABLE)
    return [Path(folder)] if folder else []


def _find(recipe: Named, need: str, at: int, roots: list[Path], direct: bool) -> Path:
    """Find one thing: below a folder under its whole name or its last part, or passed in its own place."""
    looked = [place for root in roots for place in (root / need, root / Path(need).name)]
    for place in looked:
        if place.exists():
            return place
    own = roots[at] if direct and at < len(roots) else None
    if own is not None and (need.endswith("/") or not own.is_dir()):
        return own
    where = ", ".join(f"'{place}'" for place in dict.fromkeys(looked)) or f"nowhere: ${VARIABLE} is not set"
    raise DataError(f"the recipe {recipe.name!r} needs {need}, looked for in {where}.", hint=_hint(recipe))


def _hint(recipe: Named) -> str:
    paths = " ".join(f"--data {need}" for need in recipe.needs)
    return (
        f"Pass {paths} (a file or folder of yours), set {VARIABLE} to the folder above, or try it with made-up data: "
        f"longshort run {recipe.name} --synthetic"
    )
