"""Panels, states and parameters: given ones in a few words, drawn ones of every kind that smoothers take."""

import numpy as np
import pytest
from hypothesis import strategies as st

from longshort.smoothing import PanelRows, SmoothingParameters, States
from longshort.smoothing.rows import offsets_of


def make_rows(*series, sessions=None):
    """Lay some lists of values one after another; sessions count from zero unless given."""
    counts = [len(values) for values in series]
    sessions = [np.arange(count) for count in counts] if sessions is None else sessions
    whole = [np.concatenate([np.zeros(0), *parts]) for parts in (series, sessions)]
    return PanelRows(whole[0].astype(float), whole[1].astype(np.int64), offsets_of(np.array(counts, np.int64)))


def make_states(count=1, before=0, level=0.0, trend=0.0, seasonal=0, season=()):
    """Give so many series the same state."""
    whole = {"before": before, "level": level, "trend": trend}
    return States(
        **{name: np.full(count, value, np.int64 if name == "before" else float) for name, value in whole.items()},
        seasonal=np.full(count, seasonal, np.int8),
        season=np.tile(np.array(season, float), count),
        season_offsets=np.arange(count + 1) * len(season),
    )


def make_parameters(alpha=0.0, beta=0.0, gamma=0.0, phi=1.0, count=1):
    return SmoothingParameters(*(np.full(count, value, float) for value in (alpha, beta, gamma, phi)))


ORDINARY = st.floats(-1e3, 1e3)
VALUES = st.one_of(ORDINARY, ORDINARY, st.just(np.nan), st.sampled_from([0.0, -0.0, np.inf, 5e-324, 1e300, -1e-300]))
STEPS = st.sampled_from([1, 1, 1, 2, 3, 7, 1000, 2**40])


@st.composite
def draw_panels(draw, values=VALUES, steps=STEPS, most=4, rows=12, states_of=ORDINARY):
    """Draw rows and states of up to `most` series, each with a season of its own or none."""
    series, sessions, states = [], [], []
    for _ in range(draw(st.integers(1, most))):
        series.append(draw(st.lists(values, max_size=rows)))
        moves = draw(st.lists(steps, min_size=len(series[-1]), max_size=len(series[-1])))
        first = draw(st.integers(-50, 50))
        sessions.append(first + np.cumsum(np.array(moves, np.int64)))
        kind = draw(st.integers(0, 2))
        season = draw(st.lists(states_of, min_size=1, max_size=4)) if kind else []
        before = first + draw(st.integers(-3, 3))
        states.append(make_states(1, before, draw(states_of), draw(states_of), kind, season))
    return make_rows(*series, sessions=sessions), joined(states)


def joined(states):
    """Put the states of several series together."""
    parts = {name: np.concatenate([getattr(one, name) for one in states]) for name in vars(states[0])}
    lengths = np.concatenate([one.lengths() for one in states])
    return States(**parts | {"season_offsets": offsets_of(lengths)})


@st.composite
def draw_parameters(draw, shape):
    """Draw parameters, of which some are zero or one."""
    share = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0]))
    count = int(np.prod(shape))
    drawn = [np.array(draw(st.lists(share, min_size=count, max_size=count))).reshape(shape) for _ in range(4)]
    return SmoothingParameters(*drawn)


def bits_of(array):
    """Give a float array's bits; every NaN the same, since processors give NaNs signs of their own."""
    return np.where(np.isnan(array), np.nan, array).view(np.int64)


@pytest.fixture(scope="session")
def rows_of():
    return make_rows


@pytest.fixture(scope="session")
def states_of():
    return make_states


@pytest.fixture(scope="session")
def parameters_of():
    return make_parameters


@pytest.fixture(scope="session")
def panels():
    return draw_panels


@pytest.fixture(scope="session")
def drawn_parameters():
    return draw_parameters


@pytest.fixture(scope="session")
def bits():
    return bits_of
