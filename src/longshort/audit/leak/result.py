"""What the leak test found, as a plain dictionary and as findings."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import polars as pl

from longshort.finding import Finding
from longshort.language import Message, message, quoted

Kind = Literal["ahead", "summary", "fit"]


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
            return (Finding("leak_suspected", "warning", message(f"leak.suspected.{self.suspected}"), None),)
        return ()

    def _strongest(self) -> Trial:
        judged = [trial for trial in self.runs if trial.judged and trial.column is None]
        return max(judged, key=lambda trial: (trial.change != "removed", trial.differs, trial.largest))

    def _sentence(self) -> Message:
        """Say what changes by how much, beside the noise, how far ahead is read, and what it looks like."""
        strongest = self._strongest()
        if self.columns:
            columns = message("leak.columns", n=len(self.columns), names=quoted(self.columns, 4))
        else:
            columns = message("leak.columns_together")
        said = [message("leak.changed", cutoff=strongest.cutoff, largest=strongest.largest, columns=columns)]
        if self.noise:
            said.append(message("leak.noise", noise=self.noise))
        if self.distance is not None and self.reach in (None, self.distance):
            said.append(message("leak.nearest", n=self.distance))
        elif self.distance is not None:
            said.append(message("leak.nearest_and_farthest", n=self.distance, reach=self.reach))
        if self.kind:
            said.append(message(f"leak.kind.{self.kind}"))
        return message("lists.sentences", all=said)

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
