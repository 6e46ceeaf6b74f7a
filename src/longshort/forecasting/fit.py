"""Fit the networks of a recipe at one or many cutoffs, all members as one job."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.errors import SettingsError
from longshort.forecasting.dataset import Dataset, build, learnt, shown, steps_at_once
from longshort.forecasting.fitted import Fitted, Seen
from longshort.forecasting.recipe import Recipe
from longshort.nn.network import Network
from longshort.training.batch import TRAINING, Job
from longshort.training.records import Record
from longshort.training.train import Trained, resolve_device, train

Floats = NDArray[np.float64]


def fit_at(
    recipe: Recipe,
    panel: Panel,
    cutoffs: Sequence[int],
    *,
    device: str = "auto",
    listen: Callable[[Record], None] | None = None,
    checkpoint: Path | None = None,
) -> list[Fitted]:
    """Fit once for each cutoff time, on the rows at or before it; seeds and cutoffs train together."""
    refuse_free_run_with_inputs(recipe, panel)
    known = [known_at(recipe, panel, cutoff) for cutoff in cutoffs]
    datasets = [build(recipe, part) for part in known]
    networks = [describe(recipe, dataset) for dataset in datasets]
    jobs = [
        Job(dataset.windows, recipe.seed + member, f"fold-{fold}.seed-{recipe.seed + member}")
        for fold, dataset in enumerate(datasets)
        for member in range(recipe.training.members)
    ]
    device, _ = resolve_device(device)
    size = recipe.training.members
    trained: dict[int, Trained] = {}
    for network in dict.fromkeys(networks):  # more than one where prices fell to zero between two fits
        places = [place for place in range(len(jobs)) if networks[place // size] == network]
        alike = [jobs[place] for place in places]
        results = train(network, recipe.training, alike, device=device, listen=listen, checkpoint=checkpoint)
        trained |= zip(places, results, strict=True)
    return [
        assemble(recipe, networks[i], part, dataset, [trained[i * size + m] for m in range(size)], int(cutoff), device)
        for i, (cutoff, part, dataset) in enumerate(zip(cutoffs, known, datasets, strict=True))
    ]


def describe(recipe: Recipe, dataset: Dataset) -> Network:
    """Describe the network that learns from a dataset."""
    return Network(
        model=recipe.model,
        inputs=len(dataset.names),
        horizon=steps_at_once(recipe),
        quantile_levels=recipe.quantile_levels if recipe.model.head == "quantiles" else (),
    )


def known_at(recipe: Recipe, panel: Panel, cutoff: int) -> Panel:
    """Cut a panel down to what a fit at a cutoff may learn from."""
    known = recipe.usable(panel, cutoff).until(cutoff)
    newest = recipe.window.history
    times = np.unique(known.times)
    return known if newest is None or newest >= len(times) else known.since(int(times[-newest]))


def assemble(
    recipe: Recipe,
    network: Network,
    known: Panel,
    dataset: Dataset,
    trained: Sequence[Trained],
    cutoff: int,
    place: str,
) -> Fitted:
    """Put one fit's members together with what its forecasts need."""
    fitted = Fitted(
        recipe=recipe,
        network=network,
        parameters=tuple(member.parameters for member in trained),
        coordinates=dataset.coordinates,
        columns=tuple(column.name for column in known.columns),
        names=dataset.names,
        centre=dataset.centre,
        spread=dataset.spread,
        seen=seen(dataset, not (known.target < 0).any()),
        cutoff=cutoff,
        validation_from=dataset.validation_from,
        ledger=dataset.ledger,
        records=tuple(member.records for member in trained),
        device=place,
    )
    return fitted.with_shrinkage(known, training_median(dataset)).with_residuals(known)


def training_median(dataset: Dataset) -> Floats:
    """Give the median of the training targets at each step, in the network's coordinates."""
    median: Floats = np.nanmedian(dataset.windows.targets[dataset.windows.split == TRAINING], axis=0)
    return median.astype(np.float64)


def seen(dataset: Dataset, never_negative: bool) -> Seen:
    """Measure the ranges that training saw, and count what it learnt from."""
    windows = dataset.windows
    rows = windows.split == TRAINING
    targets = windows.targets[rows]
    targets = targets[np.isfinite(targets)].astype(np.float64)
    ends = np.flatnonzero(rows) if windows.input_loc is None else windows.train
    low, high = np.full(len(dataset.names), np.inf), np.full(len(dataset.names), -np.inf)
    for inputs in shown(windows, ends):
        low, high = (
            np.minimum(low, inputs.min(axis=0, initial=np.inf)),
            np.maximum(high, inputs.max(axis=0, initial=-np.inf)),
        )
    return Seen(
        low,
        high,
        float(targets.min(initial=np.inf)),
        float(targets.max(initial=-np.inf)),
        int(np.isfinite(windows.targets[learnt(windows)]).sum()),
        len(windows.train),
        never_negative,
    )


def refuse_free_run_with_inputs(recipe: Recipe, panel: Panel) -> None:
    """Raise SettingsError where a free run would need inputs that nobody forecasts."""
    if recipe.window.steps == "recursive" and len(panel.columns) > 1:
        raise SettingsError(
            f"window.steps='recursive' feeds forecasts back, but nobody forecasts {panel.columns[1].name!r}.",
            hint="Read the target alone (--alone), or choose --set window.steps=direct",
        )
