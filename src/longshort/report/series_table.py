"""The table of all series, a small picture of each beside its skill."""

from collections.abc import Mapping
from typing import Any

from longshort.report import figures
from longshort.report.csv import csv
from longshort.report.formats import finite, number, percent, price
from longshort.report.tables import forest, reach_of
from longshort.report.words import Words


def series_table(summary: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange the rows, each cell with the number by which a script sorts it."""
    rows = [row for row in summary.get("series_table") or [] if row]
    count = (summary.get("run") or {}).get("data", {}).get("series")
    reach = reach_of({}, rows_of_skill(rows))
    drawn = {str(series.get("unique_id")): at for at, series in enumerate(summary.get("series") or []) if series}
    body = []
    for row in rows:
        name = str(row.get("unique_id"))
        cells = [
            ("col_sharp", percent(row.get("sharpness"), signed=True), row.get("sharpness")),
            ("mase", number(row.get("mase")), row.get("mase")),
            ("col_held", percent(row.get("coverage_80")), row.get("coverage_80")),
            ("col_last", price(row.get("last")), row.get("last")),
            ("col_coming", price(row.get("coming")), row.get("coming")),
        ]
        body.append(
            {
                "id": name,
                "drawn": drawn.get(name),
                "spark": figures.spark(row.get("spark") or [], words("spark_label", id=name)),
                "skill": forest({"value": row.get("skill"), "low": row.get("low"), "high": row.get("high")}, reach),
                "by": finite(row.get("skill")),
                "cells": [{"text": text, "by": finite(by)} for _, text, by in cells],
            }
        )
    heads = [words("series"), words("col_spark"), words("col_skill"), words("col_sharp"), "MASE"]
    return {
        "rows": body,
        "heads": [*heads, words("col_held"), words("col_last"), words("col_coming")],
        "more": words("series_more", shown=len(rows), n=count) if isinstance(count, int) and count > len(rows) else "",
        "csv": csv({key: value for key, value in row.items() if key != "spark"} for row in rows),
    }


def rows_of_skill(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give each series' skill as a row with a value, for the scale that all share."""
    return [{"value": row.get("skill")} for row in rows]
