"""Inputs of a network, one row of numbers for each session, each depending on rows up to it and on nothing else."""

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import PRICES, Column, Panel
from longshort.data.transforms import Coordinates, by_row
from longshort.data.volatility import changes, day_range, ewm_mean, g, volatility
from longshort.data.windows import Pairs, carried, future_rows, last_known

Floats = NDArray[np.float64]
SLOW = 125.0  # sessions: half a trading year, the slow level against which the recent one is read
LIMIT = 8.0  # volatilities: what lies beyond tells the network nothing more
FAINTEST = 1e-3  # volatilities: a session's range below counts as this


def features(panel: Panel, coordinates: Coordinates, horizon: int) -> tuple[tuple[str, ...], Floats]:
    """Give the inputs' names and their values `[row, feature]`, NaN-free.

    Returns (`log_return`, `difference`) see changes in units of volatility and every other column in scale-free form;
    `window_log_ratio` sees logarithms since the series' first value, to be taken relative to each window's last row:
    single precision then tells the same windows apart whatever the unit. The others see scaled levels.
    """
    name = coordinates.settings.name
    if name in ("log_return", "difference"):
        named = _scale_free(panel, coordinates)
    elif name == "window_log_ratio":
        named = {c.name: since_first(panel, carried(panel, g(panel.values[:, i], True))) for i, c in _inputs(panel)}
    else:
        loc, scale = by_row(panel, coordinates.loc, 0.0), by_row(panel, coordinates.scale, 1.0)
        named = {c.name: carried(panel, (panel.values[:, i] - loc[:, i]) / scale[:, i]) for i, c in _inputs(panel)}
    named |= _known_future(panel, horizon)
    table = np.stack(list(named.values()), axis=1)
    return tuple(named), np.nan_to_num(table, nan=0.0, posinf=0.0, neginf=0.0)


def since_first(panel: Panel, values: Floats) -> Floats:
    """Take `[row]` relative to the first known value of each series."""
    known = np.flatnonzero(~np.isnan(values))
    series, first = np.unique(panel.series[known], return_index=True)
    anchor = np.full(len(panel), np.nan)
    anchor[series] = values[known[first]]
    since: Floats = values - anchor[panel.series]
    return since


def _inputs(panel: Panel) -> list[tuple[int, Column]]:
    return [(i, c) for i, c in enumerate(panel.columns) if c.known != "known_future"]


def _scale_free(panel: Panel, coordinates: Coordinates) -> dict[str, Floats]:
    """Express the target's change, the row's other prices, volume and extra columns without any unit."""
    log, halflife = coordinates.log, coordinates.settings.halflife
    level = g(last_known(panel), log)
    spread = volatility(panel, log, halflife)
    change, gap = changes(panel, level)
    slow = np.sqrt(ewm_mean(panel, change**2 / gap, SLOW))
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing has moved yet
        named = {"change": _clip(change / spread), "volatility": _log(spread / slow)}
    if log:
        named["volatility level"] = np.log(spread)
    for index, column in _inputs(panel)[1:]:
        values = panel.values[:, index]
        if column.kind in PRICES:
            named[f"{column.name} to target"] = _clip((g(values, log) - level) / spread)
        elif column.known == "static":
            named[column.name] = values
        elif column.kind == "volume":
            logs = _log(np.where(values > 0, values, np.nan))
            named[column.name] = _clip(logs - ewm_mean(panel, logs, halflife))
        else:
            named |= _extra(panel, column.name, carried(panel, values), halflife)
    height = day_range(panel, log)
    return named if height is None else named | {"range": _log(np.maximum(height, 0.0) / spread + FAINTEST)}


def _extra(panel: Panel, name: str, values: Floats, halflife: float) -> dict[str, Floats]:
    """Express a column of unknown meaning by its change and its distance from its own slow level."""
    change, _ = changes(panel, values)
    step = np.sqrt(ewm_mean(panel, change**2, halflife))
    away = values - ewm_mean(panel, values, SLOW)
    wide = np.sqrt(ewm_mean(panel, away**2, SLOW))
    return {f"{name} change": _clip(_ratio(change, step)), f"{name} level": _clip(_ratio(away, wide))}


def _known_future(panel: Panel, horizon: int) -> dict[str, Floats]:
    """Lay the coming values of columns that are known in advance beside each row, one input for each step."""
    chosen = [(i, c) for i, c in enumerate(panel.columns) if c.known == "known_future"]
    if not chosen:
        return {}
    rows = future_rows(panel, Pairs(panel.series, np.arange(len(panel.target))), horizon)
    named = {}
    for index, column in chosen:
        values = carried(panel, panel.values[:, index])
        centre = ewm_mean(panel, values, np.inf)
        wide = np.sqrt(ewm_mean(panel, (values - centre) ** 2, np.inf))
        for step in range(horizon):
            coming = np.where(rows[:, step] >= 0, values[rows[:, step]], values)
            named[f"{column.name} +{step + 1}"] = _clip(_ratio(coming - centre, wide))
    return named


def _ratio(values: Floats, scale: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > 0, values / scale, 0.0)


def _log(values: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(np.where(values > 0, values, np.nan))


def _clip(values: Floats) -> Floats:
    return np.clip(values, -LIMIT, LIMIT)
