"""A run: what a backtest or a recipe found, with everything that is needed to show it, keep it and repeat it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import polars as pl
from msgspec import to_builtins

from longshort.claims import Claims, Telling
from longshort.finding import Finding
from longshort.results.forecast import Forecast

if TYPE_CHECKING:
    from longshort.report.inline import Picture

Task = Literal["forecast", "classify", "label", "generate", "translate", "regress", "demonstrate"]


class Savable(Protocol):
    """Write itself into a folder, as a fitted model does."""

    def save(self, path: Path, /) -> object:
        """Write everything that is needed to forecast again into the folder `path`, which does not exist yet."""
        ...


@dataclass(frozen=True, eq=False)
class Run:
    """Hold a backtest, or what a recipe found: forecasts by model, scores, what was noticed, and the verdict.

    `forecasts` are those of the test, by model, the network's under the name `network`; `coming` are those from the
    last known session of each series, whose outcomes nobody knows yet. `history` is the target as used (`unique_id,
    ds, y`). The tables `scores` to `lag` are the evaluation's, `curves` has one row for each fold, seed and epoch
    (`fold seed epoch train_loss validation_loss gradient_norm`), `folds` is the ledger. `details` are the evaluation's
    further tables by name (`evaluation.DETAILS`), as far as they could be made. `recipe` is the settings as
    nested tables, `info` what was done when, on what and with which versions. A run that was loaded from a folder
    holds no single members' forecasts, and its `model` is the folder's, to be copied along by `save`.

    `task` is what was done; unless it is "forecast", there may be no forecasts and no history, but `predictions`: a row
    for each example of the test (`truth`, `predicted` and what else is known). `layers` describe the network (`layer`,
    `output_shape`, `parameters`), `parameters` counts one member's, `training_shape` is that of the inputs it learnt
    from, examples first. `synthetic` says that the data were made up. `samples` are a few examples to be looked at, in
    the forms that docs/json.md lists.

    `claims` are what is claimed of the network, and `telling` how to speak of it (None where nothing was judged).
    `given` names the model whose coming forecast `forecast` gives: the network's, or the best baseline's.
    """

    network: str
    forecasts: Mapping[str, Forecast]
    coming: Mapping[str, Forecast]
    history: pl.DataFrame
    scores: pl.DataFrame
    skill: pl.DataFrame
    seeds: pl.DataFrame
    coverage: pl.DataFrame
    reliability: pl.DataFrame
    lag: pl.DataFrame
    curves: pl.DataFrame
    findings: tuple[Finding, ...]
    folds: tuple[Mapping[str, Any], ...]
    verdict: str
    recipe: Mapping[str, Any] = field(repr=False)
    info: Mapping[str, Any] = field(repr=False)
    model: Savable | None = field(default=None, repr=False)
    target: str = "y"
    title: str = ""
    details: Mapping[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    task: Task = "forecast"
    layers: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    parameters: int | None = None
    training_shape: tuple[int, ...] = ()
    synthetic: bool = False
    predictions: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    samples: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    claims: Claims | None = field(default=None, repr=False)
    telling: Telling | None = field(default=None, repr=False)
    given: str = ""

    def __repr__(self) -> str:
        """Say the verdict."""
        return f"Run({self.network!r}: {self.verdict})"

    def summary(self, lang: str = "en") -> dict[str, Any]:
        """Give everything as one plain dictionary: what `--json` prints and the page shows, its sentences in `lang`."""
        from longshort.results.summary import summarise

        summary: dict[str, Any] = to_builtins(summarise(self, lang))
        return summary

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the run into a folder, whole or not at all.

        Raises RunFolderError where the folder holds something else, or a complete run and `overwrite` is False;
        OutputError where it cannot be written.
        """
        from longshort.results.folder import save

        save(self, Path(path), overwrite)

    def report(self, path: str | Path, lang: str = "en") -> None:
        """Write the report, one HTML file that opens anywhere; OutputError where it cannot be written."""
        from longshort.report import render
        from longshort.results.files import atomic_write

        atomic_write(Path(path), render(self.summary(lang), lang).encode())

    def to_markdown(self, lang: str = "en") -> str:
        """Give the report as Markdown."""
        from longshort.report import markdown

        return str(markdown(self.summary(lang), lang))

    def plot(self, unique_id: str | None = None) -> "Picture":
        """Draw the coming forecast of one series, the first unless named; DataError where there is no such series."""
        from longshort.results.notebook import draw_run

        return draw_run(self, unique_id)

    def _repr_html_(self) -> str:
        from longshort.results.notebook import show_run

        return show_run(self)
