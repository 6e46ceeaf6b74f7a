"""Which models stand beside the network: baselines by name, and the user's own."""

from collections.abc import Sequence
from typing import Any

from longshort.backtest.adapter import adapt
from longshort.backtest.protocols import Network
from longshort.baselines import Baseline, default_baselines
from longshort.data.panel import Panel
from longshort.errors import SettingsError, nearest


def choose_rivals(
    panel: Panel, recipe: Network, season: int | None, names: Sequence[str] | None, models: Sequence[Any]
) -> list[Baseline]:
    """List the baselines of these names (None: all that apply) and then the user's models, ready to be walked.

    Raises SettingsError for two models of one name, a baseline that does not exist, a season below one session, or a
    model without the methods it needs.
    """
    if season is not None and season < 1:
        raise SettingsError(f"--season {season} is no number of sessions.", hint="Pass --season 1 or more.")
    every = default_baselines(panel, recipe.horizon, recipe.quantile_levels, season=season, seed=recipe.seed)
    known = {baseline.name: baseline for baseline in every}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise SettingsError(f"there is no baseline {unknown[0]!r}.", hint=nearest(unknown[0], known))
    chosen = every if names is None else [known[name] for name in names]
    rivals = [*chosen, *(adapt(model, recipe.horizon) for model in models)]
    _refuse_twins([recipe.name, *(rival.name for rival in rivals)])
    return rivals


def _refuse_twins(names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(
            f"two models are named {twice!r}, and every table tells models apart by name.",
            hint="Give your model another `name`, or name each baseline once.",
        )


def rival_notes(rivals: Sequence[Baseline]) -> list[str]:
    """Say how GARCH stands beside the network."""
    if any(rival.name == "garch" for rival in rivals):
        return ["GARCH is fitted again before each fold and filtered between."]
    return []
