"""Running a recipe: its settings, its data, its folder, and the account of what was done."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from longshort import settings
from longshort.backtest.record import LIBRARIES, versions
from longshort.errors import SettingsError
from longshort.language import message
from longshort.recipes import find
from longshort.recipes.named import Ask, Named
from longshort.recipes.places import files_of
from longshort.results.claim import claimed
from longshort.results.folder import finish

if TYPE_CHECKING:
    from longshort.results.run import Run
    from longshort.training.records import Record


def run(
    name: str,
    *,
    data: Sequence[str | Path] = (),
    changes: Mapping[str, Any] | None = None,
    seed: int | None = None,
    quick: bool = False,
    synthetic: bool = False,
    device: str = "auto",
    listen: "Callable[[Record], None] | None" = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    about: Mapping[str, Any] | None = None,
) -> "Run":
    """Run a recipe by its name, or by a TOML file that names it and overrides its settings.

    `changes` are settings by dotted name; what is said last wins: the file's, then `quick`, then `changes` and `seed`.
    `data` are files or folders of yours; without them they are found by the environment, or made up if `synthetic`.
    With `out` the run goes into a folder, where an interrupted one goes on. `about` is kept with the run.

    Raises SettingsError, DataError, RunFolderError for what cannot be run.
    """
    recipe, chosen = prepare(name, changes, seed=seed, quick=quick)
    return perform(
        recipe,
        chosen,
        files=locate(recipe, data, synthetic),
        synthetic=synthetic,
        quick=quick,
        device=device,
        listen=listen,
        out=out,
        overwrite=overwrite,
        about=about,
    )


def prepare(
    name: str, changes: Mapping[str, Any] | None = None, *, seed: int | None = None, quick: bool = False
) -> tuple[Named, Any]:
    """Find a recipe and its settings after a file's, `--quick`'s and the given changes."""
    recipe, overridden = _named(name)
    chosen = settings.override(recipe.settings, overridden, name) if overridden else recipe.settings
    typed = dict(changes or {}) | ({} if seed is None else {"seed": seed})
    smaller = dict(recipe.quick) if quick else {}
    chosen = settings.change(chosen, smaller | typed, f"the recipe {recipe.name!r}")
    if recipe.validate is not None:
        recipe.validate(chosen)
    return recipe, chosen


def locate(recipe: Named, data: Sequence[str | Path], synthetic: bool) -> tuple[Path, ...]:
    """Find what a recipe needs; nothing where its data are made up. SettingsError where both were asked for."""
    if synthetic and data:
        raise SettingsError("--data and --synthetic exclude each other.", hint="Leave one of them out.")
    return () if synthetic else files_of(recipe, data)


def perform(
    recipe: Named,
    chosen: Any,
    *,
    files: tuple[Path, ...],
    synthetic: bool,
    quick: bool = False,
    device: str = "auto",
    listen: "Callable[[Record], None] | None" = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    about: Mapping[str, Any] | None = None,
) -> "Run":
    """Run a recipe with its settings on files that were found, and keep the result where a folder is named."""
    plain = {"recipe": recipe.name, **settings.to_dict(chosen)}
    fingerprint = fingerprint_of(files, out)
    identity = {"recipe": plain, "data": fingerprint, "quick": quick, "synthetic": synthetic}
    begun = time.perf_counter()
    with nullcontext() if out is None else claimed(out, identity, overwrite) as checkpoint:
        found = fitting(recipe, Ask(chosen, files, synthetic, quick, device, listen, checkpoint))
        seconds = {"run": round(time.perf_counter() - begun, 3)}
        known = {"fingerprint": fingerprint, "files": [file.name for file in files], "notes": []}
        info = {"notes": [], "device": "cpu", **versions(LIBRARIES), **found.info, "recipe": plain, "quick": quick}
        info |= {"data": known | dict(info.get("data", {})), "seconds": seconds | dict(info.get("seconds", {}))}
        found = replace(
            found,
            task=recipe.task,
            synthetic=synthetic,
            title=found.title or message("recipes.title", name=recipe.name, about=recipe.about),
            recipe=plain,
            info=info | dict(about or {}),
        )
        if out is not None:
            finish(found, out)
    return found


def fitting(recipe: Named, ask: Ask) -> "Run":
    """Run a recipe; SettingsError where its data do not fit into memory."""
    try:
        return recipe.run(ask)
    except MemoryError as error:
        raise SettingsError(
            f"the recipe {recipe.name!r} needs more memory than there is: {error}.",
            hint="Choose shorter sequences or fewer of them, or a smaller model or training.batch_size.",
        ) from error


def fingerprint_of(files: Sequence[Path], out: str | Path | None) -> str:
    """Give a short checksum of names, sizes and times of all files, so that what changed is not taken for the same.

    What lies in `out`, the result's own folder, does not count where that stands among the data: it changes by itself.
    """
    digest = blake2b(digest_size=8)
    for file in files:
        for part in _parts(file, out) if file.is_dir() else [file]:
            state = part.stat()
            digest.update(f"{part.name}\x1f{state.st_size}\x1f{state.st_mtime_ns}\x1e".encode())
    return digest.hexdigest() if files else ""


def _parts(folder: Path, out: str | Path | None) -> list[Path]:
    """List all files below a folder, but for those of a result that is written inside it."""
    folder = folder.resolve()
    own = None if out is None else Path(out).resolve()
    apart = own if own is not None and folder in own.parents else None
    return sorted(part for part in folder.rglob("*") if part.is_file() and apart not in part.parents)


def _named(name: str) -> tuple[Named, dict[str, Any]]:
    """Find a recipe by its name, or by a file, and the settings that stand in the file."""
    if not name.endswith(".toml"):
        return find(name), {}
    data = settings.toml_file(name, "the file", "Pass a TOML file in UTF-8 that names its recipe.")
    said = data.pop("recipe", None)
    if not isinstance(said, str):
        raise SettingsError(
            f"{name!r} does not name its recipe.", hint='Write at its top, for example: recipe = "mnist-rows"'
        )
    return find(said), data
