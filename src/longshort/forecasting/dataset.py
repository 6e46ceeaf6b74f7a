"""From a panel that ends at a cutoff to the arrays that training takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.features import features
from longshort.data.panel import Panel
from longshort.data.transforms import Coordinates, fit_coordinates, forward, target_affine
from longshort.data.windows import Pairs, outcomes
from longshort.errors import NotEnoughHistory
from longshort.forecasting.recipe import Recipe
from longshort.training.batch import TRAINING, VALIDATION, Windows

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Hold what one fit learns from: its arrays, the transform and the inputs' centre and spread, and the dates."""

    windows: Windows
    coordinates: Coordinates
    names: tuple[str, ...]
    centre: Floats
    spread: Floats
    ledger: dict[str, dict[str, Any]]
    validation_from: int | None


def build(recipe: Recipe, known: Panel) -> Dataset:
    """Make the arrays of one fit from a panel that ends at the fit's cutoff.

    Raises NotEnoughHistory where a series has fewer sessions than one window and its horizon.
    """
    refuse_short(recipe, known)
    horizon = steps_at_once(recipe)
    split, validation_from = split_rows(known, recipe.horizon, recipe.training.validation)
    coordinates = fit_coordinates(known, recipe.transform, split == TRAINING)
    names, inputs = features(known, coordinates, horizon)
    unscaled = coordinates.settings.name in ("log_return", "difference", "none")
    centre, spread = centre_and_spread(inputs, split, standardise=unscaled)
    windows = arrange(recipe, known, coordinates, (inputs - centre) / spread, split)
    return Dataset(windows, coordinates, names, centre, spread, ledger(known, split), validation_from)


def steps_at_once(recipe: Recipe) -> int:
    """Give the number of steps that the network itself forecasts: one where it is run freely."""
    return 1 if recipe.window.steps == "recursive" else recipe.horizon


def refuse_short(recipe: Recipe, known: Panel) -> None:
    """Raise NotEnoughHistory, naming the first series that is too short and how many there are."""
    needed = recipe.window.context_length + recipe.horizon
    counts = np.diff(known.offsets)
    short = np.flatnonzero(counts < needed)
    if not len(short):
        return
    first = int(short[0])
    until = known.labels(known.times.max(initial=0, keepdims=True))[0]
    raise NotEnoughHistory(
        f"series {known.ids[first]!r} has {counts[first]} sessions up to {str(until)[:10]}, but "
        f"context_length={recipe.window.context_length} with horizon={recipe.horizon} needs {needed}.",
        hint=_ways_out(recipe, int(counts.min()), len(short), len(known)),
    )


def _ways_out(recipe: Recipe, shortest: int, short: int, series: int) -> str:
    """Say what to type where the shortest series is too short: only what leaves it something to learn from.

    `short` of the `series` are too short. What validates, and the horizon before it, teaches nothing.
    """
    window, ways = recipe.window, []
    room = int(shortest * (1 - recipe.training.validation))
    context, horizon = room - recipe.horizon, room - window.context_length
    if context > 0:
        burn_in = f" --set window.burn_in={context // 3}" if window.burn_in >= context else ""
        ways.append(f"--set window.context_length={context}{burn_in}")
    if 0 < horizon < recipe.horizon:
        ways.append(f"--horizon {horizon}")
    if short < series:
        needed = window.context_length + recipe.horizon
        ways.append(f"--set window.min_history={needed} to leave short series out ({short} of {series} would go)")
    lead = "Pass " + ", or ".join(ways) if ways else "Both --horizon and --set window.context_length must be smaller"
    return f"{lead}; or bring a longer history (a later test has more before it)."


def split_rows(known: Panel, horizon: int, validation: float) -> tuple[NDArray[np.int8], int | None]:
    """Mark the rows whose targets train (1) and validate (2), and give the time at which validation begins.

    The last `validation` share of the sessions validates. Between the stretches, and before the cutoff, lie `horizon`
    rows of each series that belong to nobody, so that no target of one stretch lies in another.
    """
    times = np.unique(known.times)
    begin = int(times[min(round(len(times) * (1 - validation)), len(times) - 1)]) if validation else None
    split = np.zeros(len(known.times), dtype=np.int8)
    for index in range(len(known)):
        rows = known.rows(index)
        if begin is None:
            split[rows.start : max(rows.stop - horizon, rows.start)] = TRAINING
            continue
        first = rows.start + int(np.searchsorted(known.times[rows], begin))
        split[rows.start : max(first - horizon, rows.start)] = TRAINING
        split[first : max(rows.stop - horizon, first)] = VALIDATION
    return split, begin


def centre_and_spread(inputs: Floats, split: NDArray[np.int8], standardise: bool) -> tuple[Floats, Floats]:
    """Give each input's mean and standard deviation over the training rows; (0, 1) where inputs are scaled already."""
    if not standardise:
        return np.zeros(inputs.shape[1]), np.ones(inputs.shape[1])
    train = inputs[split == TRAINING]
    spread = train.std(axis=0)
    return train.mean(axis=0), np.where(spread > 1e-12, spread, 1.0)


def arrange(
    recipe: Recipe, panel: Panel, coordinates: Coordinates, inputs: Floats, split: NDArray[np.int8] | None = None
) -> Windows:
    """Lay rows out as training and prediction take them; without a split there is nothing to learn from."""
    horizon = steps_at_once(recipe)
    rows = np.arange(len(panel.target))
    if split is None:
        split = np.zeros(len(rows), dtype=np.int8)
        targets = np.full((len(rows), horizon), np.nan)
    else:
        loc, scale = target_affine(panel, coordinates, horizon)
        targets = forward(outcomes(panel, Pairs(panel.series, rows), horizon), loc, scale, coordinates.log)
    window = recipe.window
    burn_in = window.burn_in if window.method == "forking" else window.context_length - 1
    relative = coordinates.settings.name == "window_log_ratio"
    return Windows(
        inputs=inputs.astype(np.float32),
        input_loc=inputs.astype(np.float32) if relative else None,
        input_scale=None,
        targets=np.where(np.isfinite(targets), targets, np.nan).astype(np.float32),
        split=split,
        first=panel.offsets[panel.series],
        train=training_ends(panel, split, window.context_length),
        validation=validation_ends(panel, split, window.context_length - burn_in),
        length=window.context_length,
        burn_in=burn_in,
    )


def training_ends(panel: Panel, split: NDArray[np.int8], length: int) -> NDArray[np.int64]:
    """List the training rows that have a full chunk behind them, or a series' last one where none has."""
    rows = np.flatnonzero(split == TRAINING)
    full = rows - panel.offsets[panel.series[rows]] >= length - 1
    last = np.append(np.diff(panel.series[rows]) > 0, True) if len(rows) else np.zeros(0, bool)
    complete = np.unique(panel.series[rows[full]])
    return rows[full | (last & ~np.isin(panel.series[rows], complete))]


def validation_ends(panel: Panel, split: NDArray[np.int8], step: int) -> NDArray[np.int64]:
    """Tile each series' validation rows with chunks that each answer for `step` of them."""
    ends = []
    for index in range(len(panel)):
        rows = panel.rows(index)
        mine = rows.start + np.flatnonzero(split[rows] == VALIDATION)
        if len(mine):
            ends.append(np.minimum(np.arange(mine[0], mine[-1] + 1, step) + step - 1, mine[-1]))
    return np.concatenate(ends) if ends else np.zeros(0, dtype=np.int64)


def learnt(windows: Windows) -> NDArray[np.bool_]:
    """Say of each row whether its targets train: it is a training row behind the burn-in of some training chunk."""
    change = np.zeros(len(windows.split) + 1, dtype=np.int64)
    begin = np.maximum(windows.train - windows.length + 1 + windows.burn_in, windows.first[windows.train])
    np.add.at(change, begin, 1)
    np.add.at(change, windows.train + 1, -1)
    trained: NDArray[np.bool_] = (np.cumsum(change)[:-1] > 0) & (windows.split == TRAINING)
    return trained


def shown(windows: Windows, ends: NDArray[np.int64]) -> Iterator[Floats]:
    """Give the inputs that networks are shown at `ends`, `[row, feature]`: of relative windows, place by place, all."""
    for back in range(windows.length if windows.input_loc is not None else 1):
        own = ends[ends - back >= windows.first[ends]]
        loc = 0.0 if windows.input_loc is None else windows.input_loc[own]
        yield (windows.inputs[own - back] - loc).astype(np.float64)


def ledger(known: Panel, split: NDArray[np.int8]) -> dict[str, dict[str, Any]]:
    """Say which sessions were known, trained on and validated on: the first and last time, and how many."""
    every = np.ones(len(split), dtype=bool)
    parts = {"known": every, "train": split == TRAINING, "validation": split == VALIDATION}
    return {name: stretch(known.times[mask]) for name, mask in parts.items()}


def stretch(times: NDArray[np.int64]) -> dict[str, Any]:
    """Describe a stretch of times by its first, its last and its number of different sessions."""
    unique = np.unique(times)
    if not len(unique):
        return {"from": None, "to": None, "sessions": 0}
    return {"from": int(unique[0]), "to": int(unique[-1]), "sessions": len(unique)}
