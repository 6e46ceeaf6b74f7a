"""Build one Forecast for each model: dense arrays of pair and step, NaN where a table says nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.audit.reading import findings as found
from longshort.audit.reading.align import Placed, label
from longshort.audit.reading.fill import Filled, Place, filled
from longshort.audit.reading.models import UNNAMED, Model
from longshort.audit.reading.rows import Rows
from longshort.data.panel import Panel
from longshort.data.windows import future_times, last_known, outcomes
from longshort.errors import DataError
from longshort.finding import Finding
from longshort.language import message
from longshort.results.forecast import Forecast, p_up_from_quantiles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Built:
    """Hold the forecasts, what to say about them, and the models that only call the direction."""

    forecasts: list[Forecast] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def build(rows: Rows, placed: Placed, panel: Panel, models: Sequence[Model]) -> Built:
    """Lay the values of every model on the grid; the panel says what was known and what happened.

    Raise DataError for a second row with the same keys, and for a model without any number.
    """
    shape = (len(placed.pairs), placed.horizon)
    last = last_known(panel)[placed.pairs.rows]
    shared: dict[str, Any] = {
        "ids": panel.ids,
        "series": placed.pairs.series,
        "cutoffs": panel.times[placed.pairs.rows],
        "ds": future_times(panel, placed.pairs, placed.horizon),
        "last": last,
        "y": outcomes(panel, placed.pairs, placed.horizon),
        "fold": _fold(rows, placed),
        "seed_mean": np.empty((0, *shape)),
        "dated": panel.dated,
    }
    if np.isnan(shared["y"]).all():
        raise DataError(
            f"nothing is known yet of what was forecast: the actuals end on {_end(panel)}.",
            hint="Pass actuals that go on past the forecasts: --actuals FILE --target NAME.",
        )
    built = Built()
    for name, model, own in _owners(rows, placed, models):
        place = Place(placed.rows[own], placed.cells[own], shape)
        part = filled(rows, model, place, last)
        given, said = _finished(part, last, model)
        built.notes.extend(note for note in (*part.notes, *said) if note not in built.notes)
        blank = int(np.isnan(part.main).sum())
        if blank == len(place.rows):
            raise DataError(
                f"all {len(place.rows):,} forecasts of {name!r} are blank or no finite numbers.",
                hint="Leave that model out, or name the columns that hold forecasts: --forecast NAME.",
            )
        if blank:
            built.findings.append(found.nan_forecasts(blank, len(place.rows), name))
        no_seeds = np.empty((0, *given["quantiles"].shape))
        built.forecasts.append(Forecast(model=name, seed_quantiles=no_seeds, **shared, **given))
        if model.call is not None and model.chance is None:
            built.calls.append(name)
    return built


def _end(panel: Panel) -> str:
    return label(int(panel.times[~np.isnan(panel.target)].max()), panel.dated)


def _owners(rows: Rows, placed: Placed, models: Sequence[Model]) -> Iterator[tuple[str, Model, Ints | slice]]:
    """Name each model, its columns, and its rows as places in `placed.rows`."""
    if rows.model is None:
        for model in models:
            yield model.name, model, slice(None)
        return
    codes = rows.model[placed.rows]
    for code, name in enumerate(rows.models):
        own = np.flatnonzero(codes == code)
        for model in models if len(own) else ():
            yield (name if model.name == UNNAMED or len(models) == 1 else f"{name}-{model.name}"), model, own


def _fold(rows: Rows, placed: Placed) -> Ints:
    fold = np.zeros(len(placed.pairs), dtype=np.int64)
    if rows.fold is not None:
        fold[placed.cells // placed.horizon] = rows.fold[placed.rows]
    return fold


def _finished(part: Filled, last: Floats, columns: Model) -> tuple[dict[str, Any], list[str]]:
    """Add what a model does not say itself: its centre and its probability of a rise, from its quantiles."""
    notes: list[str] = []
    levels, quantiles, centre, p_up = part.levels, part.quantiles, part.centre, part.p_up
    if centre is None and levels:
        centre = _middle(levels, quantiles)
        if 0.5 not in levels:
            notes.append(message("reading.no_median", model=repr(columns.name)))
    if p_up is None and len(levels) > 1:
        p_up = p_up_from_quantiles(levels, quantiles, last)
    blank = np.full(quantiles.shape[:2], np.nan)
    return {
        "mean": blank if centre is None else centre,
        "quantile_levels": levels,
        "quantiles": quantiles,
        "p_up": blank if p_up is None else p_up,
    }, notes


def _middle(levels: tuple[float, ...], quantiles: Floats) -> Floats:
    """Give the median, or what lies between the quantiles around it; the outermost where all are on one side."""
    right = min(int(np.searchsorted(levels, 0.5)), len(levels) - 1)
    left = right if levels[right] == 0.5 else max(right - 1, 0)
    if left == right:
        return quantiles[:, :, right].copy()
    share = min((0.5 - levels[left]) / (levels[right] - levels[left]), 1.0)
    return quantiles[:, :, left] + share * (quantiles[:, :, right] - quantiles[:, :, left])
