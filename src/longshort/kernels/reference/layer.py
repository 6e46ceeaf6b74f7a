"""The loop over time, forwards and backwards, for any cell."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import Cell, State, Weights
from longshort.kernels.reference.arithmetic import Array
from longshort.kernels.reference.gru import gru_step, gru_step_gradient
from longshort.kernels.reference.lstm import lstm_step, lstm_step_gradient
from longshort.kernels.reference.rnn import rnn_step, rnn_step_gradient


class Moment(NamedTuple):
    """One position: which rows still run (`[member, batch, 1]`), what they read, the states around it, the gates."""

    runs: NDArray[np.bool_]
    x: Array
    before: State
    step: Any
    after: State


def step(cell: Cell, x: Array, state: State, weights: Weights) -> tuple[Any, State]:
    """Advance the named cell by one position; gives all that it computed, and the new state."""
    if cell == "lstm":
        lstm = lstm_step(x, state, weights)
        return lstm, (lstm.hidden, lstm.memory)
    if cell == "gru":
        gru = gru_step(x, state, weights)
        return gru, (gru.hidden,)
    rnn = rnn_step(x, state, weights, nonlinearity=cell.removeprefix("rnn_"))
    return rnn, (rnn.hidden,)


def step_gradient(
    cell: Cell, x: Array, state: State, weights: Weights, step: Any, d_state: State
) -> tuple[Array, dict[str, Array], State]:
    """Lead the gradient of the named cell's new state back to the input, the weights and the state before."""
    if cell == "lstm":
        return lstm_step_gradient(x, state, weights, step, d_state)
    if cell == "gru":
        return gru_step_gradient(x, state, weights, step, d_state)
    return rnn_step_gradient(x, state, weights, step, d_state, nonlinearity=cell.removeprefix("rnn_"))


def moments(cell: Cell, inputs: Array, weights: Weights, initial: State | None, lengths: Any) -> Iterator[Moment]:
    """Walk over the positions; a row behind its own end holds its state and reads zeros, whatever lies there."""
    members, time, batch, _ = inputs.shape
    zeros = np.zeros((members, batch, weights["recurrent_weight"].shape[-1]), inputs.dtype)
    state = initial or ((zeros, zeros) if cell == "lstm" else (zeros,))
    ends = np.full((members, batch), time) if lengths is None else np.asarray(lengths)
    for position in range(time):
        runs = (position < ends)[:, :, None]
        x = np.where(runs, inputs[:, position], np.zeros_like(inputs[:, position]))
        made, new = step(cell, x, state, weights)
        after = tuple(np.where(runs, n, s) for n, s in zip(new, state, strict=True))
        yield Moment(runs, x, state, made, after)
        state = after


def layer(
    cell: Cell, inputs: Array, weights: Weights, initial: State | None = None, lengths: Any = None
) -> tuple[Array, State]:
    """Run one layer over time; see `longshort.kernels.layer`."""
    states = [moment.after for moment in moments(cell, inputs, weights, initial, lengths)]
    return np.stack([state[0] for state in states], axis=1), states[-1]


def layer_gradient(
    cell: Cell,
    inputs: Array,
    weights: Weights,
    initial: State | None,
    lengths: Any,
    d_outputs: Array,
    d_final: State,
) -> tuple[Array, dict[str, Array], State]:
    """Give the gradients of the inputs, of each weight and of the initial state: back through time, step by step.

    `d_outputs` and `d_final` are those of `layer`'s two results. Where a row is behind its end its inputs get zero,
    and what arrives there flows on to the state that it holds.
    """
    d_inputs = np.empty_like(inputs)
    d_weights = {name: np.zeros_like(weight) for name, weight in weights.items()}
    d_state = d_final
    walk = list(moments(cell, inputs, weights, initial, lengths))
    for position, moment in reversed(list(enumerate(walk))):
        d_state = (d_state[0] + d_outputs[:, position], *d_state[1:])
        d_moved = tuple(np.where(moment.runs, d, np.zeros_like(d)) for d in d_state)
        d_x, d_own, d_before = step_gradient(cell, moment.x, moment.before, weights, moment.step, d_moved)
        d_inputs[:, position] = d_x
        for name, part in d_own.items():
            d_weights[name] += part
        d_state = tuple(np.where(moment.runs, b, d) for b, d in zip(d_before, d_state, strict=True))
    return d_inputs, d_weights, d_state
