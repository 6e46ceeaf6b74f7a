"""Which models stand beside the network: baselines by name, and the user's own, as models or as baselines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from longshort.backtest.adapter import adapt
from longshort.backtest.protocols import Network
from longshort.baselines import Baseline, baselines_for
from longshort.claims import LeftOut
from longshort.data.panel import Panel
from longshort.errors import SettingsError, nearest


@dataclass(frozen=True)
class Beside:
    """Hold the models beside the network: `models` are judged too, `baselines` are what must be beaten.

    `left_out` are baselines that do not apply, `named` those that the user chose instead of all.
    """

    models: tuple[Baseline, ...]
    baselines: tuple[Baseline, ...]
    left_out: tuple[LeftOut, ...]
    named: tuple[str, ...]

    def __iter__(self) -> Any:
        """Give all of them, models first."""
        yield from (*self.models, *self.baselines)


def models_beside(
    panel: Panel,
    recipe: Network,
    until: int,
    season: int | None,
    names: Sequence[str] | None,
    models: Sequence[Any],
    as_baseline: Sequence[str],
) -> Beside:
    """Choose the baselines of these names (None: all that apply by what is known at `until`), and the user's models.

    `as_baseline` names those of the user's models that the network has to beat. Raises SettingsError for two models of
    one name, a baseline or model that does not exist, a season below one, or a model without the methods it needs.
    """
    chosen = baselines_for(
        panel, recipe.horizon, recipe.quantile_levels, until=until, season=season, names=names, seed=recipe.seed
    )
    adapted = [adapt(model, recipe.horizon) for model in models]
    known = [model.name for model in adapted]
    unknown = [name for name in as_baseline if name not in known]
    if unknown:
        hint = nearest(unknown[0], known) if known else "Pass the model itself in models=[...]."
        raise SettingsError(f"as_baseline names {unknown[0]!r}, but no model has that name.", hint=hint)
    own = tuple(model for model in adapted if model.name in as_baseline)
    _refuse_twins([recipe.name, *known, *(baseline.name for baseline in chosen.baselines)])
    return Beside(
        models=tuple(model for model in adapted if model.name not in as_baseline),
        baselines=(*chosen.baselines, *own),
        left_out=tuple(LeftOut(*each) for each in chosen.left_out),
        named=(*chosen.named, *as_baseline) if chosen.named else (),
    )


def _refuse_twins(names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(
            f"two models are named {twice!r}, and every table tells models apart by name.",
            hint="Give your model another `name`, or name each baseline once.",
        )
