"""What is drawn of single series, and a forecast as a document."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from msgspec import to_builtins
from numpy.typing import NDArray

from longshort.data.panel import UNNAMED
from longshort.language import ahead, say, text
from longshort.results.forecast import Forecast
from longshort.results.plain import is_daily, iso, plain
from longshort.results.summary.structs import SCHEMA

if TYPE_CHECKING:
    from longshort.results.run import Run

RECENT = 250  # values of history before the coming forecast, at most
PER_STEP = 12  # values of history for each step of the forecast, so that both can be seen
FEWEST = 40  # values of history, however short the forecast
TESTED = 60  # cutoffs of the test that the page draws beside the last value
SPARK = 40  # values of a small picture
ROWS = 500  # series in the table of all


def summarise_forecast(forecast: Forecast, lang: str = "en") -> dict[str, Any]:
    """Give a forecast as one plain dictionary, one entry for each series, cutoff and step.

    `claims` are those of the test that decided whose forecast it is; null where there was none.
    """
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
    told = None if forecast.verdict is None else say(forecast.verdict, lang)
    claims = None if forecast.claims is None else to_builtins(forecast.claims)
    summary: dict[str, Any] = plain({"schema": SCHEMA, "verdict": told, "claims": claims, "forecasts": rows})
    return summary


def series_of(run: "Run") -> list[str]:
    """List the series of a run in the order of its history."""
    return run.history["unique_id"].unique(maintain_order=True).to_list()


def title(run: "Run", lang: str) -> str:
    """Name what was forecast: the series, the target and how far ahead."""
    ids = series_of(run)
    horizon = next((f.horizon for f in (*run.coming.values(), *run.forecasts.values())), 0)
    whose = ids[0] if len(ids) == 1 else text("pages.series_count", lang, n=len(ids))
    named = run.target if whose in (run.target, UNNAMED) else f"{whose}, {run.target}"
    return f"{named}, {say(ahead(horizon, unit_of_run(run)), lang)}" if horizon else named


def unit_of_run(run: "Run") -> str:
    """Name the unit of a run's calendar."""
    return str(dict(run.info.get("data") or {}).get("unit") or "step")


def series_picture(run: "Run", unique_id: str) -> dict[str, Any]:
    """Give what the page draws of one series: recent past, coming forecast, the test one step ahead."""
    daily = is_daily(times_of(run.history["ds"]))
    given = one_series(run.coming.get(run.given or run.network), unique_id)
    shown = RECENT if given is None else min(max(PER_STEP * given.horizon, FEWEST), RECENT)
    past = run.history.filter(pl.col("unique_id") == unique_id).drop_nulls("y").drop_nans("y").tail(shown)
    picture: dict[str, Any] = {
        "unique_id": unique_id,
        "history": {"ds": iso(times_of(past["ds"]), past["ds"].dtype.is_temporal(), daily), "y": past["y"].to_list()},
        "cutoff": None,
        "last": past["y"][-1] if len(past) else None,
        "forecast": None,
        "network": None,
        "test": None,
    }
    if given is not None:
        cutoff = iso(given.cutoffs[-1:], given.dated, daily)[0]
        picture |= {"cutoff": cutoff, "last": given.last[-1], "forecast": fan_of(given, daily)}
        own = one_series(run.coming.get(run.network), unique_id)
        if own is not None and given.model != own.model:
            picture["network"] = fan_of(own, daily)
    tested = one_series(run.forecasts.get(run.network), unique_id)
    if tested is not None:
        picture["test"] = _test(tested, daily)
    return picture


def series_rows(run: "Run", ids: Sequence[str]) -> list[dict[str, Any]]:
    """Give the table of all series: skill over the toughest baselines, error, coverage, and a small picture each."""
    if len(ids) < 2:
        return []
    chosen = ids[:ROWS]
    claims = run.claims
    point = _by_series(run.skill, run.network, "rmse", claims.point.baseline if claims else "")
    sharp = _by_series(run.skill, run.network, "crps", claims.distribution.baseline if claims else "")
    scores = run.scores.filter((pl.col("model") == run.network) & pl.col("step").is_null())
    held, mase = (
        dict(scores.filter(pl.col("metric") == metric).select("unique_id", "value").iter_rows())
        for metric in ("coverage_80", "mase")
    )
    recent = run.history.drop_nulls("y").group_by("unique_id", maintain_order=True).tail(SPARK)
    spark = {key: list(values) for key, values in _grouped(recent)}
    given = run.coming.get(run.given or run.network)
    coming = {} if given is None else dict(zip(_ids(given), given.mean[:, -1].tolist(), strict=True))
    return [
        {
            "unique_id": name,
            **{
                key: point.get(name, {}).get(field)
                for key, field in (("skill", "value"), ("low", "low"), ("high", "high"))
            },
            "sharpness": sharp.get(name, {}).get("value"),
            "mase": mase.get(name),
            "coverage_80": held.get(name),
            "last": spark.get(name, [None])[-1],
            "coming": coming.get(name),
            "spark": spark.get(name, []),
        }
        for name in chosen
    ]


def _by_series(skill: pl.DataFrame, model: str, metric: str, baseline: str) -> dict[str, dict[str, Any]]:
    rows = skill.filter(
        (pl.col("model") == model)
        & (pl.col("metric") == metric)
        & (pl.col("baseline") == baseline)
        & pl.col("step").is_null()
        & pl.col("unique_id").is_not_null()
    )
    return {row["unique_id"]: row for row in rows.iter_rows(named=True)}


def _grouped(recent: pl.DataFrame) -> Iterator[tuple[str, list[float]]]:
    yield from recent.group_by("unique_id", maintain_order=True).agg("y").iter_rows()


def _ids(forecast: Forecast) -> list[str]:
    return [forecast.ids[series] for series in forecast.series]


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
    """Give what is drawn of the newest of a series' forecasts: dates, point, quantiles and p(up) of each step."""
    return {
        "model": coming.model,
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
