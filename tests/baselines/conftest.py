"""Small panels on a calendar of days, with blanks and gaps where a test wants them."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from longshort.data.calendars import named
from longshort.data.panel import Column, Panel


@pytest.fixture(scope="session")
def panel_of() -> Callable[..., Panel]:
    """Give a maker of panels: values on consecutive days, or on the days counted by `sessions` (for every series)."""
    calendar = named("daily")
    start = int(calendar.numbers(np.array(["2020-01-01"], dtype="datetime64[us]").astype(np.int64))[0])

    def make(*series: ArrayLike, sessions: ArrayLike | None = None, ids: tuple[str, ...] = ()) -> Panel:
        arrays = [np.asarray(values, dtype=float) for values in series]
        own = [start + np.asarray(np.arange(len(a)) if sessions is None else sessions, dtype=np.int64) for a in arrays]
        return Panel(
            values=np.concatenate(arrays)[:, None],
            times=np.concatenate([calendar.times(numbers) for numbers in own]),
            sessions=np.concatenate(own),
            offsets=np.concatenate([[0], np.cumsum([len(a) for a in arrays])]),
            ids=ids or tuple("abcdefghijklmnopqrstuvwxyz"[: len(arrays)]),
            columns=(Column("y"),),
            calendars=(calendar,) * len(arrays),
        )

    return make


@pytest.fixture(scope="session")
def walk() -> Callable[..., NDArray[np.float64]]:
    """Give a maker of positive random walks with heavy-tailed returns of about 1 %."""

    def make(rows: int, seed: int = 0) -> NDArray[np.float64]:
        return 100 * np.exp(np.cumsum(0.01 * np.random.default_rng(seed).standard_t(6, rows)))

    return make
