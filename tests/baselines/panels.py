"""Small panels for tests, on a calendar that counts days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longshort.data.panel import Column, Panel

DAY = 86_400_000_000


@dataclass(frozen=True)
class Days:
    """Every day since 1970 is a session."""

    name: str = "daily"
    season: int = 7

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        return times // DAY

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return numbers * DAY


def panel_of(*series: ArrayLike, sessions: ArrayLike | None = None, ids: tuple[str, ...] = ()) -> Panel:
    """Put values on days from 2020-01-01 (or on the sessions given, the same for every series)."""
    arrays = [np.asarray(values, dtype=float) for values in series]
    own = [18262 + (np.arange(len(a)) if sessions is None else np.asarray(sessions)) for a in arrays]
    numbers = np.concatenate(own).astype(np.int64)
    return Panel(
        values=np.concatenate(arrays)[:, None],
        times=numbers * DAY,
        sessions=numbers,
        offsets=np.concatenate([[0], np.cumsum([len(a) for a in arrays])]),
        ids=ids or tuple("abcdefghijklmnopqrstuvwxyz"[: len(arrays)]),
        columns=(Column("y"),),
        calendars=(Days(),) * len(arrays),
    )


def walk(rows: int, seed: int = 0) -> NDArray[np.float64]:
    """Simulate a positive random walk with returns of about 1 %."""
    return 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, rows)))
