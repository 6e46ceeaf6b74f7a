"""Runs counted and compared: the one place where the pipeline is asked again."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.audit.leak.compare import Difference, Repeats, compare, join_repeats
from longshort.audit.leak.output import Output, read_output
from longshort.audit.leak.table import BrokenOff, Edit, Subject, is_blank
from longshort.errors import LongshortError, SettingsError

RANDOM_REPEATS, MORE_REPEATS = 8, 24
Progress = Callable[[int, int], None]


@dataclass(eq=False)
class Runner:
    """Run a subject on edited data and compare with what it gave on the data as they are.

    `planned` counts the runs that are foreseen, for `progress(done, planned)`; `failures` collects what went wrong on
    changed data; `frame` is the table that the subject gave first, on the data as they are.
    """

    subject: Subject
    cutoff_lag: int | None
    progress: Progress | None
    planned: int
    done: int = 0
    failures: list[str] = field(default_factory=list)
    repeats: Repeats = field(init=False)
    identical: list[Output] = field(default_factory=list)
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)

    def run(self, edit: Edit | None) -> Output:
        """Run once."""
        if self.progress is not None:
            self.progress(self.done, max(self.planned, self.done + 1))
        frame = self.subject.run(edit)
        if not self.done:
            self.frame = frame
        output = read_output(frame, self.subject.table, self.cutoff_lag)
        self.done += 1
        return output

    def measure(self, repeats: int | None) -> None:
        """Run on the data as they are, `repeats` times again; None: once, and seven times where it is random."""
        if repeats is not None and repeats < 0:
            raise SettingsError(f"--noise {repeats} is no number of runs.", hint="Pass --noise 8, for example.")
        self._repeat(2 if repeats is None else 1 + repeats)
        if self.repeats.random:
            self._repeat(RANDOM_REPEATS)

    def _repeat(self, wanted: int) -> None:
        """Run on the data as they are until there are as many identical runs as wanted."""
        missing = max(wanted - len(self.identical), 0)
        self.planned += missing if self.identical else 0
        self.identical += [self.run(None) for _ in range(missing)]
        self.repeats = join_repeats(self.identical)

    def differs(self, edit: Edit, cutoff: int) -> Difference | None:
        """Run on changed data and compare up to a cutoff; None where the run failed (but not where it broke off).

        Where the pipeline is random, a difference must show again in a second run, and beside more identical ones:
        a few may by chance lie close together.
        """
        found = self._once(edit, cutoff)
        if found is not None and found.real and self.repeats.random:
            self._repeat(MORE_REPEATS)
            again = self._once(edit, cutoff)
            found = again if again is not None and not again.real else found
        return found

    def _once(self, edit: Edit, cutoff: int) -> Difference | None:
        try:
            output = self.run(edit)
        except BrokenOff:
            raise
        except LongshortError as error:
            self.done += 1
            self.failures.append(error.message)
            return None
        return compare(self.repeats, output, cutoff, edit.removed)

    def cutoffs(self, wanted: int) -> list[int]:
        """Choose among the pipeline's own cutoffs that have rows after them: early, middle, late."""
        own = np.unique(self.repeats.first.cutoffs)
        own = own[(own < self.subject.table.times.max()) & (own >= self.subject.table.times.min())]
        if not len(own):
            return []
        parts = np.array_split(own, min(wanted, len(own)))
        return [int(part[self._choice(part)]) for part in parts]

    def _choice(self, times: NDArray[np.int64]) -> int:
        """Choose the cutoff whose own rows have most blanks, for those could be filled from behind, near the middle."""
        table = self.subject.table
        blank = sum((is_blank(cells) for cells in table.columns.values()), np.zeros(len(table.times), np.int64))
        known, rows = np.unique(table.times, return_inverse=True)
        newest = np.searchsorted(known, times, side="right") - 1
        off_centre = np.abs(np.arange(len(times)) - len(times) // 2)
        return int(np.lexsort((off_centre, -np.bincount(rows, blank)[newest]))[0])
