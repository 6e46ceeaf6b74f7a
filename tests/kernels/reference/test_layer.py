import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.kernels import CELLS, layer, reference

pytestmark = pytest.mark.parametrize("cell", CELLS)


def close(got, expected, bound):
    """Compare within a share of the largest number."""
    np.testing.assert_allclose(got, expected, rtol=0.0, atol=bound * max(1.0, np.abs(expected).max()))


def by_name(d_inputs, d_weights, d_initial):
    gradients = {"d_inputs": d_inputs} | {f"d_{name}": d for name, d in d_weights.items()}
    return gradients | {f"d_initial {k}": d for k, d in enumerate(d_initial)}


@given(cut=st.integers(1, 5), members=st.integers(1, 3), seed=st.integers(0, 99))
def test_a_sequence_cut_in_two_goes_on_from_its_state(draw, cell, cut, members, seed):
    inputs, weights, *_ = draw(cell, (members, 6, 4, 2, 3), seed)
    whole, final = layer("reference", cell, inputs, weights)
    left, state = layer("reference", cell, inputs[:, :cut], weights)
    right, last = layer("reference", cell, inputs[:, cut:], weights, state)
    np.testing.assert_array_equal(np.concatenate([left, right], axis=1), whole)
    for got, expected in zip(last, final, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_row_depends_on_rows_up_to_it_and_on_nothing_else(draw, cell):
    inputs, weights, *_ = draw(cell, (1, 6, 4, 2, 3))
    before, _ = layer("reference", cell, inputs, weights)
    inputs[:, 3:] = 1e6
    after, _ = layer("reference", cell, inputs, weights)
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert not np.array_equal(before[:, 3], after[:, 3])


def test_a_row_with_a_length_is_the_row_cut_there_and_then_keeps_its_state(draw, cell):
    inputs, weights, initial, lengths, *_ = draw(cell)
    outputs, final = layer("reference", cell, inputs, weights, initial, lengths)
    for member, row in np.ndindex(lengths.shape):
        end = lengths[member, row]
        own = {name: weight[member : member + 1] for name, weight in weights.items()}
        start = tuple(part[member, row][None, None] for part in initial)
        alone, last = layer("reference", cell, inputs[member : member + 1, :end, row : row + 1], own, start)
        close(outputs[member, :end, row], alone[0, :, 0], 1e-14)
        for got, expected in zip(final, last, strict=True):
            close(got[member, row], expected[0, 0], 1e-14)
        assert (outputs[member, end:, row] == final[0][member, row]).all()


def test_lengths_that_are_all_full_change_no_bit(draw, cell):
    inputs, weights, initial, lengths, *_ = draw(cell)
    full, _ = layer("reference", cell, inputs, weights, initial, np.full_like(lengths, inputs.shape[1]))
    np.testing.assert_array_equal(full, layer("reference", cell, inputs, weights, initial)[0])


@settings(max_examples=50, deadline=None)  # the first call of PyTorch's takes its time
@given(
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 7), st.integers(1, 5), st.integers(1, 5), st.integers(1, 9)),
    seed=st.integers(0, 99),
    initial=st.booleans(),
    lengths=st.booleans(),
)
def test_values_and_gradients_are_those_of_pytorchs_own_layers(draw, autograd, cell, sizes, seed, initial, lengths):
    problem = draw(cell, sizes, seed, initial, lengths)
    expected = autograd(lambda *arguments: layer("torch", cell, *arguments), problem)
    outputs, final = reference.layer(cell, *problem[:4])
    got = by_name(*reference.layer_gradient(cell, *problem))
    got |= {"outputs": outputs} | {f"final {k}": part for k, part in enumerate(final)}
    assert set(expected) <= set(got)
    for name, array in expected.items():
        close(got[name], array, 1e-12)


@pytest.mark.parametrize("lengths", [False, True])
def test_the_gradient_is_the_slope_of_the_values(draw, cell, lengths):
    problem = draw(cell, lengths=lengths)
    d_inputs, d_weights, d_initial = reference.layer_gradient(cell, *problem)
    random = np.random.default_rng(3)

    def loss(inputs, weights, initial):
        outputs, final = reference.layer(cell, inputs, weights, initial, problem.lengths)
        of_final = sum((part * d).sum() for part, d in zip(final, problem.d_final, strict=True))
        return (outputs * problem.d_outputs).sum() + of_final

    def slope(change):
        return (loss(*change(1e-6)) - loss(*change(-1e-6))) / 2e-6

    inputs, weights, initial = problem[:3]
    way = random.normal(size=inputs.shape)
    got = slope(lambda far: (inputs + far * way, weights, initial))
    assert (d_inputs * way).sum() == pytest.approx(got, rel=1e-6)
    for name, weight in weights.items():
        way = random.normal(size=weight.shape)
        got = slope(lambda far, n=name, w=weight, way=way: (inputs, weights | {n: w + far * way}, initial))
        assert (d_weights[name] * way).sum() == pytest.approx(got, rel=1e-6)
    for k, part in enumerate(initial):
        way = random.normal(size=part.shape)
        moved = lambda far, k=k, way=way: tuple(p + far * way * (j == k) for j, p in enumerate(initial))  # noqa: E731
        got = slope(lambda far, moved=moved: (inputs, weights, moved(far)))
        assert (d_initial[k] * way).sum() == pytest.approx(got, rel=1e-6)


def test_what_lies_behind_a_rows_end_does_not_matter_and_gets_no_gradient(draw, cell):
    problem = draw(cell)
    behind = np.arange(problem.inputs.shape[1])[None, :, None] >= problem.lengths[:, None, :]
    spoilt = problem._replace(inputs=np.where(behind[..., None], np.nan, problem.inputs))
    clean, dirty = (reference.layer(cell, *p[:4]) for p in (problem, spoilt))
    np.testing.assert_array_equal(clean[0], dirty[0])
    clean, dirty = (by_name(*reference.layer_gradient(cell, *p)) for p in (problem, spoilt))
    for name, array in clean.items():
        np.testing.assert_array_equal(dirty[name], array)
    assert behind.any()
    assert (clean["d_inputs"][behind] == 0.0).all()
    assert (clean["d_inputs"][~behind] != 0.0).any()


def test_a_gradient_of_a_later_output_flows_to_the_state_that_the_row_holds(draw, cell):
    problem = draw(cell)
    behind = np.arange(problem.inputs.shape[1])[None, :, None] >= problem.lengths[:, None, :]
    late = np.where(behind[..., None], problem.d_outputs, 0.0)
    held = (problem.d_final[0] + late.sum(axis=1), *problem.d_final[1:])
    gathered = problem._replace(d_outputs=problem.d_outputs - late, d_final=held)
    expected = by_name(*reference.layer_gradient(cell, *gathered))
    for name, array in by_name(*reference.layer_gradient(cell, *problem)).items():
        close(array, expected[name], 1e-14)


def test_float32_stays_float32(draw, cell):
    problem = draw(cell)
    single = lambda arrays: tuple(array.astype("f4") for array in arrays)  # noqa: E731
    inputs, d_outputs = single([problem.inputs, problem.d_outputs])
    weights = {name: weight.astype("f4") for name, weight in problem.weights.items()}
    initial, d_final = single(problem.initial), single(problem.d_final)
    outputs, final = layer("reference", cell, inputs, weights, initial, problem.lengths)
    gradients = reference.layer_gradient(cell, inputs, weights, initial, problem.lengths, d_outputs, d_final)
    assert {array.dtype for array in (outputs, *final, *by_name(*gradients).values())} == {np.dtype("f4")}
