"""Render the summary as one HTML file that needs nothing but a browser, and no network."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from longshort.language.catalogue import template
from longshort.report.formats import finite, written
from longshort.report.view import arrange
from longshort.report.words import Words

DIGITS = 9
FORECAST = ("ds", "mean", "quantile_levels", "quantiles", "p_up")
SPOKEN = """actual chart_label copied date.day date.month date.year fan_network_line forecast_line naive_line p_up range
tick.day tick.month zoom zoom_all zoom_reset"""
TEST = ("ds", "y", "mean", "naive", "low_80", "high_80")


def render(summary: Mapping[str, Any], lang: str = "en") -> str:
    """Turn a summary dictionary into one self-contained page.

    Every part of the summary may be empty or null; what is missing is left out of the page. Names that users chose
    are escaped, also inside the embedded data. Raises SettingsError for a language that is not there.
    """
    view = arrange(summary, lang)
    page = written(_environment().get_template("page.html").render(view, data=_embedded(summary, view["w"])), lang)
    return page.encode("utf-8", "replace").decode("utf-8")


@cache
def _environment() -> Environment:
    loader = PackageLoader("longshort.report", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["asset"] = _asset
    return environment


def _asset(name: str) -> Markup:
    """Give one of our own style sheets or scripts as it stands."""
    text = files("longshort.report").joinpath("templates", *name.split("/")).read_text("utf-8")
    return Markup(text)


def _embedded(summary: Mapping[str, Any], known: Words) -> Markup:
    """Give what the charts draw as JSON that cannot end its own script element."""
    series = [_drawn(one) for one in summary.get("series") or [] if one]
    said: dict[str, Any] = {key: template(f"pages.{key}", known.lang) for key in SPOKEN.split()}
    said |= {"months": [known(f"months.{n}") for n in range(1, 13)], "lang": known.lang, "unit": known.unit}
    text = json.dumps(
        _rounded({"series": series, "words": said}), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _drawn(series: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what the charts need of one series, with a list for each column."""
    history, coming, test = (series.get(part) or {} for part in ("history", "forecast", "test"))
    return {
        "id": str(series.get("unique_id")),
        "history": {key: history.get(key) or [] for key in ("ds", "y")},
        "forecast": {key: coming.get(key) or [] for key in FORECAST},
        "network": {key: (series.get("network") or {}).get(key) or [] for key in FORECAST},
        "test": {key: test.get(key) or [] for key in TEST},
    }


def _rounded(value: Any) -> Any:
    """Shorten numbers to what a chart can show; what is not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        known = finite(value)
        return None if known is None else float(f"{known:.{DIGITS}g}")
    return value
