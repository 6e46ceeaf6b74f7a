"""Real against predicted over the whole test, with what came before it: what the lectures draw, and persistence."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from longshort.results.forecast import Forecast
from longshort.results.plain import is_daily, iso

if TYPE_CHECKING:
    from longshort.results.run import Run

DRAWN = 4  # series
POINTS = 1500  # drawn of each: of more, every so many, before the test and in it alike


def whole(run: "Run", ids: Sequence[str]) -> list[dict[str, Any]]:
    """Give what is drawn of the first few series: all known values, which part they belong to, what was predicted.

    Each value is drawn as it was forecast from the last cutoff before it: in the first step where every session is a
    cutoff, along all steps where cutoffs lie a horizon apart (free runs). Runs without forecasts are drawn from their
    predictions, where those are numbers: the first step of each example.
    """
    own = run.forecasts.get(run.network)
    if own is None:
        return _numbers(run.predictions)
    drawn = [_series(run, own, unique_id) for unique_id in ids[:DRAWN]]
    return [picture for picture in drawn if picture is not None]


def _series(run: "Run", own: Forecast, unique_id: str) -> dict[str, Any] | None:
    past = run.history.filter(pl.col("unique_id") == unique_id).drop_nulls("y").drop_nans("y").sort("ds")
    said = _said(own, unique_id)
    if past.is_empty() or not said:
        return None
    times = past["ds"].to_physical().to_numpy()
    kept = thinned(times >= min(said))
    labels = iso(times[kept], past["ds"].dtype.is_temporal(), is_daily(run.history["ds"].to_physical().to_numpy()))
    nothing = (None, None)
    return {
        "unique_id": unique_id,
        "ds": labels,
        "y": past["y"].to_numpy()[kept],
        "part": _parts(labels, [int(time) >= min(said) for time in times[kept]], run.folds),
        "predicted": [said.get(int(time), nothing)[0] for time in times[kept]],
        "persistence": [said.get(int(time), nothing)[1] for time in times[kept]],
    }


def _said(own: Forecast, unique_id: str) -> dict[int, tuple[float, float]]:
    """Give by its time what was predicted of one series, and the last value that was known then."""
    if unique_id not in own.ids:
        return {}
    mine = own.select(np.flatnonzero(own.series == own.ids.index(unique_id)))
    mine = mine.select(np.argsort(mine.cutoffs, kind="stable"))
    return {
        int(mine.ds[row, step]): (float(mine.mean[row, step]), float(mine.last[row]))
        for row, steps in enumerate(_until_the_next(mine))
        for step in range(steps)
    }


def _until_the_next(one: Forecast) -> list[int]:
    """Count each cutoff's steps up to the next cutoff; behind the last one there are as many as before it."""
    last = len(one) - 1
    steps = [max(1, int((one.ds[row] <= one.cutoffs[row + 1]).sum())) for row in range(last)]
    return [*steps, steps[-1] if steps else one.horizon][: len(one)]


def _parts(labels: Sequence[Any], tested: Sequence[bool], folds: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the part of each value, as the first fold cut them: train, validation or test.

    Where nobody knows how a model was trained, what lies before the forecasts is just that: before.
    """
    held = (folds[0].get("validation") or {}) if folds else {}
    first, last = held.get("from"), held.get("to")
    earlier = "train" if folds else "before"
    return [
        "test" if test else "validation" if first is not None and first <= label <= last else earlier
        for label, test in zip(labels, tested, strict=True)
    ]


def _numbers(predictions: pl.DataFrame) -> list[dict[str, Any]]:
    columns = predictions.columns
    if not {"truth", "predicted"} <= set(columns) or not predictions["truth"].dtype.is_numeric():
        return []
    table = predictions.filter(pl.col("step") == pl.col("step").min()) if "step" in columns else predictions
    table = table[thinned(np.ones(len(table), dtype=bool)).tolist()]
    nothing = [None] * len(table)
    return [
        {
            "unique_id": "",
            "ds": table["row"].to_list() if "row" in columns else list(range(len(table))),
            "y": table["truth"].to_list(),
            "part": ["test"] * len(table),
            "predicted": table["predicted"].to_list(),
            "persistence": table["persistence"].to_list() if "persistence" in columns else nothing,
        }
    ]


def thinned(tested: np.typing.NDArray[np.bool_]) -> np.typing.NDArray[np.int64]:
    """Choose the places to draw: all, or evenly so many, the last one among them.

    History and test are thinned by the same rule, so that the picture's time is to scale.

    >>> thinned(np.array([False, False, True])).tolist()
    [0, 1, 2]
    """
    every = -(-len(tested) // POINTS) or 1
    return np.arange(len(tested))[::-1][::every][::-1]
