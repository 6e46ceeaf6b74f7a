"""Coordinates in which a network sees prices, with exact inverses.

A target y is seen as z = (g(y) - loc) / scale, with g the logarithm or the identity. `loc` and `scale` are arrays, one
row for each cutoff, computed here and nowhere else; all that a row's `loc` and `scale` depend on is known at that row.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.volatility import g, volatility
from longshort.data.windows import last_known
from longshort.errors import DataError, SettingsError, examples
from longshort.settings.bounds import Bounds

Floats = NDArray[np.float64]
Name = Literal["auto", "log_return", "difference", "window_log_ratio", "standardise", "minmax", "none"]


class Transform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choose how targets and inputs are scaled.

    `auto` is `log_return` where every value known at the first fit is positive, else `difference`: the change since
    the cutoff over the volatility known at the cutoff, times the root of the step. `window_log_ratio` is the change
    of the logarithm alone, inputs too being relative to the window's last session; `standardise`, `minmax` and `none`
    work on the level. `low` and `high` bound `minmax`; `halflife` is the volatility's memory in sessions; `shrink`
    draws the centre of changes towards the history's, as far as the rows held back ask for it.
    """

    name: Name = "auto"
    low: Annotated[float, Bounds(-1e30, 1e30, "networks compute in single precision")] = 0.0
    high: Annotated[float, Bounds(-1e30, 1e30, "networks compute in single precision")] = 1.0
    halflife: Annotated[float, Bounds(1e-6, 1e6, "no series remembers so long")] = 6.0
    shrink: bool = True


def validate(settings: Transform) -> None:
    """Raise SettingsError where a setting is out of range."""
    if not settings.low < settings.high:
        raise SettingsError(
            f"transform.low={settings.low} is not below transform.high={settings.high}.",
            hint="Choose bounds such as --set transform.low=0 --set transform.high=1",
        )


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Hold a transform fitted at a cutoff: its final name and, for those that work on levels, each series' numbers.

    `loc` and `scale` are keyed by series id; each holds one number for each column of the panel. They are empty for
    the transforms that are relative to the cutoff, which therefore work on series that were never seen.
    """

    settings: Transform
    loc: dict[str, Floats]
    scale: dict[str, Floats]

    @property
    def log(self) -> bool:
        """Say whether g is the logarithm."""
        return self.settings.name in ("log_return", "window_log_ratio")

    @property
    def relative(self) -> bool:
        """Say whether loc and scale follow the cutoff (True) or are constants of the series (False)."""
        return self.settings.name in ("log_return", "difference", "window_log_ratio")


def fit_coordinates(panel: Panel, settings: Transform, train: NDArray[np.bool_]) -> Coordinates:
    """Fit a transform on the rows marked True; the panel must end at the cutoff of the fit.

    Raises DataError where logarithms were asked for and a known value is zero or negative.
    """
    validate(settings)
    name = settings.name
    positive = not bool((panel.target <= 0).any())
    if name == "auto":
        name = "log_return" if positive else "difference"
    elif name in ("log_return", "window_log_ratio") and not positive:
        bad = np.flatnonzero(panel.target <= 0)
        first = str(panel.labels(panel.times[bad[:1]])[0])
        raise DataError(
            f"{panel.columns[0].name!r} is zero or negative in {len(bad)} row{'s' * (len(bad) > 1)} (first: "
            f"{panel.target[bad[0]]:g} at {first.removesuffix('T00:00:00.000000')} in series "
            f"{panel.ids[panel.series[bad[0]]]!r}), but transform.name={name!r} takes logarithms.",
            hint="Choose --set transform.name=difference",
        )
    chosen = msgspec.structs.replace(settings, name=name)
    if name not in ("standardise", "minmax"):
        return Coordinates(chosen, {}, {})
    loc, scale = {}, {}
    for index, unique_id in enumerate(panel.ids):
        rows = panel.rows(index)
        known = panel.values[rows][train[rows]]
        if len(known):
            loc[unique_id], scale[unique_id] = _level_numbers(known, chosen)
    return Coordinates(chosen, loc, scale)


def _level_numbers(known: Floats, settings: Transform) -> tuple[Floats, Floats]:
    """Give loc and scale of each column from the rows known at the fit; a constant column gets the scale 1."""
    empty = np.isnan(known).all(axis=0)
    filled = np.where(empty, 0.0, known)
    if settings.name == "standardise":
        loc, scale = np.nanmean(filled, axis=0), np.nanstd(filled, axis=0)
    else:
        low, high = np.nanmin(filled, axis=0), np.nanmax(filled, axis=0)
        scale = (high - low) / (settings.high - settings.low)
        loc = low - settings.low * scale
    return loc, np.where(scale > 0, scale, 1.0)


def target_affine(panel: Panel, coordinates: Coordinates, horizon: int) -> tuple[Floats, Floats]:
    """Give loc `[row]` and scale `[row, step]` of the target for a cutoff at each row."""
    steps = np.sqrt(np.arange(1, horizon + 1))
    name = coordinates.settings.name
    rows = len(panel.target)
    if coordinates.relative:
        loc = g(last_known(panel), coordinates.log)
        if name == "window_log_ratio":
            return loc, np.ones((rows, horizon))
        return loc, volatility(panel, coordinates.log, coordinates.settings.halflife)[:, None] * steps
    return (
        by_row(panel, coordinates.loc, 0.0)[:, 0],
        np.repeat(by_row(panel, coordinates.scale, 1.0)[:, :1], horizon, axis=1),
    )


def forward(y: Floats, loc: Floats, scale: Floats, log: bool) -> Floats:
    """Move targets `[pair, step]` into the network's coordinates; loc is `[pair]`, scale `[pair, step]`."""
    return (g(y, log) - loc[:, None]) / scale


def inverse(z: Floats, loc: Floats, scale: Floats, log: bool) -> Floats:
    """Move numbers `[..., pair, step, level]` back into the target's unit; their order is kept."""
    value = loc[:, None, None] + scale[:, :, None] * z
    return np.exp(value) if log else value


def by_row(panel: Panel, numbers: dict[str, Floats], default: float) -> Floats:
    """Spread each series' numbers over its rows, `[row, column]`; a series never seen is refused by name."""
    unknown = [name for i, name in enumerate(panel.ids) if name not in numbers and numbers and _has_rows(panel, i)]
    if unknown:
        raise DataError(
            f"series {examples(unknown)} were not there when the model was fitted, and its transform keeps numbers "
            "for each series.",
            hint="Fit again with these series, or with --set transform.name=log_return, which needs none.",
        )
    blank = np.full(panel.values.shape[1], default)
    table = np.stack([numbers.get(name, blank) for name in panel.ids])
    return table[panel.series]


def _has_rows(panel: Panel, index: int) -> bool:
    return bool(panel.offsets[index + 1] > panel.offsets[index])


def to_dict(coordinates: Coordinates) -> dict[str, Any]:
    """Give the fitted transform as plain data, for the model folder."""
    return {
        "settings": msgspec.to_builtins(coordinates.settings),
        "loc": {key: value.tolist() for key, value in coordinates.loc.items()},
        "scale": {key: value.tolist() for key, value in coordinates.scale.items()},
    }


def from_dict(data: dict[str, Any]) -> Coordinates:
    """Read back what `to_dict` gave."""
    return Coordinates(
        msgspec.convert(data["settings"], Transform),
        {key: np.array(value, dtype=np.float64) for key, value in data["loc"].items()},
        {key: np.array(value, dtype=np.float64) for key, value in data["scale"].items()},
    )
