"""Quantiles of windows: those of numpy, whoever computes them; the compiled twin with the bits of the definition."""

from ctypes import byref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.native.calls import Status, address
from longshort.native.selection import serving
from longshort.smoothing import quantiles, window_quantiles

MANY = settings(max_examples=80, deadline=None)
LEVELS = (0.05, 0.5, 0.8)
FINITE = st.one_of(st.floats(-1e6, 1e6), st.integers(-3, 3).map(float), st.sampled_from([0.0, -0.0, 5e-324, 1e300]))
ANY = st.one_of(FINITE, FINITE, FINITE, st.sampled_from([np.inf, -np.inf]))


@st.composite
def stretches(draw, count, most=30):
    """Draw stretches of so many values that mostly move on a little, sometimes jump, sometimes are empty."""
    low, high, ends = 0, 0, []
    for _ in range(draw(st.integers(1, most))):
        if draw(st.integers(0, 9)) == 0:
            low, high = draw(st.integers(0, count)), draw(st.integers(0, count))
        else:
            low, high = low + draw(st.integers(-1, 2)), high + draw(st.integers(-1, 3))
        low, high = min(max(low, 0), count), min(max(high, 0), count)
        ends.append((low, high))
    return np.array(ends).T


def defined(values, low, high, levels):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LONGSHORT_KERNEL", "reference")
        return window_quantiles(values, low, high, levels)


@MANY
@given(data=st.data(), values=st.lists(ANY, min_size=1, max_size=60), threads=st.integers(1, 3))
@pytest.mark.usefixtures("isa")
def test_the_compiled_twin_gives_the_bits_of_the_definition(bits, data, values, threads):
    values = np.array(values)
    low, high = data.draw(stretches(len(values)))
    levels = tuple(data.draw(st.lists(st.floats(0, 1), min_size=1, max_size=4)))
    found = window_quantiles(values, low, high, levels, threads)
    assert np.array_equal(bits(found), bits(defined(values, low, high, levels)))


@pytest.mark.parametrize("length", [1, 2, 7, 300, 2000])
@pytest.mark.usefixtures("isa")
def test_long_windows_that_slide_either_way_give_the_bits_of_the_definition(bits, length):
    random = np.random.default_rng(length)
    values = np.round(random.standard_t(3, 3000), 2)  # with many equal ones
    high = np.concatenate([np.arange(3000), np.arange(3000)[::-1], np.cumsum(random.integers(0, 9, 500)) % 3000])
    low = np.maximum(high - length, 0)
    found = window_quantiles(values, low, high, LEVELS, 2)
    assert np.array_equal(bits(found), bits(defined(values, low, high, LEVELS)))


@pytest.fixture(params=["native", "reference"])
def kernel(request, monkeypatch):
    monkeypatch.setenv("LONGSHORT_KERNEL", request.param if request.param == "reference" else "")


@MANY
@given(data=st.data(), values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
@pytest.mark.usefixtures("kernel")
def test_they_are_numpys(data, values):
    low, high = data.draw(stretches(len(values)))
    levels = tuple(data.draw(st.lists(st.floats(0, 1), min_size=1, max_size=4)))
    found = window_quantiles(np.array(values), low, high, levels)
    for begin, end, ours in zip(low, high, found, strict=True):
        expected = np.quantile(values[begin:end], levels) if begin < end else np.nan
        np.testing.assert_allclose(ours, np.broadcast_to(expected, len(levels)), rtol=1e-12, atol=1e-9)


@pytest.mark.usefixtures("kernel")
def test_a_stretch_with_a_nan_is_nan_and_its_neighbours_are_not():
    values, low, high = np.array([1.0, 2.0, np.nan, 4.0, 5.0]), np.array([0, 1, 2, 3]), np.array([2, 3, 3, 5])
    found = window_quantiles(values, low, high, (0.5,))
    np.testing.assert_array_equal(found[:, 0], [1.5, np.nan, np.nan, 4.5])


@pytest.mark.usefixtures("kernel")
def test_infinite_values_are_values():
    values, both = np.array([-np.inf, 1.0, np.inf, np.inf]), np.array([0])
    found = window_quantiles(values, both, both + 4, (0.0, 1 / 3, 0.5, 2 / 3, 0.9, 1.0))
    assert found.tolist() == [[-np.inf, 1.0, np.inf, np.inf, np.inf, np.inf]]
    assert np.isnan(window_quantiles(values, both, both + 2, (0.5,))).all()  # between minus infinity and one


@pytest.mark.usefixtures("kernel")
def test_nothing_gives_nothing():
    none, one = np.zeros(0, np.int64), np.zeros(1, np.int64)
    assert window_quantiles(np.arange(3.0), none, none, LEVELS).shape == (0, 3)
    assert window_quantiles(np.arange(3.0), one, one + 3, ()).shape == (1, 0)
    assert np.isnan(window_quantiles(np.zeros(0), one, one, LEVELS)).all()
    assert np.isnan(window_quantiles(np.arange(3.0), one + 2, one + 1, LEVELS)).all()


@pytest.mark.parametrize(
    ("low", "high", "levels", "said"),
    [
        ([-1], [2], (0.5,), "stretches lie between 0 and 3, not -1 and -1"),
        ([0, 1], [2, 4], (0.5,), "not 2 and 4"),
        ([0], [2], (0.5, 1.1), "levels lie between 0 and 1"),
        ([0], [2], (-0.1,), "levels lie between 0 and 1"),
        ([0], [2], (np.nan,), "levels lie between 0 and 1"),
    ],
)
@pytest.mark.usefixtures("kernel")
def test_stretches_and_levels_that_there_are_not_are_refused(low, high, levels, said):
    with pytest.raises(ValueError, match=said):
        window_quantiles(np.arange(3.0), np.array(low), np.array(high), levels)


def test_the_definition_does_not_depend_on_how_it_is_cut(monkeypatch):
    monkeypatch.setenv("LONGSHORT_KERNEL", "reference")
    values = np.random.default_rng(0).normal(size=200)
    high = np.arange(200)
    whole = window_quantiles(values, np.maximum(high - 20, 0), high, LEVELS)
    monkeypatch.setattr(quantiles, "BLOCK", 1)
    np.testing.assert_array_equal(window_quantiles(values, np.maximum(high - 20, 0), high, LEVELS), whole)


class Door:
    """Describe a small call whose parts may be changed, with results that show whether anybody wrote."""

    def __init__(self):
        self.arrays = {"values": np.arange(5.0), "low": np.array([0, 1]), "high": np.array([3, 4])}
        self.arrays |= {"levels": np.array([0.1, 0.5, 0.9]), "out": np.full((2, 3), 7.0)}
        self.working = np.full(4096, 0x5A, np.uint8)
        places = {name: address(array) for name, array in self.arrays.items()}
        self.call = quantiles.CWindowQuantiles(rows=5, stretches=2, count=3, threads=2, **places)
        self.call.memory, self.call.bytes = address(self.working), len(self.working)

    def ask(self):
        return quantiles.declare(serving()).longshort_quantiles(byref(self.call))

    def untouched(self):
        return (self.arrays["out"] == 7).all() and (self.working == 0x5A).all()


@pytest.mark.usefixtures("isa")
def test_what_fits_is_done():
    door = Door()
    assert door.ask() == Status.DONE
    np.testing.assert_allclose(door.arrays["out"], [[0.2, 1, 1.8], [1.2, 2, 2.8]])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, value) for field in ("stretches", "count", "threads") for value in (0, -1, 2**30 + 1)),
        ("rows", -1),
        ("rows", 3),
        ("rows", 2**40),
        ("bytes", 100),
        *((field, None) for field in ("values", "low", "high", "levels", "out", "memory")),
    ],
)
@pytest.mark.usefixtures("isa")
def test_sizes_and_places_that_cannot_be_are_refused_before_memory_is_touched(field, value):
    door = Door()
    setattr(door.call, field, value)
    assert door.ask() == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize(
    ("name", "value"),
    [("low", -1), ("low", 6), ("high", -1), ("high", 6), ("levels", 1.5), ("levels", np.nan), ("values", np.nan)],
)
@pytest.mark.usefixtures("isa")
def test_numbers_that_cannot_be_are_refused_before_memory_is_touched(name, value):
    door = Door()
    door.arrays[name][1] = value
    assert door.ask() == Status.REFUSED
    assert door.untouched()
