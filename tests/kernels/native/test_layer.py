"""Compiled layers against their definition, `kernels.reference`. Nothing here loads PyTorch: sanitizers run it too."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from longshort.kernels import CELLS, reference
from longshort.kernels.native import layer

pytestmark = pytest.mark.usefixtures("isa", "poisoned")

BOUNDS = {np.float64: 1e-10, np.float32: 1e-5}
# around the widths of registers and blocks; members, time, batch, inputs, hidden
SIZES = [
    (1, 1, 1, 1, 1),
    (1, 3, 1, 1, 7),
    (2, 4, 8, 5, 8),
    (1, 2, 9, 3, 15),
    (3, 5, 16, 2, 16),
    (1, 3, 17, 17, 17),
    (9, 2, 3, 1, 33),
    (1, 70, 5, 2, 4),
    (1, 2, 33, 40, 64),
    (1, 2, 5, 3, 65),
    (1, 2, 140, 2, 3),
    (1, 2, 3, 129, 128),
    (1, 2, 2, 3, 257),
]


@dataclass(frozen=True)
class Call:
    """What the two functions of a backend are given."""

    cell: str
    inputs: np.ndarray
    weights: dict
    initial: tuple | None
    lengths: np.ndarray | None
    d_outputs: np.ndarray
    d_final: tuple

    def to(self, kind):
        def cast(array):
            return np.ascontiguousarray(array, kind)

        return Call(
            self.cell,
            cast(self.inputs),
            {name: cast(weight) for name, weight in self.weights.items()},
            None if self.initial is None else tuple(map(cast, self.initial)),
            self.lengths,
            cast(self.d_outputs),
            tuple(map(cast, self.d_final)),
        )

    def only(self, member):
        def cut(array):
            return array[member : member + 1]

        return Call(
            self.cell,
            cut(self.inputs),
            {name: cut(weight) for name, weight in self.weights.items()},
            None if self.initial is None else tuple(map(cut, self.initial)),
            None if self.lengths is None else cut(self.lengths),
            cut(self.d_outputs),
            tuple(map(cut, self.d_final)),
        )

    def through(self, backend):
        """Give all results by name."""
        given = (self.cell, self.inputs, self.weights, self.initial, self.lengths)
        outputs, final, kept = backend.forward(*given, True)
        d_inputs, d_weights, d_initial = backend.gradient(*given, kept, outputs, self.d_outputs, self.d_final)
        states = {f"final {k}": part for k, part in enumerate(final)}
        states |= {f"d_initial {k}": part for k, part in enumerate(d_initial)}
        return {"outputs": outputs, "d_inputs": d_inputs, **states, **{f"d_{k}": v for k, v in d_weights.items()}}


@pytest.fixture(scope="session")
def call_of(draw):
    def make(cell, sizes, seed=0, initial=True, lengths=True):
        problem = draw(cell, sizes, seed, initial, lengths)
        return Call(cell, *problem)

    return make


def assert_near(ours, truth, bound):
    """Compare each array with the truth, relative to its largest number."""
    assert ours.keys() == truth.keys()
    for name, array in truth.items():
        assert ours[name].shape == array.shape, name
        largest = max(np.abs(array).max(), 1e-3)
        assert np.abs(ours[name] - array).max() <= bound * largest, name


def assert_same(ours, others):
    for name, array in others.items():
        np.testing.assert_array_equal(ours[name], array, err_msg=name)


def assert_defined(call, kind):
    call = call.to(kind)
    assert_near(call.through(layer), call.to(np.float64).through(reference), BOUNDS[kind])


@pytest.mark.parametrize("kind", BOUNDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("cell", CELLS)
def test_values_and_gradients_are_the_definitions(call_of, cell, sizes, kind):
    assert_defined(call_of(cell, sizes), kind)


@pytest.mark.parametrize("lengths", [False, True], ids=["whole rows", "lengths"])
@pytest.mark.parametrize("initial", [False, True], ids=["from zero", "from a state"])
@pytest.mark.parametrize("cell", CELLS)
def test_with_and_without_a_state_and_lengths(call_of, cell, initial, lengths):
    for kind in BOUNDS:
        assert_defined(call_of(cell, (2, 6, 11, 3, 10), 1, initial, lengths), kind)


@st.composite
def drawn_sizes(draw):
    """Draw sizes so that one example takes milliseconds."""
    hidden = draw(st.one_of(st.integers(1, 40), st.sampled_from([63, 64, 65, 96, 127, 128, 129, 200, 255, 256, 257])))
    inputs = draw(st.integers(1, 24))
    room = max(1_500_000 // (hidden * (hidden + inputs)), 1)
    members = draw(st.integers(1, min(9, room)))
    time = draw(st.integers(1, min(12, max(room // members, 1))))
    return members, time, draw(st.integers(1, min(75, max(room // members // time, 1)))), inputs, hidden


# derandomized: in single precision a sum of a ReLU may fall on the other side of zero, once in some thousand examples
@settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink an example takes minutes
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.sampled_from(CELLS),
    st.sampled_from(list(BOUNDS)),
    drawn_sizes(),
    st.integers(0, 2**20),
    st.booleans(),
    st.booleans(),
)
def test_sizes_that_nobody_thought_of(call_of, cell, kind, sizes, seed, initial, lengths):
    assert_defined(call_of(cell, sizes, seed, initial, lengths), kind)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_are_the_slopes_of_the_values(call_of, cell):
    call = call_of(cell, (2, 5, 6, 3, 5))
    gradients = {name: array for name, array in call.through(layer).items() if name.startswith("d_")}
    places = {"d_inputs": call.inputs} | {f"d_{name}": weight for name, weight in call.weights.items()}
    places |= {f"d_initial {k}": part for k, part in enumerate(call.initial)}
    assert places.keys() == gradients.keys()
    for name, array in places.items():
        direction = np.random.default_rng(1).normal(size=array.shape)
        if name == "d_inputs":  # behind the end of a row nothing counts
            runs = np.arange(5)[:, None] < call.lengths[:, None]
            direction *= runs[..., None]
        before = array.copy()
        losses = []
        for step in (1e-6, -1e-6):
            array[...] = before + step * direction
            losses.append(loss(call))
        array[...] = before
        assert (losses[0] - losses[1]) / 2e-6 == pytest.approx((gradients[name] * direction).sum(), rel=1e-6), name


def loss(call):
    """Weigh all outputs and the final state with the gradients that are led back."""
    outputs, final, _ = layer.forward(call.cell, call.inputs, call.weights, call.initial, call.lengths, False)
    total = (outputs * call.d_outputs).sum()
    return total + sum((part * d).sum() for part, d in zip(final, call.d_final, strict=True))


@pytest.mark.parametrize("kind", BOUNDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("cell", CELLS)
def test_the_number_of_threads_changes_no_bit(call_of, threads_of, cell, kind):
    call = call_of(cell, (3, 6, 70, 3, 13)).to(kind)
    threads_of(1)
    alone = call.through(layer)
    for threads in (2, 3, 8):
        threads_of(threads)
        assert_same(call.through(layer), alone)


@pytest.mark.parametrize("cell", CELLS)
def test_a_member_alone_is_the_member_in_company(call_of, threads_of, cell):
    threads_of(2)
    for kind in BOUNDS:
        call = call_of(cell, (3, 4, 19, 3, 13)).to(kind)
        crowd = call.through(layer)
        for member in range(3):
            alone = call.only(member).through(layer)
            assert_same(alone, {name: array[member : member + 1] for name, array in crowd.items()})


@pytest.mark.parametrize("cell", CELLS)
def test_a_row_alone_is_the_row_in_company(call_of, cell):
    call = call_of(cell, (1, 5, 37, 3, 13)).to(np.float32)
    crowd, final, _ = layer.forward(cell, call.inputs, call.weights, call.initial, call.lengths, False)
    for row in (0, 7, 8, 20, 36):
        one = slice(row, row + 1)
        initial = tuple(np.ascontiguousarray(part[:, one]) for part in call.initial)
        inputs, lengths = np.ascontiguousarray(call.inputs[:, :, one]), np.ascontiguousarray(call.lengths[:, one])
        alone, last, _ = layer.forward(cell, inputs, call.weights, initial, lengths, False)
        np.testing.assert_array_equal(alone, crowd[:, :, one])
        for part, whole in zip(last, final, strict=True):
            np.testing.assert_array_equal(part, whole[:, one])


@pytest.mark.parametrize("cell", CELLS)
def test_what_lies_behind_the_end_of_a_row_does_not_matter(call_of, cell):
    call = call_of(cell, (2, 6, 11, 3, 10))
    clean = call.through(layer)
    behind = np.arange(6)[:, None] >= call.lengths[:, None]
    call.inputs[behind] = np.nan
    assert_same(call.through(layer), clean)
    assert not clean["d_inputs"][behind].any()


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_given_is_never_written_to(call_of, cell):
    call = call_of(cell, (2, 4, 9, 3, 5))
    for array in (call.inputs, *call.weights.values(), *call.initial, call.lengths, call.d_outputs, *call.d_final):
        array.flags.writeable = False
    before = [call.inputs.copy(), *(weight.copy() for weight in call.weights.values())]
    call.through(layer)
    for array, kept in zip((call.inputs, *call.weights.values()), before, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn_tanh"])
@pytest.mark.parametrize("kind", BOUNDS, ids=lambda kind: kind.__name__)
def test_gates_may_be_as_wide_open_as_numbers_go(call_of, cell, kind):
    call = call_of(cell, (1, 3, 5, 2, 4)).to(kind)
    call.inputs[:] *= kind(1e4)
    truth = call.to(np.float64).through(reference)["outputs"]
    np.testing.assert_allclose(call.through(layer)["outputs"], truth, atol=BOUNDS[kind])
    call.inputs[:] *= kind(1e30)
    assert all(np.isfinite(array).all() for array in call.through(layer).values())


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_none_shows_in_its_own_row_and_no_other(call_of, cell, bad):
    call = call_of(cell, (1, 4, 11, 2, 5), lengths=False)
    clean = call.through(layer)["outputs"]
    call.inputs[0, 1, 3] = bad
    spoiled = call.through(layer)
    others = np.arange(11) != 3
    np.testing.assert_array_equal(spoiled["outputs"][:, :, others], clean[:, :, others])
    assert not np.isfinite(spoiled["d_input_weight"]).all()
    if np.isnan(bad):
        assert np.isnan(spoiled["outputs"][0, 1:, 3]).all()


def test_numbers_too_small_for_full_precision_do_no_harm_and_come_back_for_the_caller(call_of):
    call = call_of("lstm", (1, 4, 5, 2, 4)).to(np.float32)
    call.inputs[:] *= np.float32(1e-40)
    assert_defined(call, np.float32)
    assert np.float32(1e-40) * np.float32(0.5) > 0.0


@pytest.mark.parametrize("cell", CELLS)
def test_layers_whose_sizes_no_call_takes_are_refused(cell):
    inputs = np.broadcast_to(np.float32(0.0), (2**20, 2**12, 1, 1))
    weights = {"recurrent_weight": np.broadcast_to(np.float32(0.0), (2**20, 1, 1))}
    call = layer.describe(cell, inputs, inputs, 1, None, None)
    assert weights
    with pytest.raises(ValueError, match="beyond the native kernels: 1 rows, 1 units"):
        layer.run("longshort_layer_forward", call)
