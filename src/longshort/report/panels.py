"""One series on the page: its fan, the table of what is coming, its test one step ahead."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from longshort.language import model_name
from longshort.report import figures, svg
from longshort.report.csv import csv
from longshort.report.figures.fan import pairs
from longshort.report.formats import date, finite, percent, price
from longshort.report.words import Words

Row = Mapping[str, Any]


def panel(series: Row, words: Words) -> dict[str, Any]:
    """Arrange one series."""
    coming, own = series.get("forecast") or {}, series.get("network") or {}
    rows = [_coming(coming, step, words) for step in range(len(coming.get("mean") or []))]
    end = rows[-1] if rows else {}
    shares = {round(100 * held) for _, _, held in pairs(coming.get("quantile_levels") or [])}
    heading = words("fan_heading", **{key: end[key] for key in ("day", "low", "high")}) if end.get("low") else ""
    given = words("fan_given", model=model_name(coming["model"])) if rows and coming.get("model") else ""
    return {
        "id": str(series.get("unique_id")),
        "heading": heading or words("fan_heading_plain"),
        "given": f"{given} {words('fan_network')}" if own else given,
        "fan": figures.fan(series, words),
        "fan_legend": _fan_legend(shares, bool(own), words),
        "widest": f"{max(shares, default=0)}\u00a0%",
        "rows": rows,
        "csv": csv([_raw(row) for row in rows]),
        "has_p": any(row["p_value"] is not None for row in rows),
        "has_ranges": any(row["r80"] or row["r95"] for row in rows),
        "cutoff": date(series.get("cutoff"), words),
        "last": price(series.get("last")),
        "followed": figures.followed(series, words),
        "errors": figures.errors(series, words),
    }


def _raw(row: Row) -> dict[str, Any]:
    """Keep the exact numbers of a row of the forecast."""
    return {"ds": row["ds"], "step": row["step"], "mean": row["exact"], "p_up": row["p_value"], **row["ends"]}


def _fan_legend(shares: set[int], network: bool, words: Words) -> Markup:
    entries = [("line", "actual", words("actual")), ("line", "network", words("forecast_line"))]
    bands = [("line", f"swatch s{share}", f"{share}\u00a0%") for share in sorted(shares)]
    return svg.legend([*entries, *([("line", "aside", words("fan_network_line"))] if network else []), *bands])


def copy_legend(words: Words) -> Markup:
    """List the lines of the copy picture."""
    named = (("actual", "actual"), ("network", "forecast_line"), ("naive", "naive_line"))
    return svg.legend(("line", style, words(key)) for style, key in named)


def _coming(coming: Row, step: int, words: Words) -> dict[str, Any]:
    dates, said = coming.get("ds") or [], coming.get("p_up") or []
    p_up = finite(said[step]) if step < len(said) else None
    ends = {f"{side}_{share}": end for share in (80, 95) for side, end in _ends(coming, step, share).items()}
    low, high = (price(ends[f"{side}_80"]) if ends[f"{side}_80"] is not None else "" for side in ("low", "high"))
    wide = [price(ends[f"{side}_95"]) for side in ("low", "high") if ends[f"{side}_95"] is not None]
    return {
        "step": step + 1,
        "ds": dates[step] if step < len(dates) else None,
        "day": date(dates[step], words) if step < len(dates) else str(step + 1),
        "mean": price(coming["mean"][step]),
        "exact": coming["mean"][step],
        "ends": ends,
        "low": low,
        "high": high,
        "r80": f"{low} – {high}" if low else "",
        "r95": " – ".join(wide),
        "p_up": percent(p_up),
        "p_value": p_up,
    }


def _ends(coming: Row, step: int, share: int) -> dict[str, float | None]:
    """Give both ends of the central interval that holds `share` percent, or of none."""
    rows = coming.get("quantiles") or []
    row = (rows[step] if step < len(rows) else None) or []
    for low, high, held in pairs(coming.get("quantile_levels") or []):
        if round(100 * held) == share and max(low, high) < len(row):
            ends = {"low": finite(row[low]), "high": finite(row[high])}
            return ends if None not in ends.values() else {"low": None, "high": None}
    return {"low": None, "high": None}
