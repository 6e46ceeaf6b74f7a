"""Every variant against its equations once more, in plain numpy, with every weight by its own name."""

import numpy as np
import pytest

from longshort.nn.variants import VARIANTS, blocks

EXACT = {"rtol": 0.0, "atol": 1e-12}


def logistic(x):
    return 1 / (1 + np.exp(-x))


def softsign(x):
    return x / (1 + np.abs(x))


def identity(x):
    return x


def of_block(problem, cell, name, x, h, member):
    """Give W x + U h + b of one gate."""
    hidden = problem.initial[0].shape[-1]
    rows = slice(blocks(cell).index(name) * hidden, (blocks(cell).index(name) + 1) * hidden)
    weights = {key: weight[member] for key, weight in problem.weights.items()}
    total = weights["input_weight"][rows] @ x + weights["bias"][rows]
    return total + weights["recurrent_weight"][rows] @ h if "recurrent_weight" in weights else total


def peephole(problem, number, c, member):
    hidden = len(c)
    return problem.weights["peephole_weight"][member][number * hidden : (number + 1) * hidden] * c


def greff(problem, cell, x, state, member, into=np.tanh, out_of=np.tanh, peepholes=("input", "forget", "output")):
    """Advance a vanilla LSTM with peepholes, but for what the cell's name says."""
    h, c = state[:2]
    a = {name: of_block(problem, cell, name, x, h, member) for name in blocks(cell)}
    if cell == "fgr":
        matrix = problem.weights["gate_weight"][member]
        n = len(h)
        for row, name in enumerate(("input", "forget", "output")):
            for column, gate in enumerate(state[2:]):
                a[name] = a[name] + matrix[row * n : row * n + n, column * n : column * n + n] @ gate
    seen = lambda name, c: peephole(problem, peepholes.index(name), c, member) if peepholes else 0.0  # noqa: E731
    i = 1.0 if cell == "nig" else logistic(a["input"] + seen("input", c))
    f = 1.0 if cell == "nfg" else 1 - i if cell == "cifg" else logistic(a["forget"] + seen("forget", c))
    c = f * c + i * into(a["cell"])
    o = 1.0 if cell == "nog" else logistic(a["output"] + seen("output", c))
    return (o * out_of(c), c, i, f, o) if cell == "fgr" else (o * out_of(c), c)


def chollet(problem, cell, x, state, member):
    h, c = state
    i, f, k, output = (of_block(problem, cell, name, x, h, member) for name in blocks(cell))
    output = np.tanh(output + problem.weights["carry_weight"][member] @ c)
    return output, logistic(i) * np.tanh(k) + c * logistic(f)


def cho(problem, cell, x, state, member):
    (h,) = state
    r = logistic(of_block(problem, cell, "reset", x, h, member))
    z = logistic(of_block(problem, cell, "update", x, h, member))
    return (z * h + (1 - z) * np.tanh(of_block(problem, cell, "new", x, r * h, member)),)


def feng_lstm(problem, cell, x, state, member):
    i, f, g = (of_block(problem, cell, name, x, None, member) for name in blocks(cell))
    i, f = logistic(i), logistic(f)
    return (f / (f + i) * state[0] + i / (f + i) * g,)


def feng_gru(problem, cell, x, state, member):
    z, g = (of_block(problem, cell, name, x, None, member) for name in blocks(cell))
    return ((1 - logistic(z)) * state[0] + logistic(z) * g,)


EQUATIONS = {
    "textbook": chollet,
    "gru_reset_before": cho,
    "min_lstm": feng_lstm,
    "min_gru": feng_gru,
}
ODYSSEY = {
    "peephole": {},
    "cifg": {"peepholes": ("input", "output")},
    "nig": {"peepholes": ("forget", "output")},
    "nfg": {"peepholes": ("input", "output")},
    "nog": {"peepholes": ("input", "forget")},
    "niaf": {"into": identity},
    "noaf": {"out_of": identity},
    "np": {"peepholes": ()},
    "fgr": {},
    "softsign": {"into": softsign, "out_of": softsign, "peepholes": ()},
}


@pytest.mark.parametrize("cell", VARIANTS)
@pytest.mark.parametrize("lengths", [False, True])
def test_values_are_those_of_the_equations_in_plain_numpy(draw, run, cell, lengths):
    problem = draw(cell)
    members, time, batch, _ = problem.inputs.shape
    outputs, final = run(cell, problem, lengths=lengths)
    for member, row in np.ndindex(members, batch):
        state = tuple(part[member, row] for part in problem.initial)
        for position in range(time):
            if not lengths or position < problem.lengths[member, row]:
                x = problem.inputs[member, position, row]
                if cell in ODYSSEY:
                    state = greff(problem, cell, x, state, member, **ODYSSEY[cell])
                else:
                    state = EQUATIONS[cell](problem, cell, x, state, member)
            np.testing.assert_allclose(outputs[member, position, row], state[0], **EXACT)
        for got, expected in zip(final, state, strict=True):
            np.testing.assert_allclose(got[member, row], expected, **EXACT)
