"""Whether a recipe fits into memory: its networks before data are read, and what they learn from before it is made."""

from collections.abc import Sequence

from longshort.data.panel import Panel
from longshort.forecasting.recipe import Recipe
from longshort.nn.network import Network, count_parameters
from longshort.training.memory import refuse_bytes, refuse_parameters

_MADE, _KEPT = 32, 4  # bytes: an outcome in double precision, scaled and checked; and what each fit keeps of it
_FORECAST = 24  # a quantile in the network's numbers, in the target's unit, and calibrated


def refuse_networks(recipe: Recipe, inputs: int = 1, fits: int = 1) -> None:
    """Raise SettingsError where the networks of all members and fits do not fit into the memory that is free."""
    horizon = 1 if recipe.window.steps == "recursive" else recipe.horizon
    network = Network(model=recipe.model, inputs=inputs, horizon=horizon, quantile_levels=recipe.quantile_levels)
    refuse_parameters(count_parameters(network), recipe.training, fits)


def refuse_windows(recipe: Recipe, panel: Panel, fits: int = 1) -> None:
    """Raise SettingsError where the targets of all rows, one for each step ahead, do not fit into memory."""
    rows = len(panel.target)
    refuse_bytes(
        float(rows) * (recipe.horizon + len(panel.columns)) * (_MADE + fits * _KEPT),
        f"each of {rows:,} rows has {recipe.horizon:,} steps ahead to learn: that",
        "Lower --horizon, read fewer rows, or learn from the newest alone: --set window.history=5000",
    )


def refuse_forecasts(recipe: Recipe, panel: Panel, cutoffs: Sequence[int]) -> None:
    """Raise SettingsError where the forecasts from all dates behind the first cutoff do not fit into memory."""
    pairs, levels = int((panel.times > cutoffs[0]).sum()), len(recipe.quantile_levels)
    refuse_bytes(
        float(pairs) * recipe.horizon * (levels + 2) * _FORECAST,
        f"a forecast of {recipe.horizon:,} steps and {levels} quantiles from each of {pairs:,} rows",
        "Lower --horizon, test a shorter time (--test-from), or read fewer series",
    )
