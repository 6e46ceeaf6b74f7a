"""How forecasts and runs show themselves in a notebook: inline pictures and tables, no script, no plotting library."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from longshort.data.show import choose
from longshort.report.inline import Picture
from longshort.results.forecast import Forecast
from longshort.results.plain import is_daily, iso, plain
from longshort.results.summary.pictures import fan_of, series_of, series_picture

if TYPE_CHECKING:
    from longshort.results.run import Run


def draw(series: Mapping[str, Any]) -> Picture:
    """Draw one entry of a summary's `series`: the recent past and the forecast's fan."""
    from longshort.report.figures import fan
    from longshort.report.words import Words

    return Picture(str(fan(plain(series), Words())))


def draw_run(run: "Run", unique_id: str | None) -> Picture:
    """Draw the coming forecast of one series of a run (the first, unless named) behind its recent past."""
    return draw(series_picture(run, choose(unique_id, series_of(run), "forecast")))


def draw_forecast(forecast: Forecast, unique_id: str | None) -> Picture:
    """Draw the newest forecast for one series (the first, unless named) from its newest known value on."""
    present = [forecast.ids[series] for series in np.unique(forecast.series)]
    chosen = choose(unique_id, present, "forecast")
    own = np.flatnonzero(forecast.series == forecast.ids.index(chosen))
    newest = forecast.select(own[[np.argmax(forecast.cutoffs[own])]])
    daily = is_daily(forecast.cutoffs) and is_daily(forecast.ds)
    past = {"ds": iso(newest.cutoffs, newest.dated, daily), "y": newest.last}
    return draw({"unique_id": chosen, "history": past, "forecast": fan_of(newest, daily)})


def show_run(run: "Run") -> str:
    """Give a run as HTML: the verdict, the picture, the scores of all models, the findings."""
    parts = [f"<p><strong>{escape(run.verdict)}</strong></p>"]
    if series_of(run):
        parts.append(draw_run(run, None)._repr_html_())
    parts.append(overall(run.scores)._repr_html_())
    parts += [f"<p>{escape(finding.severity)}: {escape(finding.text)}</p>" for finding in run.findings]
    return "".join(parts)


def show_forecast(forecast: Forecast) -> str:
    """Give a forecast as HTML: the picture of the first series and the table of all."""
    picture = draw_forecast(forecast, None)._repr_html_() if len(forecast) else ""
    return picture + forecast.to_frame()._repr_html_()


def overall(scores: pl.DataFrame) -> pl.DataFrame:
    """Turn the scores over all series and steps into a table, a row for each model and a column for each metric."""
    if not {"model", "unique_id", "step", "metric", "value"} <= set(scores.columns):
        return pl.DataFrame()
    whole = scores.filter(pl.col("unique_id").is_null() & pl.col("step").is_null())
    return whole.pivot(on="metric", index="model", values="value")
