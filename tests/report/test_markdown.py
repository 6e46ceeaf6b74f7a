from copy import deepcopy

import sample

from longshort.report import markdown


def test_it_says_the_verdict_the_forecast_the_tables_and_the_command() -> None:
    text = markdown(sample.summary()).replace("\u00a0", " ")
    for part in (
        "No skill shown:",
        "Is the point forecast better than every simple one? Not shown. Details of point.",
        "| 18 Jan 2019 |",
        "| **lstm** |",
        "longshort backtest",
    ):
        assert part in text


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    summary = deepcopy(sample.summary())
    for row in summary["scores"] + summary["skill"]:
        for key in ("model", "baseline"):
            if row.get(key) == "drift":
                row[key] = "pipe | and\nline `code` <b>"
    blocks = markdown(summary).split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("| ")]
    assert len(tables) >= 4
    for lines in tables:
        cells = {line.replace("\\|", "").count("|") for line in lines}
        assert len(cells) == 1, lines


def test_series_that_are_not_drawn_are_counted() -> None:
    assert "4 more series" in markdown(sample.summary(series=16))
