"""A free run: forecast one session, feed it back as if it had happened, and go on.

Errors add up on the way, so this is offered as a choice, labelled as what it is, with intervals from many such runs.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.running import Inputs
from longshort.data.transforms import inverse
from longshort.data.windows import Pairs
from longshort.results.forecast import Forecast, from_arrays
from longshort.seeding import generator

if TYPE_CHECKING:
    from longshort.forecasting.fitted import Fitted

Floats = NDArray[np.float64]
Rows = NDArray[np.float32]
PATHS = 64  # runs behind an interval, for each cutoff
TOGETHER = 16  # cutoffs that are run at a time, to bound memory


def run_freely(fitted: "Fitted", panel: Panel, pairs: Pairs) -> Forecast:
    """Forecast every step by feeding one-step forecasts back.

    The centre of each member is the run of its one-step centres; the quantiles are those of runs whose every step is
    drawn from the one-step distribution, by stratified draws that depend on the seed and the step alone.
    """
    recipe = fitted.recipe
    members = len(fitted.parameters)
    centre = np.empty((members, len(pairs), recipe.horizon))
    quantiles = np.empty((members, len(pairs), recipe.horizon, len(recipe.quantile_levels)))
    inputs = fitted.inputs(panel).astype(np.float32)
    for start in range(0, len(pairs), TOGETHER):
        part = slice(start, start + TOGETHER)
        now = pairs[part]
        origins = [Origin(fitted, panel, inputs, *one) for one in zip(now.series, now.rows, strict=True)]
        for member in range(members):
            alone = replace(fitted, parameters=(fitted.parameters[member],))
            paths = run_paths(alone, origins, recipe.seed + member)
            centre[member, part] = paths[:, 0]
            spread = np.quantile(paths[:, 1:], recipe.quantile_levels, axis=1)
            quantiles[member, part] = np.moveaxis(spread, 0, -1)
    centre, quantiles = fitted.within(centre), fitted.within(quantiles)
    ensemble = from_arrays(
        recipe.name,
        panel,
        pairs,
        centre.mean(axis=0),
        quantile_levels=recipe.quantile_levels,
        quantiles=quantiles.mean(axis=0),
    )
    return replace(ensemble, seed_mean=centre, seed_quantiles=quantiles, limits=fitted.limits)


class Origin:
    """Hold what is known at one cutoff: the rows that its first window sees, and the state that makes the next row."""

    def __init__(self, fitted: "Fitted", panel: Panel, inputs: Rows, series: int, row: int) -> None:
        begin, length = int(panel.offsets[series]), fitted.recipe.window.context_length
        alone = panel.only(np.array([series]))
        self.seen = inputs[max(begin, row + 1 - length) : row + 1]
        self.state = Inputs(alone, fitted.coordinates, 1, row + 1 - begin)


def run_paths(fitted: "Fitted", origins: Sequence[Origin], seed: int) -> Floats:
    """Run the centre (path 0) and PATHS draws of one member from each origin, `[origin, path, step]`."""
    length, horizon = fitted.recipe.window.context_length, fitted.recipe.horizon
    states = [deepcopy(origin.state) for origin in origins for _ in range(PATHS + 1)]
    table = np.zeros((len(states), length + horizon, len(fitted.names)), np.float32)
    missing = np.repeat([length - len(origin.seen) for origin in origins], PATHS + 1)
    for index, origin in enumerate(origins):
        table[index * (PATHS + 1) : (index + 1) * (PATHS + 1), length - len(origin.seen) : length] = origin.seen
    values = np.empty((len(states), horizon))
    for step in range(horizon):
        raw = fitted.say(table[:, step : step + length], np.maximum(missing - step, 0))
        values[:, step] = one_step(fitted, raw, states, draws(seed, step, len(origins)))
        rows = [state.step([value], state.session + 1) for state, value in zip(states, values[:, step], strict=True)]
        table[:, length + step] = (np.array(rows) - fitted.centre) / fitted.spread
    return values.reshape(len(origins), PATHS + 1, horizon)


def draws(seed: int, step: int, pairs: int) -> Floats:
    """Draw one probability for each path of each pair, the same for every pair; path 0 is the median."""
    random = generator(seed, "free run", step)
    strata = (random.permutation(PATHS) + random.random(PATHS)) / PATHS
    return np.tile(np.concatenate([[0.5], strata]), pairs)


def one_step(fitted: "Fitted", raw: Rows, states: Sequence[Inputs], probabilities: Floats) -> Floats:
    """Give one value for each path: its one-step distribution at the drawn probability, in the target's unit.

    Draws beyond the outermost quantile levels stay at these.
    """
    centre, quantiles = fitted.transformed(raw)
    levels = fitted.recipe.quantile_levels
    drawn = [np.interp(p, levels, q) for p, q in zip(probabilities, quantiles[0, :, 0], strict=True)]
    z = np.where(probabilities == 0.5, centre[0, :, 0], np.array(drawn))
    loc, scale = np.array([state.loc for state in states]), np.array([[state.scale] for state in states])
    return inverse(z[:, None, None], loc, scale, fitted.coordinates.log)[:, 0, 0]
