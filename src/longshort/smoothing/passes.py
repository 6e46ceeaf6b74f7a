"""The two passes over a panel: how well candidates foretell it, and what one smoother for each series forecasts.

Numpy defines them (`definition`); where a compiled library serves, it gives the same bits, faster (`native`).
"""

from dataclasses import dataclass, replace

import numpy as np

from longshort.native.selection import serving
from longshort.smoothing import definition, native
from longshort.smoothing.rows import Floats, Integers, PanelRows, SmoothingParameters, States


@dataclass(frozen=True)
class OneStepErrors:
    """Hold how well each candidate foretold each series, and where it ended.

    `squares` [series, candidate] are sums of squared one-step errors over `count` [series] observations, not a finite
    number where a candidate leaves those; `level` and `trend` [series, candidate] are the states after the last one.
    """

    squares: Floats
    count: Integers
    level: Floats
    trend: Floats


def losses(rows: PanelRows, states: States, parameters: SmoothingParameters, threads: int = 1) -> OneStepErrors:
    """Run every candidate through every series, in one pass, and sum its squared one-step errors.

    `parameters` are [candidate], the same for all series, or [series, candidate]. A blank row and a missing session let
    level and trend go on without an error. Results do not depend on `threads`, on the order of series, or on whether
    compiled code does the work. Raises ValueError for shapes that do not fit, SettingsError for a LONGSHORT_KERNEL that
    cannot be had.

    >>> rows = PanelRows(np.array([1.0, 3.0]), np.arange(2), np.array([0, 2]))
    >>> none = np.zeros(1)
    >>> states = States(np.zeros(1, int), none, none, np.zeros(1, np.int8), np.zeros(0), np.zeros(2, int))
    >>> alpha, zero, one = np.array([0.0, 0.5]), np.zeros(2), np.ones(2)
    >>> losses(rows, states, SmoothingParameters(alpha, zero, zero, one)).squares.tolist()  # 1 and 9, 1 and 6.25
    [[10.0, 7.25]]
    """
    _check_series(rows, states)
    given = [array[:, None] if array.ndim == 1 else array for array in (states.level, states.trend)]
    given += [array[None] if array.ndim == 1 else array for array in _each(parameters)]
    shape = np.broadcast_shapes((len(rows), 1), *(array.shape for array in given))
    if shape[0] != len(rows):
        raise ValueError(f"parameters are of {shape[0]} series, rows of {len(rows)}")
    level, trend, alpha, beta, gamma, phi = (np.broadcast_to(array, shape) for array in given)
    states = replace(states, level=level, trend=trend)
    parameters = SmoothingParameters(alpha, beta, gamma, phi)
    compiled = serving() if shape[0] and shape[1] else None
    if compiled is None:
        return OneStepErrors(*definition.losses(rows, states, parameters))
    return OneStepErrors(*native.losses(compiled, rows, states, parameters, threads))


def forecasts(
    rows: PanelRows,
    states: States,
    parameters: SmoothingParameters,
    horizon: int,
    asked: Integers | None = None,
    threads: int = 1,
) -> Floats:
    """Filter each series from row to row; give the forecasts made at each row, `[row, horizon]`.

    Column k is of k + 1 sessions after the row's own. A row sees itself and what lies before it, nothing else; at a
    blank row forecasts go on from the last observation. Rows before the states' session get NaN, and so do forecasts
    that leave the finite numbers. `asked` are the numbers of some rows, rising, where not all are wanted. States and
    parameters are [series]. Raises as `losses` does.

    >>> rows = PanelRows(np.array([1.0, 3.0]), np.arange(2), np.array([0, 2]))
    >>> one = np.ones(1)
    >>> states = States(np.zeros(1, int), one, one, np.zeros(1, np.int8), np.zeros(0), np.zeros(2, int))
    >>> forecasts(rows, states, SmoothingParameters(one, 0 * one, 0 * one, one), 3).tolist()  # a drift of one
    [[2.0, 3.0, 4.0], [4.0, 5.0, 6.0]]
    """
    _check_series(rows, states)
    if {array.shape for array in (states.level, states.trend, *_each(parameters))} != {(len(rows),)}:
        raise ValueError(f"forecasts need one state and one parameter set for each of the {len(rows)} series")
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}, and must be at least 1")
    if asked is None:
        asked = np.arange(len(rows.values))
    if len(asked) and (asked[0] < 0 or asked[-1] >= len(rows.values) or (np.diff(asked) < 1).any()):
        raise ValueError(f"rows asked for must rise from 0 on and lie below {len(rows.values)}")
    if not len(asked):
        return np.empty((0, horizon))
    compiled = serving()
    if compiled is None:
        return definition.forecasts(rows, states, parameters, horizon, asked)
    return native.forecasts(compiled, rows, states, parameters, horizon, np.ascontiguousarray(asked, np.int64), threads)


def _each(parameters: SmoothingParameters) -> tuple[Floats, Floats, Floats, Floats]:
    return parameters.alpha, parameters.beta, parameters.gamma, parameters.phi


def _check_series(rows: PanelRows, states: States) -> None:
    if len(states.before) != len(rows):
        raise ValueError(f"states are of {len(states.before)} series, rows of {len(rows)}")
