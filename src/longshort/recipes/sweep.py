"""A sweep: a recipe under every combination of some settings, the best one chosen by validation, never by the test."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from longshort.errors import DivergedError, OutputError, RunFolderError, SettingsError
from longshort.recipes.named import Named
from longshort.recipes.running import fingerprint_of, locate, perform, prepare
from longshort.results.files import atomic_write
from longshort.results.plain import plain, to_json
from longshort.settings import Bounds, to_dict

if TYPE_CHECKING:
    from longshort.results.run import Run
    from longshort.training.records import Record

MAX_RUNS = Bounds(1, 10_000, "each is a training of its own, one after the other")
LEDGER, CHOSEN = "sweep.json", "chosen"


@dataclass(frozen=True, eq=False)
class Sweep:
    """Hold what a sweep found.

    `table` has a row for each combination in the order of the grid: its settings, `validation` (null where training
    diverged) and whether it was `chosen`. `run` is the chosen one's, the only one whose test anybody sees.
    """

    table: pl.DataFrame
    run: "Run"

    def summary(self) -> dict[str, Any]:
        """Give the table, the chosen settings and the chosen run's summary as one plain dictionary."""
        rows = self.table.to_dicts()
        found: dict[str, Any] = plain({"runs": rows, "chosen": next(row for row in rows if row["chosen"])})
        return found | {"run": self.run.summary()}


def sweep(
    name: str,
    grid: Mapping[str, Sequence[Any]],
    *,
    max_runs: int = 100,
    data: Sequence[str | Path] = (),
    changes: Mapping[str, Any] | None = None,
    seed: int | None = None,
    quick: bool = False,
    synthetic: bool = False,
    device: str = "auto",
    listen: "Callable[[Record], None] | None" = None,
    tell: Callable[[int, int], None] | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    about: Mapping[str, Any] | None = None,
) -> Sweep:
    """Run a recipe under every combination of a grid of settings, and choose the one of the lowest validation loss.

    Runs follow one another; the same grid, seed and data give the same table, bit for bit. With `out` every finished
    run is noted in the folder, where an interrupted sweep goes on, and the chosen one's run folder lies in `chosen`.
    `tell` is told how many of how many runs are done; the other arguments are those of `running.run`.

    Raises SettingsError where there are more combinations than `max_runs`, where one cannot be, or where the recipe
    holds nothing back for validation; RunFolderError where `out` holds another sweep.
    """
    refuse(grid, max_runs, {**(changes or {}), **({} if seed is None else {"seed": seed})})
    combinations = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    ready = [prepare(name, {**(changes or {}), **each}, seed=seed, quick=quick) for each in combinations]
    recipe = ready[0][0]
    files = locate(recipe, data, synthetic)

    def once(chosen: Any, folder: Path | None = None) -> "Run":
        budget = {"quick": quick, "synthetic": synthetic, "device": device, "listen": listen}
        return perform(recipe, chosen, files=files, out=folder, overwrite=True, about=about, **budget)  # type: ignore[arg-type]

    folder = None if out is None else Path(out)
    settled = [to_dict(chosen) for _, chosen in ready]
    identity = {"recipe": recipe.name, "runs": settled, "data": fingerprint_of(files, out), "quick": quick}
    scores = begun(folder, plain(identity), overwrite)
    kept: tuple[int, Run] | None = None
    for number, (_, chosen) in enumerate(ready):
        if tell is not None:
            tell(number, len(ready))
        if number < len(scores):
            continue
        try:
            run = once(chosen)
            scores.append(validation(run, recipe))
        except DivergedError:
            scores.append(None)
            run = None
        note(folder, identity, scores)
        if run is not None and best(scores) == number:
            kept = number, run
    chosen_at = best(scores)
    if kept is None or kept[0] != chosen_at:
        kept = chosen_at, once(ready[chosen_at][1])
    if folder is not None:
        kept[1].save(folder / CHOSEN, overwrite=True)
    return Sweep(table(combinations, scores, chosen_at), kept[1])


def refuse(grid: Mapping[str, Sequence[Any]], max_runs: int, fixed: Mapping[str, Any]) -> None:
    """Raise SettingsError where a grid is empty or larger than allowed, or varies what is `fixed`."""
    both = [name for name in grid if name in fixed]
    if both:
        raise SettingsError(
            f"{both[0]!r} is in the grid, and set to {fixed[both[0]]!r} beside it.", hint="Leave one of the two out."
        )
    empty = [name for name, values in grid.items() if not values]
    if empty or not grid:
        raise SettingsError("a grid needs values.", hint="Type for example --grid training.learning_rate=1e-3,1e-4")
    MAX_RUNS.refuse("--max-runs", max_runs, "--max-runs ")
    runs = prod(len(values) for values in grid.values())
    if runs > max_runs:
        sizes = " x ".join(str(len(values)) for values in grid.values())
        raise SettingsError(
            f"this grid means {runs:,} runs ({sizes}), more than {max_runs:,}.",
            hint="Leave values out" + (f", or allow them: --max-runs {runs}" if runs <= MAX_RUNS.high else "."),
        )


def validation(run: "Run", recipe: Named) -> float:
    """Give what a run is chosen by: what the recipe says (`info["validation"]`), else its first fold's loss.

    That is the loss of each member's best epoch, averaged over members. Later folds' validation reaches into earlier
    folds' tests and must not choose. Raises SettingsError where nothing was held back.
    """
    said = run.info.get("validation")
    if said is not None:
        return float(said)
    curves = run.curves.filter((pl.col("fold") == pl.col("fold").min()) & pl.col("validation_loss").is_not_null())
    if curves.is_empty():
        raise SettingsError(
            f"the recipe {recipe.name!r} holds nothing back for validation, and a sweep must not choose by the test.",
            hint="Choose --set training.validation=0.1, where the recipe has this setting, or run each by itself.",
        )
    return float(curves.group_by("seed").agg(pl.col("validation_loss").min()).sort("seed")["validation_loss"].mean())  # type: ignore[arg-type]


def best(scores: Sequence[float | None]) -> int:
    """Find the first of the lowest scores; DivergedError where no run came to an end."""
    known = [(score, number) for number, score in enumerate(scores) if score is not None]
    if not known:
        raise DivergedError("training diverged under every setting of the grid.", hint="Lower the learning rates.")
    return min(known)[1]


def table(combinations: Sequence[Mapping[str, Any]], scores: Sequence[float | None], chosen: int) -> pl.DataFrame:
    """Lay the combinations out, a row each; settings that are lists or None are written as text."""
    columns: dict[str, list[Any]] = {name: [each[name] for each in combinations] for name in combinations[0]}
    named = {
        name: values if all(isinstance(value, int | float) for value in values) else list(map(str, values))
        for name, values in columns.items()
    }
    marks = [number == chosen for number in range(len(combinations))]
    return pl.DataFrame({**named, "validation": pl.Series(scores, dtype=pl.Float64), "chosen": marks}, strict=False)


def begun(folder: Path | None, identity: Any, overwrite: bool) -> list[float | None]:
    """Read which runs of this very sweep are done; RunFolderError where a folder holds something else."""
    if folder is None or overwrite or not folder.exists():
        return []
    if not (folder / LEDGER).is_file():
        if not folder.is_dir() or any(folder.iterdir()):
            raise RunFolderError(f"'{folder}' holds no sweep.", hint="Choose a new or empty folder.")
        return []
    try:
        ledger = json.loads((folder / LEDGER).read_bytes())
    except (OSError, ValueError) as error:
        raise RunFolderError(f"'{folder / LEDGER}' cannot be read.", hint="Pass --overwrite to start anew.") from error
    if not isinstance(ledger, dict) or ledger.get("identity") != identity:
        raise RunFolderError(
            f"'{folder}' holds another sweep.",
            hint="Repeat that command to go on with it, pass --overwrite to start anew, or choose another folder.",
        )
    return list(ledger["validation"])


def note(folder: Path | None, identity: Any, scores: Sequence[float | None]) -> None:
    """Write down which runs are done."""
    if folder is None:
        return
    if folder.is_file():
        raise OutputError(f"'{folder}' is a file, but a sweep needs a folder.", hint="Choose another name.")
    atomic_write(folder / LEDGER, to_json({"identity": identity, "validation": list(scores)}, indent=1))
