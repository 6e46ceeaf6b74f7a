"""Folds: stretches of consecutive cutoffs, each with one fit before it."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.errors import DataError, SettingsError

SHARE = 0.2  # of the sessions, the newest ones, are tested


@dataclass(frozen=True, eq=False)
class Fold:
    """Hold one stretch: what the fit may see ends at the time `fit_at`, the forecasts start at `pairs`."""

    fit_at: int
    pairs: Pairs


def plan_folds(panel: Panel, folds: int, test_from: str | date | int | None) -> list[Fold]:
    """Cut the last fifth of the sessions into `folds`, or test from a day on (a row number where nothing is dated).

    Raises SettingsError where `test_from` is no day, and what `walk_forward` and `single` raise.
    """
    if test_from is None:
        return walk_forward(panel, folds)
    if not panel.dated:
        return single(panel, _row_number(test_from))
    try:
        day = int(np.datetime64(test_from, "us").astype(np.int64))
    except ValueError as error:
        raise SettingsError(f"--test-from {test_from!r} is not a day.", hint="Write it as 2017-01-01.") from error
    return single(panel, day)


def _row_number(test_from: str | date | int) -> int:
    try:
        return int(str(test_from))
    except ValueError as error:
        raise SettingsError(
            f"--test-from {test_from!r} is no row number, and the data have no dates.", hint="Pass one such as 600."
        ) from error


def walk_forward(panel: Panel, folds: int) -> list[Fold]:
    """Cut the last fifth of the sessions into consecutive folds; every session in one is a cutoff if its next is known.

    Each fit sees what was known before its fold's first session. Raises SettingsError where there are fewer than two
    sessions for a fold.
    """
    times = np.unique(panel.times[~np.isnan(panel.target)])
    start = round(len(times) * (1 - SHARE))
    if len(times) - start < 2 or start < 1:
        raise DataError(
            f"{len(times)} known session{'s are' if len(times) > 1 else ' is'} too few: of their last fifth, which is "
            "tested, there must be two.",
            hint="Bring a longer history; `longshort forecast --no-backtest` tests nothing.",
        )
    if folds < 1 or len(times) - start < 2 * folds:
        raise SettingsError(
            f"--folds {folds} cannot be cut from {max(len(times) - start, 0)} test sessions (a fifth of {len(times)}).",
            hint=f"Pass --folds from 1 to {(len(times) - start) // 2}.",
        )
    edges = np.linspace(start, len(times), folds + 1).round().astype(int)
    return [
        Fold(
            fit_at=int(times[first - 1]),
            pairs=cutoffs_between(panel, int(times[first]), int(times[stop - 1])),
        )
        for first, stop in pairwise(edges)
    ]


def single(panel: Panel, test_from: int) -> list[Fold]:
    """Fit once on what was known before a time; cutoffs run from the last session before it to the last but one.

    Raises DataError where nothing lies before the time or nothing at or after it.
    """
    times = np.unique(panel.times[~np.isnan(panel.target)])
    before = times[times < test_from]
    shown, first, last = (str(label)[:10] for label in panel.labels(np.array([test_from, times[0], times[-1]])))
    if len(before) == len(times):
        raise DataError(f"--test-from {shown} lies after the last session, {last}.", hint=f"Choose a day up to {last}.")
    if not len(before):
        raise DataError(
            f"--test-from {shown} leaves no history: the first session is {first}.", hint=f"Choose a day after {first}."
        )
    return [Fold(fit_at=int(before[-1]), pairs=cutoffs_between(panel, int(before[-1]), int(times[-1])))]


def thinned(panel: Panel, plan: list[Fold], every: int, horizon: int) -> list[Fold]:
    """Keep every `every`-th session as a cutoff, counted back from the newest whose whole horizon is known.

    Raises SettingsError where `every` is below one, and where a fold would keep no cutoff.
    """
    if every < 1:
        raise SettingsError(f"every={every} is no number of sessions.", hint="Pass every=1 to forecast at each one.")
    if every == 1:
        return plan
    times = np.unique(panel.times[~np.isnan(panel.target)])
    kept = times[: max(len(times) - horizon, 0)][::-every]
    folds = [Fold(fold.fit_at, fold.pairs[np.isin(panel.times[fold.pairs.rows], kept)]) for fold in plan]
    if not all(len(fold.pairs) for fold in folds):
        raise SettingsError(
            f"every={every} with horizon={horizon} leaves a fold without a cutoff.",
            hint="Pass fewer folds, an earlier test_from or a smaller every.",
        )
    return folds


def cutoffs_between(panel: Panel, first: int, last: int) -> Pairs:
    """List the rows in [first, last] that have a known target and a later one in their own series."""
    known = np.flatnonzero(~np.isnan(panel.target))
    series = panel.series[known]
    followed = np.append(series[1:] == series[:-1], False) if len(series) else np.zeros(0, dtype=bool)
    chosen = known[followed & (panel.times[known] >= first) & (panel.times[known] <= last)]
    return Pairs(panel.series[chosen], chosen)
