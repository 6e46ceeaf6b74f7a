"""Every baseline with what it needs: adding one is one file, its line here and its row in docs/baselines.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from longshort.baselines.common import Baseline, Seasons
from longshort.baselines.drift import Drift
from longshort.baselines.garch import Garch
from longshort.baselines.mean import Mean
from longshort.baselines.moving_average import MovingAverage
from longshort.baselines.naive import Naive
from longshort.baselines.seasonal_mean import SeasonalMean
from longshort.baselines.seasonal_naive import SeasonalNaive
from longshort.baselines.smoothers import Ets, Theta
from longshort.baselines.volatility_cone import VolatilityCone
from longshort.baselines.zero import Zero
from longshort.data.panel import Panel
from longshort.data.seasons import seasons_of
from longshort.data.support import mostly_zero
from longshort.errors import SettingsError, nearest


@dataclass(frozen=True)
class Setting:
    """Hold what baselines are made from: the horizon, the levels, each series' season, and a seed."""

    horizon: int
    levels: tuple[float, ...]
    seasons: Seasons
    seasonal: bool
    counts: bool
    seed: int


@dataclass(frozen=True)
class Entry:
    """Hold how a baseline is made, and the code of why it does not apply (empty where it does)."""

    make: Callable[[Setting], Baseline]
    why_not: Callable[[Setting], str] = lambda _: ""


def _season(setting: Setting) -> str:
    return "" if setting.seasonal else "no_season"


ENTRIES: dict[str, Entry] = {
    "naive": Entry(lambda s: Naive(s.horizon)),
    "drift": Entry(lambda s: Drift(s.horizon)),
    "mean": Entry(lambda s: Mean(s.horizon, s.levels)),
    "moving_average": Entry(lambda s: MovingAverage(s.horizon)),
    "seasonal_naive": Entry(lambda s: SeasonalNaive(s.horizon, s.levels, s.seasons), _season),
    "seasonal_mean": Entry(lambda s: SeasonalMean(s.horizon, s.levels, s.seasons), _season),
    "theta": Entry(lambda s: Theta(s.horizon, s.levels, s.seasons)),
    "ets": Entry(lambda s: Ets(s.horizon, s.levels, s.seasons)),
    "zero": Entry(lambda s: Zero(s.horizon, s.levels), lambda s: "" if s.counts else "not_counts"),
    "volatility_cone": Entry(lambda s: VolatilityCone(s.horizon, s.levels)),
    "garch": Entry(lambda s: Garch(s.horizon, s.levels, s.seed)),
}
NAMES = tuple(ENTRIES)
EXPECTED = ("no_season",)  # reasons that are said; that zero is no forecast for prices goes without saying


@dataclass(frozen=True)
class Chosen:
    """Hold the baselines of a table, those left out with the code of why, and those the user named."""

    baselines: tuple[Baseline, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    named: tuple[str, ...] = ()


def baselines_for(
    panel: Panel,
    horizon: int,
    levels: Sequence[float],
    *,
    until: int,
    season: int | None = None,
    names: Sequence[str] | None = None,
    seed: int = 0,
) -> Chosen:
    """Choose the baselines of a table: all that apply, or those named.

    What applies is decided by what was known at the time `until`, the first fit: which season the data show (`season`
    overrides), whether they are counts that are mostly zero. `seed` is that of GARCH's simulated paths. Raises
    SettingsError for a name that is none, and for a season below one.
    """
    if season is not None and season < 1:
        raise SettingsError(f"season={season} is no length of a season.", hint="Pass 1 or more; 1 means none.")
    unknown = [name for name in names or () if name not in ENTRIES]
    if unknown:
        raise SettingsError(f"there is no baseline {unknown[0]!r}.", hint=nearest(unknown[0], ENTRIES))
    lengths = seasons_of(panel, until, season)
    common = int(np.bincount(lengths).argmax()) if len(lengths) else 1
    setting = Setting(
        horizon=horizon,
        levels=tuple(levels),
        seasons=Seasons(tuple(zip(panel.ids, lengths.tolist(), strict=True)), common),
        seasonal=bool((lengths > 1).any()),
        counts=mostly_zero(panel, until),
        seed=seed,
    )
    if names is not None:
        return Chosen(tuple(ENTRIES[name].make(setting) for name in names), named=tuple(names))
    why = {name: entry.why_not(setting) for name, entry in ENTRIES.items()}
    made = tuple(ENTRIES[name].make(setting) for name, reason in why.items() if not reason)
    return Chosen(made, tuple((name, reason) for name, reason in why.items() if reason in EXPECTED))
