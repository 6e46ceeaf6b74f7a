"""Every engine gets the same windows."""

import numpy as np

from longshort.bench.data import walk, windows
from longshort.bench.shape import Shape
from longshort.bench.workers.ours import panel, recipe
from longshort.forecasting.dataset import build

SMALL = Shape(windows=11, length=5)


def test_windows_are_the_walk_and_targets_what_follows():
    values, (inputs, targets) = walk(SMALL), windows(SMALL)
    assert (inputs.shape, targets.shape) == ((11, 5, 1), (11, 1))
    for k in range(11):
        assert np.array_equal(inputs[k, :, 0], values[k : k + 5])
        assert targets[k, 0] == values[k + 5]


def test_our_recipe_learns_from_exactly_as_many_windows_as_the_canonical_job_has():
    shape = Shape()
    learnt = build(recipe(shape, "fp32", 1), panel(shape)).windows
    assert (len(learnt.train), len(learnt.validation), learnt.inputs.shape[1]) == (2708, 0, 1)
    assert (learnt.length, learnt.burn_in) == (60, 59)


def test_our_windows_hold_the_peers_numbers_up_to_their_scale():
    learnt = build(recipe(SMALL, "fp32", 1), panel(SMALL)).windows
    inputs, targets = windows(SMALL)
    ours = np.concatenate([learnt.inputs[learnt.train, 0], learnt.targets[learnt.train, 0]])
    theirs = np.concatenate([inputs[:, -1, 0], targets[:, 0]])
    assert np.corrcoef(ours, theirs)[0, 1] > 0.99999
