"""A free run: forecast one session, feed it back as if it had happened, and go on.

Errors add up on the way, so this is offered as a choice, labelled as what it is, with intervals from many such runs.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.transforms import inverse, target_affine
from longshort.data.windows import Pairs, future_times
from longshort.results.forecast import Forecast, from_arrays
from longshort.seeding import generator

if TYPE_CHECKING:
    from longshort.forecasting.fitted import Fitted

Floats = NDArray[np.float64]
PATHS = 64  # runs behind an interval, for each cutoff
MEMORY = (
    400  # sessions before the cutoff from which inputs are computed: volatility has long forgotten what lies before
)
TOGETHER = 512  # paths that are run at a time, to bound memory


def run_freely(fitted: "Fitted", panel: Panel, pairs: Pairs) -> Forecast:
    """Forecast every step by feeding one-step forecasts back.

    The centre of each member is the run of its one-step centres; the quantiles are those of runs whose every step is
    drawn from the one-step distribution, by stratified draws that depend on the seed and the step alone.
    """
    recipe = fitted.recipe
    members = len(fitted.parameters)
    centre = np.empty((members, len(pairs), recipe.horizon))
    quantiles = np.empty((members, len(pairs), recipe.horizon, len(recipe.quantile_levels)))
    step = max(1, TOGETHER // PATHS)
    for member in range(members):
        alone = replace(fitted, parameters=(fitted.parameters[member],))
        for start in range(0, len(pairs), step):
            part = slice(start, start + step)
            paths = run_paths(alone, panel, pairs[part], recipe.seed + member)
            centre[member, part] = paths[:, 0]
            spread = np.quantile(paths[:, 1:], recipe.quantile_levels, axis=1)
            quantiles[member, part] = np.moveaxis(spread, 0, -1)
    ensemble = from_arrays(
        recipe.name,
        panel,
        pairs,
        centre.mean(axis=0),
        quantile_levels=recipe.quantile_levels,
        quantiles=quantiles.mean(axis=0),
    )
    return replace(ensemble, seed_mean=centre, seed_quantiles=quantiles)


def run_paths(fitted: "Fitted", panel: Panel, pairs: Pairs, seed: int) -> Floats:
    """Run the centre (path 0) and PATHS draws of one member from each pair, `[pair, path, step]`."""
    horizon = fitted.recipe.horizon
    world = spread_out(panel, pairs, PATHS + 1, horizon)
    newest = world.offsets[1:] - horizon - 1
    paths = np.empty((len(pairs), PATHS + 1, horizon))
    for step in range(horizon):
        now = Pairs(np.arange(len(world)), newest + step)
        values = one_step(fitted, world, now, draws(seed, step, len(pairs)))
        paths[:, :, step] = values.reshape(len(pairs), PATHS + 1)
        table = world.values.copy()
        table[newest + step + 1, 0] = values
        world = world.with_values(table)
    return paths


def spread_out(panel: Panel, pairs: Pairs, paths: int, horizon: int) -> Panel:
    """Give every path of every pair a series of its own: the past up to the cutoff, then blank coming sessions."""
    coming = future_times(panel, pairs, horizon)
    values, times, sessions, lengths = [], [], [], []
    for index, (series, row) in enumerate(zip(pairs.series, pairs.rows, strict=True)):
        past = slice(max(int(panel.offsets[series]), int(row) + 1 - MEMORY), int(row) + 1)
        values.append(np.concatenate([panel.target[past], np.full(horizon, np.nan)]))
        times.append(np.concatenate([panel.times[past], coming[index]]))
        sessions.append(np.concatenate([panel.sessions[past], panel.sessions[row] + 1 + np.arange(horizon)]))
        lengths += [len(values[-1])] * paths
    return replace(
        panel,
        values=_repeated(values, paths)[:, None],
        times=_repeated(times, paths),
        sessions=_repeated(sessions, paths),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        ids=tuple(panel.ids[series] for series in pairs.series for _ in range(paths)),
        calendars=tuple(panel.calendars[series] for series in pairs.series for _ in range(paths)),
    )


def _repeated(parts: list[Any], times: int) -> NDArray[Any]:
    return np.concatenate([part for part in parts for _ in range(times)])


def draws(seed: int, step: int, pairs: int) -> Floats:
    """Draw one probability for each path of each pair, the same for every pair; path 0 is the median."""
    random = generator(seed, "free run", step)
    strata = (random.permutation(PATHS) + random.random(PATHS)) / PATHS
    return np.tile(np.concatenate([[0.5], strata]), pairs)


def one_step(fitted: "Fitted", world: Panel, now: Pairs, probabilities: Floats) -> Floats:
    """Give one value for each path: its one-step distribution at the drawn probability, in the target's unit.

    Draws beyond the outermost quantile levels stay at these.
    """
    centre, quantiles = fitted.transformed(fitted.raw(world, now))
    levels = fitted.recipe.quantile_levels
    drawn = [np.interp(p, levels, q) for p, q in zip(probabilities, quantiles[0, :, 0], strict=True)]
    z = np.where(probabilities == 0.5, centre[0, :, 0], np.array(drawn))
    loc, scale = target_affine(world, fitted.coordinates, 1)
    return inverse(z[:, None, None], loc[now.rows], scale[now.rows], fitted.coordinates.log)[:, 0, 0]
