"""The test itself: run as it is, run with the later rows changed, compare, and narrow down what was found."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from longshort.audit.leak.changes import CHANGES, check_changes, later_rows, narrowed
from longshort.audit.leak.compare import Difference
from longshort.audit.leak.narrow import distances, guilty_columns, is_near
from longshort.audit.leak.result import Kind, Leak, Trial
from longshort.audit.leak.runner import Progress, Runner
from longshort.audit.leak.table import Edit, Subject
from longshort.errors import DataError, SettingsError
from longshort.language import message

CUTOFFS = 3


def search(
    subject: Subject,
    *,
    noise_runs: int | None = None,
    changes: Sequence[str] = CHANGES,
    cutoffs: int = CUTOFFS,
    cutoff_lag: int | None = None,
    known_future: bool = False,
    progress: Progress | None = None,
) -> Leak:
    """Run a pipeline again and again on data that differ after one of its cutoffs, and tell whether it noticed.

    `noise_runs` identical repeats are run first (None: one, and seven where the two differ); `changes` are some of
    noise, scaled, shuffled, removed, each made after `cutoffs` of the pipeline's own cutoffs, early to late. Columns
    known in advance stay, so that nothing is removed where there are any (`known_future`).

    Raises SettingsError and DataError for what cannot be tested.
    """
    check_changes(tuple(changes))
    if cutoffs < 1:
        raise SettingsError(f"{cutoffs} cutoffs cannot be tested.", hint="Choose 1 or more.")
    kinds = [name for name in changes if not (known_future and name == "removed")]
    first = 2 if noise_runs is None else 1 + noise_runs
    runner = Runner(subject, cutoff_lag, progress, planned=first + cutoffs * len(kinds))
    runner.measure(noise_runs)
    chosen = runner.cutoffs(cutoffs)
    if not chosen:
        raise DataError(
            "no cutoff of the pipeline has rows after it, so there is nothing to change.",
            hint="Let the pipeline write forecasts from several past cutoffs, as a backtest does.",
        )
    runner.planned = runner.done + len(chosen) * len(kinds)
    trials: list[Trial] = []
    for cutoff in chosen:
        for change in kinds:
            difference = runner.differs(later_rows(subject.table, cutoff, change), cutoff)
            trials.append(_trial(subject, change, None, cutoff, difference))
    if not any(trial.judged and trial.cutoffs for trial in trials):
        raise DataError(
            f"no run on changed data could be compared; {(runner.failures or ['their cutoffs are all others'])[-1]}",
            hint="Let the pipeline choose the same cutoffs whatever the later values are.",
        )
    found = any(trial.differs and trial.change != "removed" for trial in trials)
    leak = Leak(
        found=found,
        suspected=None if found else _suspected(trials),
        columns=(),
        distance=None,
        reach=None,
        kind=None,
        runs=tuple(trials),
        noise=runner.repeats.noise,
        repeats=len(runner.identical),
        count=runner.done,
        notes=_notes(runner, trials, known_future),
        forecasts=runner.frame,
    )
    return _narrow(runner, leak, chosen, kinds) if leak.found else leak


def _suspected(trials: list[Trial]) -> Literal["removed", "rounding"] | None:
    """Say what is odd, if anything, where no changed value changed a forecast by more than rounding."""
    if any(trial.differs for trial in trials):
        return "removed"
    return "rounding" if any(trial.rounding and trial.change != "removed" for trial in trials) else None


def _trial(subject: Subject, change: str, column: str | None, cutoff: int, found: Difference | None) -> Trial:
    label = subject.table.label(cutoff)
    if found is None:
        return Trial(change, column, label, 0, 0, 0.0, judged=False)
    judged = not (change == "removed" and found.moved)
    return Trial(change, column, label, found.cutoffs, found.changed, found.largest, judged, found.rounding)


def _narrow(runner: Runner, leak: Leak, chosen: list[int], kinds: list[str]) -> Leak:
    """Name columns, distance and kind of a leak, by the first change that shows it and the most rows to change."""
    runs = dict(zip([(c, k) for c in chosen for k in kinds], leak.runs, strict=True))
    shown = [key for key, trial in runs.items() if trial.differs and key[1] != "removed"]
    cutoff, change = max(shown, key=lambda key: (-kinds.index(key[1]), -key[0]))
    edit = later_rows(runner.subject.table, cutoff, change)
    runner.planned = runner.done + 2 * len(edit.values) + 2 * int(np.log2(max(edit.rows.sum(), 2))) + 2
    guilty = guilty_columns(runner, edit, cutoff)
    if guilty:
        edit = narrowed(edit, list(guilty), np.ones(len(edit.rows), bool))
    nearest, farthest = distances(runner, edit, cutoff)
    return replace(
        leak,
        columns=tuple(guilty),
        distance=nearest,
        reach=farthest,
        kind=_kind(runner, edit, farthest, [runs.get((c, "shuffled")) for c in chosen]),
        runs=(*leak.runs, *(_trial(runner.subject, change, name, cutoff, found) for name, found in guilty.items())),
        count=runner.done,
    )


def _kind(runner: Runner, edit: Edit, reach: int | None, shuffled: list[Trial | None]) -> Kind:
    rows = len(np.unique(runner.subject.table.times[edit.rows]))
    if is_near(reach, rows):
        return "ahead"
    tried = [trial for trial in shuffled if trial is not None and trial.judged]
    return "summary" if tried and not any(trial.differs for trial in tried) else "fit"


def _notes(runner: Runner, trials: list[Trial], known_future: bool) -> tuple[str, ...]:
    notes = list(runner.repeats.first.notes)
    if runner.repeats.random:
        notes.append(message("leak.random", noise=runner.repeats.noise))
    if known_future:
        notes.append(message("leak.none_removed"))
    failed = sum(trial.cutoffs == 0 and not trial.judged for trial in trials)
    if failed and runner.failures:
        notes.append(message("leak.failed", n=failed, total=len(trials), reason=runner.failures[0]))
    if any(trial.change == "removed" and not trial.judged and trial.cutoffs for trial in trials):
        notes.append(message("leak.other_cutoffs"))
    return tuple(notes)
