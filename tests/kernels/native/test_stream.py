import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.kernels import CELLS, layer, weight_shapes
from longshort.kernels.native import stream
from longshort.native import calls
from longshort.native.library import ISAS, why_not

WHY_NOT = {isa: why_not(isa) for isa in ISAS}
ABLE = [isa for isa in ISAS if WHY_NOT[isa] is None]
pytestmark = pytest.mark.skipif(not ABLE, reason=f"native kernels do not run here: {WHY_NOT['portable']}")
CHUNK = 32  # rows that the compiled code takes through a layer together


def network(cell, inputs, hidden, layers=1, outputs=1, members=1, seed=0):
    """Draw members as a shape and each one's parameters."""
    random = np.random.default_rng(seed)
    shape = stream.StreamShape(inputs, hidden, layers, outputs)
    scale = 1.0 / np.sqrt(hidden)  # so that a long ReLU recurrence does not explode
    drawn = [[scale * random.normal(size=sizes) for sizes in shape.parameters(cell)] for _ in range(members)]
    return shape, [[part.astype(np.float32) for part in parts] for parts in drawn]


def defined(cell, shape, members, rows):
    """Compute what each member says after the last row by the definition, in double precision."""
    said = []
    for parts in members:
        *weights, readout, bias = (part.astype(np.float64) for part in parts)
        x = rows.astype(np.float64)[None, :, None]
        for number in range(shape.layers):
            names = weight_shapes(cell, 1, 1)
            own = weights[number * len(names) : (number + 1) * len(names)]
            x, _ = layer("reference", cell, x, {name: w[None] for name, w in zip(names, own, strict=True)})
        said.append(readout @ x[0, -1, 0] + bias)
    return np.stack(said)


def rows_of(inputs, times, seed=1):
    return np.random.default_rng(seed).normal(size=(times, inputs)).astype(np.float32)


@pytest.mark.parametrize("isa", ABLE)
@pytest.mark.parametrize("cell", CELLS)
@settings(max_examples=25, deadline=None)
@given(
    inputs=st.integers(1, 40),
    hidden=st.sampled_from([1, 2, 7, 8, 9, 16, 31, 50, 64, 97, 128, 257]),
    layers=st.integers(1, 5),
    outputs=st.integers(1, 70),
    members=st.integers(1, 9),
    times=st.integers(1, 70),
)
def test_any_size_goes_on_as_the_definition_does(isa, cell, inputs, hidden, layers, outputs, members, times):
    parts, rows = network(cell, inputs, hidden, layers, outputs, members), rows_of(inputs, times)
    said = stream.NativeStream(isa, cell, *parts).window(rows)
    wanted = defined(cell, *parts, rows)
    np.testing.assert_allclose(said, wanted, rtol=0, atol=1e-5 * max(1.0, np.abs(wanted).max()))


@pytest.mark.parametrize("isa", ABLE)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("times", [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_row_after_row_is_a_window_bit_for_bit(isa, cell, times):
    parts, rows = network(cell, 3, 20, layers=3, outputs=7, members=2), rows_of(3, times)
    one, other = (stream.NativeStream(isa, cell, *parts) for _ in range(2))
    for row in rows:
        said = one.step(row)
    np.testing.assert_array_equal(said, other.window(rows))
    np.testing.assert_array_equal(one.step(rows[0]), other.step(rows[0]))  # the states too


@pytest.mark.parametrize("cell", CELLS)
def test_a_stream_at_rest_has_seen_nothing(cell):
    parts, rows = network(cell, 2, 12, layers=2), rows_of(2, 10)
    going = stream.NativeStream(ABLE[-1], cell, *parts)
    first = going.window(rows).copy()
    assert (going.window(rows) != first).any()
    going.rest()
    np.testing.assert_array_equal(going.window(rows), first)


def test_a_member_says_in_company_what_it_says_alone():
    shape, parameters = network("lstm", 2, 10, layers=2, outputs=3, members=4)
    rows = rows_of(2, 40)
    together = stream.NativeStream(ABLE[-1], "lstm", shape, parameters).window(rows)
    for k in range(4):
        alone = stream.NativeStream(ABLE[-1], "lstm", shape, parameters[k : k + 1]).window(rows)
        np.testing.assert_array_equal(together[k : k + 1], alone)


def test_nothing_is_written_beside_what_a_stream_owns():
    going = stream.NativeStream(ABLE[-1], "gru", *network("gru", 3, 5, outputs=3, members=2))
    guarded = np.full(2 * 3 + 16, np.nan, np.float32)
    going.compiled.longshort_stream_step(going._given[0], calls.address(going.row), calls.address(guarded[8:]))
    assert np.isnan(guarded[:8]).all() and np.isfinite(guarded[8:14]).all() and np.isnan(guarded[14:]).all()


def test_parameters_that_do_not_fit_the_shape_are_refused():
    shape, (parts,) = network("lstm", 3, 4)
    for wrong in ([parts[:-1]], [[*parts[:-1], parts[0]]], [parts, parts[::-1]]):
        with pytest.raises(ValueError, match="the parameters of a lstm of"):
            stream.NativeStream(ABLE[-1], "lstm", shape, wrong)
    with pytest.raises(ValueError, match="0 members of"):
        stream.NativeStream(ABLE[-1], "lstm", shape, [])


def test_a_member_that_is_not_there_is_not_packed():
    going = stream.NativeStream(ABLE[-1], "lstm", *network("lstm", 3, 4, members=2))
    for member in (-1, 2):
        assert going.compiled.longshort_stream_pack(going._given[0], member, None) == calls.Status.REFUSED


def test_parameters_may_lie_anyhow_and_are_copied():
    shape, (parts,) = network("gru", 3, 9, layers=2)
    turned = [np.asfortranarray(part.astype(np.float64)) for part in parts]
    going = stream.NativeStream(ABLE[-1], "gru", shape, [turned])
    for part in turned:
        part[:] = np.nan
    other = stream.NativeStream(ABLE[-1], "gru", shape, [parts])
    np.testing.assert_array_equal(going.window(rows_of(3, 5)), other.window(rows_of(3, 5)))


def test_numbers_that_are_none_do_not_hide():
    going = stream.NativeStream(ABLE[-1], "lstm", *network("lstm", 1, 9, layers=2))
    assert np.isnan(going.step([np.nan])).all()


def test_rows_of_another_width_and_windows_without_rows_are_refused():
    going = stream.NativeStream(ABLE[-1], "lstm", *network("lstm", 3, 4))
    with pytest.raises(ValueError, match=r"rows are \[time, 3\], not \(5, 2\)"):
        going.window(rows_of(2, 5))
    with pytest.raises(ValueError, match="a window without rows"):
        going.window(rows_of(3, 0))
    with pytest.raises(ValueError, match="broadcast"):
        going.step([1.0, 2.0])


@pytest.mark.parametrize("value", [0, -1, 2**31 - 1])
@pytest.mark.parametrize("field", ["inputs", "hidden", "layers", "outputs", "members"])
def test_sizes_are_checked_before_memory_is_touched(field, value):
    refused(field, value)


@pytest.mark.parametrize(("field", "value"), [("cell", -1), ("cell", 4), ("memory", None), ("bytes", 0), ("bytes", 99)])
def test_unknown_cells_and_missing_memory_are_refused(field, value):
    refused(field, value)


def refused(field, value):
    going = stream.NativeStream(ABLE[-1], "rnn_tanh", *network("rnn_tanh", 1, 4))
    setattr(going.described, field, value)
    with pytest.raises(ValueError, match="refused"):
        going.rest()
    with pytest.raises(ValueError, match="refused"):
        going.step([0.0])
