"""An epoch's sums are the same bits however its steps were cut: on any processor, whatever the numbers."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.training.engine import resolve_engine
from longshort.training.interruption import Interruption
from longshort.training.tally import Tally

pytestmark = pytest.mark.usefixtures("kernel")
STEPS = 9


def tally_of(network, training, windows, seed, cuts):
    """Give the sums over `STEPS` steps that were taken in stretches."""
    engine = resolve_engine("cpu", network, training)
    member, tally = engine.member(network, training, seed, windows), Tally()
    for steps in cuts:
        tally = member.advance(tally.steps, steps, 1, math.inf, Interruption(), tally)
    return tally


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), first=st.integers(1, STEPS - 2), second=st.data())
def test_sums_do_not_depend_on_where_an_epoch_was_cut(network_of, settings_of, windows, seed, first, second):
    network, training = network_of(), settings_of(steps_per_epoch=STEPS)
    middle = second.draw(st.integers(1, STEPS - first - 1))
    whole = tally_of(network, training, windows, seed, [STEPS])
    assert tally_of(network, training, windows, seed, [first, middle, STEPS - first - middle]) == whole
    assert tally_of(network, training, windows, seed, [1] * STEPS) == whole
    assert whole.steps == STEPS
    assert whole.norms > 0
