"""Fixtures that the tests of kernels share."""

from typing import NamedTuple

import numpy as np
import pytest

from longshort.kernels import weight_shapes


class Problem(NamedTuple):
    """A layer's arguments as numpy arrays of float64, and gradients to lead back through it."""

    inputs: np.ndarray
    weights: dict
    initial: tuple | None
    lengths: np.ndarray | None
    d_outputs: np.ndarray
    d_final: tuple


@pytest.fixture(scope="session")
def draw():
    """Give a maker of problems; sizes are members, time, batch, inputs, hidden."""

    def make(cell, sizes=(2, 5, 3, 4, 6), seed=0, initial=True, lengths=True):
        members, time, batch, inputs, hidden = sizes
        random = np.random.default_rng(seed)
        scale = 1.0 / np.sqrt(hidden)  # so that a long ReLU recurrence does not explode
        shapes = weight_shapes(cell, inputs, hidden)

        def state():
            return tuple(random.normal(size=(members, batch, hidden)) for _ in range(2 if cell == "lstm" else 1))

        return Problem(
            inputs=random.normal(size=(members, time, batch, inputs)),
            weights={name: scale * random.normal(size=(members, *shape)) for name, shape in shapes.items()},
            initial=state() if initial else None,
            lengths=random.integers(1, time + 1, (members, batch)) if lengths else None,
            d_outputs=random.normal(size=(members, time, batch, hidden)),
            d_final=state(),
        )

    return make


@pytest.fixture(scope="session")
def autograd():
    """Give a function that runs a layer of tensors and leads the problem's gradients back through PyTorch.

    It returns numpy arrays by name: outputs and final state, and the gradients of inputs, weights and initial state.
    """

    import torch  # here: what needs no PyTorch must run without it

    def run(layer, problem):
        def leaf(array):
            return torch.tensor(array, requires_grad=True)

        inputs, weights = leaf(problem.inputs), {name: leaf(w) for name, w in problem.weights.items()}
        initial = None if problem.initial is None else tuple(map(leaf, problem.initial))
        outputs, final = layer(inputs, weights, initial, problem.lengths)
        ends = [torch.from_numpy(d) for d in (problem.d_outputs, *problem.d_final)]
        torch.autograd.backward([outputs, *final], ends)
        arrays = {"outputs": outputs, "d_inputs": inputs.grad}
        arrays |= {f"final {k}": part for k, part in enumerate(final)}
        arrays |= {f"d_{name}": weight.grad for name, weight in weights.items()}
        arrays |= {f"d_initial {k}": part.grad for k, part in enumerate(initial or ())}
        return {name: array.detach().numpy() for name, array in arrays.items()}

    return run
