"""The one plain dictionary from which page, Markdown and JSON are made."""

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.panel import UNNAMED
from longshort.results.forecast import Forecast
from longshort.results.plain import is_daily, iso, plain
from longshort.results.whole import whole

if TYPE_CHECKING:
    from longshort.results.run import Run

SCHEMA = 1
DRAWN = 12  # series that the page draws
RECENT = 250  # sessions of history before the coming forecast
TESTED = 500  # cutoffs of the test that the page draws
ABOUT = ("task", "synthetic", "layers", "parameters", "training_shape")
TABLES = ("scores", "skill", "seeds", "coverage", "reliability", "lag", "curves")


def summarise(run: "Run") -> dict[str, Any]:
    """Give a run as one plain dictionary: numbers, text, lists and None (for NaN), ready for JSON.

    The coming forecast and the picture of the test are given for the first 12 series; `series_left_out` counts the
    others. All tables are whole.
    """
    tables = {name: getattr(run, name).to_dicts() for name in TABLES}
    ids = series_of(run)
    summary: dict[str, Any] = plain(
        {
            "schema": SCHEMA,
            "verdict": run.verdict,
            "scores": tables["scores"],
            "skill": tables["skill"],
            "seeds": tables["seeds"],
            "findings": [finding.to_dict() for finding in run.findings],
            "folds": list(run.folds),
            "run": run.info,
            "network": run.network,
            "target": run.target,
            "title": run.title or title(run),
            "series": [series_picture(run, unique_id) for unique_id in ids[:DRAWN]],
            "series_left_out": max(len(ids) - DRAWN, 0),
            "coverage": tables["coverage"],
            "reliability": tables["reliability"],
            "lag": tables["lag"],
            "curves": tables["curves"],
            **{name: getattr(run, name) for name in ABOUT},
            "samples": run.samples,
            "whole": whole(run, ids),
            **{name: table.to_dicts() for name, table in run.details.items()},
        }
    )
    return summary


def summarise_forecast(forecast: Forecast) -> dict[str, Any]:
    """Give a forecast as one plain dictionary, one entry for each series, cutoff and step; the verdict is null."""
    n, horizon = forecast.mean.shape
    names = [repr(float(level)) for level in forecast.quantile_levels]
    daily = is_daily(forecast.ds) and is_daily(forecast.cutoffs)
    ds = iso(forecast.ds.ravel(), forecast.dated, daily)
    cutoffs = iso(forecast.cutoffs, forecast.dated, daily)
    rows = [
        {
            "model": forecast.model,
            "unique_id": forecast.ids[forecast.series[pair]],
            "ds": ds[pair * horizon + step],
            "cutoff": cutoffs[pair],
            "step": step + 1,
            "mean": forecast.mean[pair, step],
            "quantiles": dict(zip(names, forecast.quantiles[pair, step], strict=True)),
            "p_up": forecast.p_up[pair, step],
        }
        for pair in range(n)
        for step in range(horizon)
    ]
    summary: dict[str, Any] = plain({"schema": SCHEMA, "verdict": None, "forecasts": rows})
    return summary


def series_of(run: "Run") -> list[str]:
    """List the series of a run in the order of its history."""
    return run.history["unique_id"].unique(maintain_order=True).to_list()


def title(run: "Run") -> str:
    """Name what was forecast: the series, the target and how far ahead."""
    ids = series_of(run)
    horizon = next((f.horizon for f in (*run.coming.values(), *run.forecasts.values())), 0)
    whose = ids[0] if len(ids) == 1 else f"{len(ids)} series"
    named = run.target if whose in (run.target, UNNAMED) else f"{whose}, {run.target}"
    return f"{named}, {horizon} session{'s' if horizon != 1 else ''} ahead"


def series_picture(run: "Run", unique_id: str) -> dict[str, Any]:
    """Give what the page draws of one series: recent past, coming forecast, the test one step ahead."""
    daily = is_daily(times_of(run.history["ds"]))
    past = run.history.filter(pl.col("unique_id") == unique_id).drop_nulls("y").drop_nans("y").tail(RECENT)
    picture: dict[str, Any] = {
        "unique_id": unique_id,
        "history": {"ds": iso(times_of(past["ds"]), past["ds"].dtype.is_temporal(), daily), "y": past["y"].to_list()},
        "cutoff": None,
        "last": past["y"][-1] if len(past) else None,
        "forecast": None,
        "test": None,
    }
    coming = one_series(run.coming.get(run.network), unique_id)
    if coming is not None:
        cutoff = iso(coming.cutoffs[-1:], coming.dated, daily)[0]
        picture |= {"cutoff": cutoff, "last": coming.last[-1], "forecast": fan_of(coming, daily)}
    tested = one_series(run.forecasts.get(run.network), unique_id)
    if tested is not None:
        picture["test"] = _test(tested, daily)
    return picture


def one_series(forecast: Forecast | None, unique_id: str) -> Forecast | None:
    """Choose one series' forecasts in the order of their cutoffs; None where there are none."""
    if forecast is None or unique_id not in forecast.ids:
        return None
    chosen = np.flatnonzero(forecast.series == forecast.ids.index(unique_id))
    return forecast.select(chosen[np.argsort(forecast.cutoffs[chosen], kind="stable")]) if len(chosen) else None


def times_of(values: pl.Series) -> NDArray[np.int64]:
    """Give a column of dates (or row numbers) as int64."""
    return values.to_physical().to_numpy()


def fan_of(coming: Forecast, daily: bool) -> dict[str, Any]:
    """Give what is drawn of the newest of a series' forecasts: dates, centre, quantiles and p(up) of each step."""
    return {
        "ds": iso(coming.ds[-1], coming.dated, daily),
        "mean": coming.mean[-1],
        "quantile_levels": coming.quantile_levels,
        "quantiles": coming.quantiles[-1],
        "p_up": coming.p_up[-1],
    }


def _test(tested: Forecast, daily: bool) -> dict[str, Any]:
    recent = tested.select(np.arange(len(tested))[-TESTED:])
    bounds: dict[str, Any] = {"low_80": 0.1, "high_80": 0.9}
    for name, level in bounds.items():
        try:
            bounds[name] = recent.quantile(level)[:, 0]
        except KeyError:
            bounds[name] = [None] * len(recent)
    return {
        "ds": iso(recent.ds[:, 0], recent.dated, daily),
        "y": recent.y[:, 0],
        "mean": recent.mean[:, 0],
        "naive": recent.last,
        **bounds,
    }
