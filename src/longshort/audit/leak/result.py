"""What the leak test found, as a plain dictionary and as findings."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import polars as pl

from longshort.errors import examples
from longshort.finding import Finding

Kind = Literal["ahead", "summary", "fit"]
_KINDS = {
    "ahead": "rows soon after the cutoff are read (a label or a covariate from the future, a centred window, blanks "
    "filled from behind)",
    "summary": "a summary of all rows is used, whatever their order (a scaler, a mean, a selection on everything)",
    "fit": "something was fitted, selected or stopped on all rows",
}

_SUSPECTED = {
    "removed": "Forecasts change when later rows are taken out, though not when their values change: the pipeline "
    "depends on how many rows follow its cutoffs.",
    "rounding": "Forecasts change in their last digits when later values change, no more than by rounding: later rows "
    "enter their computation (a transform of the whole series, for one), if harmlessly.",
}


@dataclass(frozen=True)
class Trial:
    """Record one run: what was changed after `cutoff`, in which column (None: in all), and what came of it.

    `cutoffs` counts those compared, `changed` the forecasts that were not the same, `largest` the largest distance in
    the forecasts' unit. `judged` is False where nothing could be concluded: the run failed or its cutoffs moved.
    `rounding` marks differences no larger than another order of summation makes.
    """

    change: str
    column: str | None
    cutoff: str
    cutoffs: int
    changed: int
    largest: float
    judged: bool = True
    rounding: bool = False

    @property
    def differs(self) -> bool:
        """Say whether the run was judged and more than rounding differs."""
        return self.judged and self.changed > 0 and not self.rounding


@dataclass(frozen=True)
class Leak:
    """Hold the outcome of the leak test.

    `columns` are those whose later rows alone change earlier forecasts, the strongest first; `distance` counts the
    rows from the cutoff to the nearest one that does so alone, `reach` those to the farthest; both are None without a
    leak, and where only many rows together do it. `kind` says what it looks like: rows shortly "ahead" are read, a
    "summary" of all rows is used, or something was "fit" on all rows. `noise` is the largest distance between
    identical runs (0 where they are the same bit for bit), of which there were `repeats`. `forecasts` is what the
    pipeline gave on the data as they are.
    """

    found: bool
    suspected: Literal["removed", "rounding"] | None
    columns: tuple[str, ...]
    distance: int | None
    reach: int | None
    kind: Kind | None
    runs: tuple[Trial, ...]
    noise: float
    repeats: int
    count: int
    notes: tuple[str, ...] = ()
    forecasts: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False, compare=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Give `leak` (a defect) where one was found, `leak_suspected` where it may be harmless."""
        if self.found:
            return (Finding("leak", "defect", self._sentence(), self._strongest().largest),)
        if self.suspected:
            return (Finding("leak_suspected", "warning", _SUSPECTED[self.suspected], None),)
        return ()

    def _strongest(self) -> Trial:
        judged = [trial for trial in self.runs if trial.judged and trial.column is None]
        return max(judged, key=lambda trial: (trial.change != "removed", trial.differs, trial.largest))

    def _sentence(self) -> str:
        strongest = self._strongest()
        what = f"column {self.columns[0]!r}" if len(self.columns) == 1 else f"columns {examples(self.columns, 4)}"
        where = ""
        if self.distance is not None:
            where = f"; the nearest row that does so alone is {_rows(self.distance)} after the cutoff"
            where += f", the farthest {_rows(self.reach)}" if self.reach not in (None, self.distance) else ""
        kind = f": {_KINDS[self.kind]}" if self.kind else ""
        beyond = f", beyond the {self.noise:.3g} by which identical runs differ" if self.noise else ""
        return (
            f"Forecasts made up to {strongest.cutoff} change by up to {strongest.largest:.3g}{beyond} when later rows "
            f"change in {what}{where}{kind}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the result as a plain dictionary, as `--json` prints it under `leak`."""
        return {
            "found": self.found,
            "columns": list(self.columns),
            "distance": self.distance,
            "reach": self.reach,
            "kind": self.kind,
            "noise": self.noise,
            "repeats": self.repeats,
            "count": self.count,
            "notes": list(self.notes),
            "runs": [asdict(trial) for trial in self.runs],
        }


def _rows(count: int | None) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
