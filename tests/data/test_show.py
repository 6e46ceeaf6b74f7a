"""How a panel shows itself: everything escaped, nothing executed, the same numbers as in the data."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from longshort.data.panel import Column, Panel
from longshort.errors import DataError


def test_the_summary_says_what_the_panel_holds(prices: Callable[..., Panel]) -> None:
    about = json.loads(json.dumps(prices(series=2).summary(), allow_nan=False))
    assert (about["series"], about["rows"], about["from"], about["to"]) == (2, 240, "2020-01-01", "2020-04-29")
    assert (about["calendar"], about["target"]) == ("daily", "Close")
    assert [column["target"] for column in about["columns"]] == [True, False, False, False]


def test_names_from_a_file_are_escaped(prices: Callable[..., Panel]) -> None:
    evil = "<script>alert(1)</script>"
    panel = replace(prices(), ids=(evil,), columns=tuple(Column(f"{evil}{i}") for i in range(4)))
    html = panel._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_many_series_are_counted_and_not_listed(prices: Callable[..., Panel]) -> None:
    html = prices(series=13, rows=5)._repr_html_()
    assert "<td>S9</td>" in html
    assert "<td>S10</td>" not in html
    assert "and 3 more series" in html


def test_the_picture_is_of_the_series_that_was_named_and_breaks_at_blanks(prices: Callable[..., Panel]) -> None:
    panel = prices(series=2)
    assert panel.plot().svg == panel.plot("S0").svg != panel.plot("S1").svg
    assert panel.plot().svg.split('<path class="actual"')[1].count("M") == 1
    values = panel.values.copy()
    values[50] = np.nan
    assert panel.with_values(values).plot().svg.split('<path class="actual"')[1].count("M") == 2


def test_a_long_series_is_drawn_with_few_points(prices: Callable[..., Panel]) -> None:
    assert len(prices(rows=20_000).plot().svg) < 20_000


def test_a_series_that_is_not_there_is_refused(prices: Callable[..., Panel]) -> None:
    with pytest.raises(DataError, match="no series 'S7'"):
        prices().plot("S7")
    with pytest.raises(DataError, match="no row to draw"):
        prices().until(0).plot()


def test_a_panel_without_rows_shows_itself_too(prices: Callable[..., Panel]) -> None:
    assert "0 rows" in prices().until(0)._repr_html_()
