"""Problems that the tests of variants share."""

from typing import NamedTuple

import numpy as np
import pytest
import torch

from longshort.nn import variants
from longshort.nn.variants import state_names, weight_shapes


class Problem(NamedTuple):
    """A layer's arguments as numpy arrays of float64."""

    inputs: np.ndarray
    weights: dict
    initial: tuple
    lengths: np.ndarray


@pytest.fixture(scope="session")
def draw():
    """Give a maker of problems; sizes are members, time, batch, inputs, hidden."""

    def make(cell, sizes=(2, 5, 3, 4, 6), seed=0):
        members, time, batch, inputs, hidden = sizes
        random = np.random.default_rng(seed)
        return Problem(
            inputs=random.normal(size=(members, time, batch, inputs)),
            weights={
                name: 0.5 * random.normal(size=(members, *shape))
                for name, shape in weight_shapes(cell, inputs, hidden).items()
            },
            initial=tuple(random.uniform(-1, 1, (members, batch, hidden)) for _ in state_names(cell)),
            lengths=random.integers(1, time + 1, (members, batch)),
        )

    return make


@pytest.fixture(scope="session")
def run():
    """Give a function that runs a variant over a problem's arrays; it returns tensors."""

    def layer(cell, problem, initial=True, lengths=True):
        tensors = {name: torch.from_numpy(weight) for name, weight in problem.weights.items()}
        state = tuple(map(torch.from_numpy, problem.initial)) if initial else None
        ends = problem.lengths if lengths else None
        return variants.layer(cell, torch.from_numpy(problem.inputs), tensors, state, ends)

    return layer
