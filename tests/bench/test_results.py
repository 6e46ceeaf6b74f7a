"""From seconds to ratios and floors."""

import pytest

from longshort.bench.jobs import Part
from longshort.bench.machine import Peak, floor
from longshort.bench.results import compare, document, floors, ours_beside_ours, timing
from longshort.bench.shape import Operations, Shape, training

PART = Part("the job", "epoch", "epoch", Shape())


def row(name, precision, threads, seconds, what="the job"):
    return {"what": what, "name": name, "precision": precision, "threads": threads, "seconds": seconds}


ROWS = [
    row("longshort", "fp32", 2, 2.0),
    row("longshort", "mixed", 2, 1.0),
    row("torch", "fp32", 2, 10.0),
    row("torch", "fp32", 1, 8.0),
    row("torch", "bf16", 2, 7.0),
    row("torch", "bf16", 1, 6.0),
    row("torch", "fp32", 2, 0.1, what="another"),
]


def test_float32_is_compared_at_the_same_threads_and_the_best_at_any():
    assert compare(PART, ROWS, "torch", 2)["ratio"] == {"fp32": 5.0, "best": 6.0}


def test_where_one_side_has_no_time_there_is_no_ratio():
    assert compare(PART, ROWS[:2], "torch", 2)["ratio"] == {"fp32": None, "best": None}
    assert compare(PART, ROWS[2:], "torch", 2)["ratio"] == {"fp32": None, "best": None}


def test_the_median_does_not_follow_one_disturbed_repeat():
    assert timing([1.0, 9.0, 1.2]) == {"seconds": 1.2, "low": 1.0, "high": 9.0, "repeats": 3}


def test_products_and_functions_add_up_to_the_floor():
    assert floor(Operations(200, 30), Peak(100.0, 10.0)) == 5.0
    expected = training(Shape()).flops / 1e9 + training(Shape()).transcendentals / 1e6
    assert floors(PART, Peak(1e9, 1e6))["floor"]["fp32"] == pytest.approx(expected)


def test_the_floor_of_mixed_precision_has_the_peak_of_tiles_or_is_none():
    assert floor(Operations(200, 30), Peak(100.0, 10.0, 400.0), "mixed") == 3.5
    assert floors(PART, Peak(1e9, 1e6, 4e9))["floor"]["mixed"] < floors(PART, Peak(1e9, 1e6))["floor"]["fp32"]
    assert floors(PART, Peak(1e9, 1e6))["floor"]["mixed"] is None


def test_without_a_measured_peak_there_is_no_floor():
    assert floors(PART, None)["floor"]["fp32"] is None


def test_the_documents_ratio_and_floor_are_the_first_parts():
    parts = [{"what": k, "ratio": {"fp32": k, "best": k}, "floor": {"fp32": k, "mixed": None}} for k in (1, 2)]
    found = document("large", "torch", parts, [], [], [], {})
    assert (found["ratio"]["fp32"], found["floor"]["fp32"]) == (1, 1)


def test_members_are_set_beside_one_member():
    parts = [Part("8 members", "many", "epoch", Shape(), 8), Part("one", "many", "epoch", Shape(), alone=True)]
    rows = [row("longshort", "fp32", 2, 3.0, "8 members"), row("longshort", "fp32", 2, 4.0, "one")]
    assert ours_beside_ours(parts, rows) == [{"what": "8 members", "against": "one", "times": 0.75}]
    assert ours_beside_ours([PART], ROWS) == []
