import math
from xml.etree import ElementTree

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st

from longshort.report import figures, svg
from longshort.report.figures.dates import session_ticks
from longshort.report.words import Words

FINITE = st.floats(-1e12, 1e12, allow_nan=False)


@given(FINITE, st.floats(1e-9, 1e12), st.integers(1, 8))
def test_ticks_lie_inside_and_are_few(low: float, width: float, count: int) -> None:
    high = low + width
    at = svg.ticks(low, high, count)
    slack = 1e-6 * (high - low) + 1e-9 * abs(low)
    assert all(low - slack <= tick <= high + slack for tick in at)
    assert len(at) <= 2 * count + 2


@given(st.lists(st.one_of(st.none(), FINITE), min_size=1))
def test_a_span_holds_all_its_values_and_is_never_empty(values: list[float | None]) -> None:
    low, high = svg.span(values)
    assert low < high
    assert all(low <= value <= high for value in values if value is not None)


@given(st.floats(0.01, 10), st.floats(0.01, 0.99))
def test_a_span_is_at_least_as_wide_as_asked(least: float, value: float) -> None:
    low, high = svg.span([value], pad=0.0, least=least)
    assert high - low >= least * (1 - 1e-9)


def test_a_line_is_broken_where_a_value_is_missing() -> None:
    scale = svg.Scale(0, 4, 0, 4)
    drawn = svg.line([(0, 0.0), (1, 1.0), (2, None), (3, 3.0)], scale, scale, "actual")
    assert 'd="M0 0L1 1M3 3"' in drawn


def test_words_from_outside_are_escaped_in_pictures() -> None:
    assert "<b>" not in svg.mark("circle", 0, 0, "own", '"<b>') + svg.text(0, 0, "<b>") + svg.picture(1, 1, '"<b>', [])


def test_every_model_has_its_own_shape() -> None:
    shapes = svg.shapes(sample.MODELS, "lstm")
    assert len(set(shapes.values())) == len(sample.MODELS)


@pytest.mark.parametrize(("size", "most"), [(20, 6), (250, 6), (250, 3), (1300, 8)])
def test_labels_of_sessions_are_few_and_in_order(size: int, most: int) -> None:
    ds = sample.summary()["series"][0]["test"]["ds"]
    labels = (ds * 4)[:size] if size > len(ds) else ds[:size]
    found = session_ticks(labels, Words(), most)
    assert 0 < len(found) <= most
    assert [at for at, _ in found] == sorted({at for at, _ in found})


def test_every_picture_is_well_formed_and_says_what_it_shows() -> None:
    summary, known = sample.summary(), Words()
    shapes = svg.shapes(sample.MODELS, "lstm")
    drawn = [
        figures.fan(summary["series"][0], known),
        figures.followed(summary["series"][0], known),
        figures.lag_profile(summary["lag"], "lstm", known),
        figures.coverage_by_step(summary["coverage"], "lstm", known),
        figures.nominal_empirical(summary["coverage"], "lstm", shapes, known),
        figures.reliability(summary["reliability"], "lstm", known),
        figures.error_by_step(summary["scores"], "rmse", "lstm", "naive", shapes, known),
        *(picture for _, picture in figures.fold_curves(summary["curves"], known)),
    ]
    for picture in drawn:
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert "nan" not in picture


def test_the_fan_opens_with_every_step() -> None:
    series = sample.summary()["series"][0]
    root = ElementTree.fromstring(figures.fan(series, Words()))
    widest = next(p for p in root.iter("{http://www.w3.org/2000/svg}polygon") if "r95" in p.get("class", ""))
    points = [tuple(map(float, point.split(","))) for point in widest.get("points", "").split()]
    heights = [
        max(y for x, y in points if math.isclose(x, at)) - min(y for x, y in points if math.isclose(x, at))
        for at in sorted({x for x, _ in points})
    ]
    assert heights[0] == 0
    assert heights == sorted(heights)
