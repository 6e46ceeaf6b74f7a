"""A recipe: the settings of one system, frozen, nested by owner and equal to its TOML."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, overload

import msgspec
import numpy as np

from longshort import settings
from longshort.data import transforms
from longshort.data.panel import Panel
from longshort.data.readers import panel_of
from longshort.data.transforms import Transform
from longshort.errors import DataError, SettingsError, quoted
from longshort.forecasting import window
from longshort.forecasting.window import Window
from longshort.nn import network
from longshort.nn.network import Model
from longshort.nn.pairings import resolve_loss
from longshort.results.forecast import QUANTILE_LEVELS
from longshort.settings import Bounds, Seed
from longshort.training import settings as training_settings
from longshort.training.records import Record
from longshort.training.settings import Training

if TYPE_CHECKING:
    from longshort.forecasting.fitted import Fitted
    from longshort.forecasting.forecaster import Forecaster

A_RECIPE = "Pass a TOML file after --recipe, such as the recipe.toml that `longshort backtest --out` writes."


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the settings of a forecasting system; `fit` turns it into a Forecaster.

    `horizon` counts the sessions ahead, `seed` is the first member's, `quantile_levels` are probabilities. Each part
    belongs to one room and reaches no other.

    >>> recipe = Recipe(horizon=5).replace({"model.cell": "gru"})
    >>> Recipe.from_toml(recipe.to_toml()) == recipe
    True
    """

    horizon: Annotated[int, Bounds(1, 10_000, "each step has outputs, targets and forecasts of its own")] = 1
    seed: Seed = 0
    quantile_levels: Annotated[tuple[float, ...], Bounds(1, 999, "each is a forecast of its own")] = QUANTILE_LEVELS
    window: Window = Window()
    transform: Transform = Transform()
    model: Model = Model()
    training: Training = Training()

    @property
    def name(self) -> str:
        """Give the network's name in every table: its cell."""
        return self.model.cell

    @staticmethod
    def from_toml(text: str) -> "Recipe":
        """Read a recipe from TOML; SettingsError where a key is unknown or a value does not fit."""
        return from_mapping(settings.read_toml(text, "the recipe", A_RECIPE))

    @staticmethod
    def from_file(path: str | Path) -> "Recipe":
        """Read a recipe from a TOML file."""
        data = settings.toml_file(path, "the recipe", A_RECIPE)
        try:
            return from_mapping(data)
        except SettingsError as error:
            raise SettingsError(f"{quoted(str(path))}: {error.message}", hint=error.hint) from error

    def to_dict(self) -> dict[str, Any]:
        """Give the recipe as plain nested dictionaries; TOML knows no null, so a setting that is None reads "none"."""
        return settings.to_dict(self)

    def to_toml(self) -> str:
        """Write the recipe as TOML."""
        return settings.to_toml(self)

    def replace(self, changes: Mapping[str, Any]) -> "Recipe":
        """Change settings by dotted name, such as {"model.cell": "gru"}; SettingsError for an unknown name."""
        recipe = settings.change(self, changes)
        validate(recipe)
        return recipe

    def quick(self) -> "Recipe":
        """Give the same system a smaller budget: two members and a third of the epochs."""
        training = self.training
        return self.replace(
            {"training.members": min(2, training.members), "training.epochs": max(1, training.epochs // 3)}
        )

    def refuse_size(self) -> None:
        """Raise SettingsError where the networks do not fit into the memory that is free, whatever the data."""
        from longshort.forecasting.memory import refuse_networks

        refuse_networks(self)

    def with_history(self, sessions: int) -> "Recipe":
        """Let every fit learn from its newest sessions only, as many as given."""
        return self.replace({"window.history": sessions})

    def usable(self, panel: Panel, cutoff: int) -> Panel:
        """Leave out the series that have fewer than `window.min_history` known values at a cutoff.

        Raises DataError where none is left.
        """
        shortest = self.window.min_history
        if shortest is None:
            return panel
        rows = ~np.isnan(panel.target) & (panel.times <= cutoff)
        known = np.bincount(panel.series[rows], minlength=len(panel))
        if not (known >= shortest).any():
            raise DataError(
                f"no series has window.min_history={shortest} sessions; the longest has {known.max(initial=0)}.",
                hint=f"Choose --set window.min_history={known.max(initial=0)} or less.",
            )
        return panel.only(np.flatnonzero(known >= shortest))

    @overload
    def fit(
        self,
        panel: Panel | Any,
        cutoffs: None = None,
        *,
        device: str = "auto",
        listen: Callable[[Record], None] | None = None,
        checkpoint: Path | None = None,
    ) -> "Forecaster": ...
    @overload
    def fit(
        self,
        panel: Panel | Any,
        cutoffs: Sequence[int],
        *,
        device: str = "auto",
        listen: Callable[[Record], None] | None = None,
        checkpoint: Path | None = None,
    ) -> "list[Fitted]": ...
    def fit(
        self,
        panel: Panel | Any,
        cutoffs: Sequence[int] | None = None,
        *,
        device: str = "auto",
        listen: Callable[[Record], None] | None = None,
        checkpoint: Path | None = None,
    ) -> "Forecaster | list[Fitted]":
        """Train on a panel: without cutoffs a Forecaster on all of it, else one fitted model for each cutoff time.

        A fit at a cutoff uses the rows at or before it and no other; all members of all cutoffs train as one job.
        Raises NotEnoughHistory where a series is too short for the window.
        """
        from longshort.forecasting.fit import fit_at
        from longshort.forecasting.forecaster import fit_forecaster
        from longshort.forecasting.memory import refuse_forecasts, refuse_networks, refuse_windows

        validate(self)
        panel = panel_of(panel)
        fits = 1 if cutoffs is None else len(cutoffs)
        refuse_networks(self, len(panel.columns), fits)
        refuse_windows(self, panel, fits)
        if cutoffs:
            refuse_forecasts(self, panel, cutoffs)
        if cutoffs is None:
            return fit_forecaster(self, panel, device=device, listen=listen, checkpoint=checkpoint)
        return fit_at(self, panel, cutoffs, device=device, listen=listen, checkpoint=checkpoint)


def from_mapping(data: Mapping[str, Any]) -> Recipe:
    """Build a recipe from nested dictionaries, the reverse of `Recipe.to_dict`."""
    recipe = settings.from_mapping(Recipe, data)
    validate(recipe)
    return recipe


def validate(recipe: Recipe) -> None:
    """Raise SettingsError where a setting is out of range or contradicts another."""
    settings.refuse_beyond(recipe)
    levels = recipe.quantile_levels
    if not levels or any(not 0 < a < 1 for a in levels) or any(a >= b for a, b in pairwise(levels)):
        raise SettingsError(
            f"quantile_levels={levels} must be probabilities between 0 and 1, rising.",
            hint="Choose for example --set 'quantile_levels=[0.1,0.5,0.9]'",
        )
    window.validate(recipe.window, recipe.horizon)
    network.validate(recipe.model)
    training_settings.validate(recipe.training)
    transforms.validate(recipe.transform)
    _validate_together(recipe)


def _validate_together(recipe: Recipe) -> None:
    """Raise SettingsError where settings of different owners contradict each other."""
    resolve_loss(recipe.model.head, recipe.training.loss)
    levels = recipe.quantile_levels
    if recipe.model.head == "quantiles" and not levels[0] <= 0.5 <= levels[-1]:
        raise SettingsError(
            f"quantile_levels={levels} leave the median out, which is the centre of a forecast.",
            hint="Choose levels around 0.5, such as --set 'quantile_levels=[0.1,0.5,0.9]'",
        )
    if recipe.window.method == "forking" and recipe.transform.name == "window_log_ratio":
        raise SettingsError(
            "transform.name='window_log_ratio' makes inputs relative to a window's last session, which "
            "window.method='forking' would show to earlier ones.",
            hint="Choose --set window.method=single",
        )
    if recipe.model.head == "bounded" and recipe.transform.name != "none":
        raise SettingsError(
            f"model.head='bounded' has limits in the target's unit, but transform.name={recipe.transform.name!r} moves "
            "the target.",
            hint="Choose --set transform.name=none",
        )
