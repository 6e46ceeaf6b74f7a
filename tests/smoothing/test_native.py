"""The compiled twin: the bits of the definition on every instruction set that runs here, and its closed door."""

from ctypes import byref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.native.calls import Status, address
from longshort.native.selection import serving
from longshort.smoothing import SmoothingParameters, definition, forecasts, losses, native

pytestmark = pytest.mark.usefixtures("isa")

MANY = settings(max_examples=60, deadline=None)


@MANY
@given(data=st.data(), candidates=st.integers(1, 40), threads=st.integers(1, 4))
def test_losses_are_those_of_the_definition_bit_for_bit(panels, drawn_parameters, bits, data, candidates, threads):
    rows, states = data.draw(panels())
    parameters = data.draw(drawn_parameters((1, candidates)))
    wide = SmoothingParameters(*(np.repeat(array, len(rows), axis=0) for array in vars(parameters).values()))
    level, trend = (np.repeat(array[:, None], candidates, axis=1) for array in (states.level, states.trend))
    defined = definition.losses(rows, type(states)(**vars(states) | {"level": level, "trend": trend}), wide)
    found = losses(rows, states, parameters, threads)
    for one, other in zip(defined, vars(found).values(), strict=True):
        assert np.array_equal(bits(one.astype(float)), bits(other.astype(float)))


@MANY
@given(data=st.data(), horizon=st.integers(1, 9), threads=st.integers(1, 4))
def test_forecasts_are_those_of_the_definition_bit_for_bit(panels, drawn_parameters, bits, data, horizon, threads):
    rows, states = data.draw(panels())
    parameters = data.draw(drawn_parameters((len(rows),)))
    asked = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=len(rows.values), max_size=len(rows.values))))
    found = forecasts(rows, states, parameters, horizon, asked, threads)
    assert found.shape == (len(asked), horizon)
    if len(asked):
        assert np.array_equal(bits(definition.forecasts(rows, states, parameters, horizon, asked)), bits(found))


def test_numbers_too_small_for_full_precision_count(rows_of, states_of, parameters_of):
    rows = rows_of([5e-324, 1e-310, 1e-310])
    found = forecasts(rows, states_of(), parameters_of(alpha=0.5), 1)
    assert found[:, 0].tolist() == [0.0, 5e-311, 7.5e-311]


class Door:
    """Describe two small calls whose parts may be changed, with results that show whether anybody wrote."""

    def __init__(self, rows, states):
        held = {name: getattr(rows, name) for name in ("values", "sessions", "offsets")}
        held |= {name: getattr(states, name) for name in ("before", "season_offsets", "season", "seasonal")}
        self.arrays = {name: array.copy() for name, array in held.items()}
        self.given = {name: np.zeros((2, 3)) for name in ("alpha", "beta", "gamma", "phi", "level", "trend")}
        self.found = {name: np.full((2, 3), 7.0) for name in ("squares", "final_level", "final_trend")}
        self.found["count"], self.out, self.asked = np.full(2, 7), np.full((2, 4), 7.0), np.array([1, 4])
        self.working = np.full(1 << 16, 0x5A, np.uint8)
        self.rows = native.CSmoothingRows(series=2, rows=5, threads=2, **self.places(self.arrays))
        self.rows.memory, self.rows.bytes = address(self.working), len(self.working)
        self.trials = native.CSmoothingTrials(candidates=3, **self.places(self.given | self.found))
        ends = self.places({"asked": self.asked, "out": self.out} | self.given)
        self.forecasts = native.CSmoothingForecasts(count=2, horizon=4, **ends)

    def places(self, arrays):
        return {name: address(array) for name, array in arrays.items()}

    def call(self, name):
        function = getattr(native.declare(serving()), f"longshort_smoothing_{name}")
        return function(byref(self.rows), byref(self.trials if name == "losses" else self.forecasts))

    def untouched(self):
        results = [*self.found.values(), self.out]
        return all((array == 7).all() for array in results) and (self.working == 0x5A).all()


@pytest.fixture
def door(rows_of, states_of):
    return Door(rows_of([1.0, 2.0, 3.0], [4.0, 5.0]), states_of(2, seasonal=1, season=(0.0, 1.0)))


@pytest.mark.parametrize("name", ["losses", "forecasts"])
def test_what_fits_is_done_and_nothing_is_written_beyond(door, name):
    assert door.call(name) == Status.DONE
    assert not door.untouched()


WRONG_FIELDS = [
    *((part, size, value) for part, size in (("rows", "series"), ("rows", "rows")) for value in (0, -1, 2**40)),
    *(("rows", "threads", value) for value in (0, -1, 1025)),
    *(("rows", field, None) for field in ("values", "sessions", "offsets", "before", "season", "seasonal", "memory")),
    ("rows", "bytes", 100),
    *(("trials", "candidates", value) for value in (0, -1, 2**40)),
    *(("trials", field, None) for field in ("alpha", "beta", "gamma", "phi", "level", "trend", "squares", "count")),
    *(("forecasts", "horizon", value) for value in (0, -1, 2**40)),
    *(("forecasts", "count", value) for value in (-1, 6)),
    *(("forecasts", field, None) for field in ("alpha", "phi", "level", "asked", "out")),
]


@pytest.mark.parametrize(("part", "field", "value"), WRONG_FIELDS, ids=str)
def test_sizes_and_places_that_cannot_be_are_refused_before_memory_is_touched(door, part, field, value):
    setattr(getattr(door, part), field, value)
    for name in ("losses", "forecasts") if part == "rows" else (("losses",) if part == "trials" else ("forecasts",)):
        assert door.call(name) == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("offsets", 0, 1),
        ("offsets", 1, 6),
        ("offsets", 1, -1),
        ("offsets", 2, 4),
        ("season_offsets", 1, 5),
        ("season_offsets", 1, 0),
        ("season_offsets", 2, 2),
        ("seasonal", 0, 0),
        ("seasonal", 0, 3),
        ("seasonal", 1, -1),
    ],
)
def test_indices_that_lead_outside_are_refused_before_memory_is_touched(door, name, place, value):
    door.arrays[name][place] = value
    assert [door.call("losses"), door.call("forecasts")] == [Status.REFUSED] * 2
    assert door.untouched()


@pytest.mark.parametrize("asked", [(-1, 4), (1, 5), (4, 1), (1, 1)])
def test_rows_that_are_not_there_or_do_not_rise_are_refused(door, asked):
    door.asked[:] = asked
    assert door.call("forecasts") == Status.REFUSED
    assert door.untouched()
