"""How much a recurrent network remembers: what is left after many steps, and how far back a gradient reaches.

Pure arithmetic on the reference kernels, in float64: each number of the page on the vanishing gradient comes from here.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from longshort.kernels.cells import Cell
from longshort.kernels.reference.arithmetic import Array, sigmoid
from longshort.kernels.reference.layer import layer, layer_gradient, moments, step_gradient
from longshort.nn.initial import initialise
from longshort.nn.network import Model, Network

Weights = Mapping[str, Array]


def left_over(factor: float, steps: int) -> Array:
    """Give what is left of 1 after 0, 1, ... `steps` multiplications by one factor, `[step]`.

    >>> f"{left_over(0.25, 10)[-1]:.1e}", f"{left_over(1.1, 60)[-1]:.2f}"
    ('9.5e-07', '304.48')
    """
    return np.asarray(factor ** np.arange(steps + 1.0))


def forget_gate(bias: float) -> float:
    """Give the forget gate of an LSTM whose weighted inputs are zero: the logistic function of its bias.

    >>> round(forget_gate(1.0), 3), f"{forget_gate(1.0) ** 60:.3e}"
    (0.731, '6.873e-09')
    """
    return float(sigmoid(np.array(bias)))


def bias_for(share: float, steps: int) -> float:
    """Give the forget bias with which `share` of the memory is left after so many steps of weighted inputs of zero.

    The gate must be share^(1/steps); the bias is its log-odds.

    >>> round(bias_for(0.5, 60), 2)
    4.46
    """
    gate = share ** (1.0 / steps)
    return float(np.log(gate / (1.0 - gate)))


def fresh_weights(
    cell: Cell, inputs: int, hidden_size: int, seed: int = 0, forget_bias: float = 1.0, gain: float = 1.0
) -> dict[str, Array]:
    """Draw the weights of one untrained layer as training does, in float64, with a leading member axis of 1.

    `gain` multiplies the recurrent weights, whose every gate begins as an orthogonal matrix.
    """
    model = Model(
        cell="rnn" if cell.startswith("rnn") else cell,  # type: ignore[arg-type]
        hidden_size=hidden_size,
        forget_bias=forget_bias,
        head="point",
    )
    drawn = initialise(Network(model=model, inputs=inputs, horizon=1, quantile_levels=()), seed)
    weights = {name.removeprefix("layer0."): value[None].astype(float) for name, value in drawn.items()}
    weights["recurrent_weight"] *= gain
    return {name: value for name, value in weights.items() if not name.startswith("readout")}


def reach(cell: Cell, inputs: Array, weights: Weights) -> dict[str, Array]:
    """Measure how strongly the last hidden state h_T depends on the state at each step before.

    `inputs` is one sequence `[time, feature]`. Gives the largest singular value of dh_T / dh_t ("hidden"), for t from 0
    (the state before the first input) to T, `[time + 1]`; for an LSTM also that of dh_T / dc_t ("memory"). The whole
    Jacobian matrix goes back through time at once, one row of it for each member of a batch (Bengio, Simard & Frasconi
    1994, Learning long-term dependencies with gradient descent is difficult, IEEE TNN 5(2)).
    """
    size = weights["recurrent_weight"].shape[-1]
    copies = np.repeat(inputs[None, :, None, :], size, axis=2)
    walk = list(moments(cell, copies, weights, None, None))
    d_state = (np.eye(size)[None], *(np.zeros((1, size, size)) for _ in walk[-1].after[1:]))
    norms = [[np.linalg.norm(part[0], 2) for part in d_state]]
    for moment in reversed(walk):
        _, _, d_state = step_gradient(cell, moment.x, moment.before, weights, moment.step, d_state)
        norms.append([np.linalg.norm(part[0], 2) for part in d_state])
    table = np.array(norms[::-1])
    return dict(zip(("hidden", "memory"), table.T, strict=False))


def gradient_by_step(cell: Cell, inputs: Array, weights: Weights, d_last: Array) -> Array:
    """Split the gradient of the recurrent weights by the time step at which they were used, `[time, row, hidden]`.

    Back-propagation through time: the same matrix acts at every step, so dJ/dW_h is a sum with one term a step
    (Werbos 1990, Backpropagation through time, Proc. IEEE 78(10)). `inputs` is one sequence `[time, feature]`, `d_last`
    the gradient of the loss with respect to the last hidden state, `[hidden]`.
    """
    walk = list(moments(cell, inputs[None, :, None, :], weights, None, None))
    d_state = (d_last[None, None, :], *(np.zeros_like(part) for part in walk[-1].after[1:]))
    terms = []
    for moment in reversed(walk):
        _, d_weights, d_state = step_gradient(cell, moment.x, moment.before, weights, moment.step, d_state)
        terms.append(d_weights["recurrent_weight"][0])
    return np.stack(terms[::-1])


def gradient_by_autograd(cell: Cell, inputs: Array, weights: Weights, d_last: Array) -> Array:
    """Give the gradient of the recurrent weights as PyTorch's automatic differentiation finds it, `[row, hidden]`.

    Arguments are those of `gradient_by_step`, whose terms it sums up.
    """
    import torch

    from longshort.kernels import layer as kernel

    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in weights.items()}
    outputs, _ = kernel("torch", cell, torch.tensor(inputs)[None, :, None, :], tensors)
    (outputs[0, -1, 0] * torch.tensor(d_last)).sum().backward()
    found = tensors["recurrent_weight"].grad
    assert found is not None
    return np.asarray(found[0].numpy())


def truncated(terms: Array, steps: int) -> tuple[float, float]:
    """Compare the gradient that looks back `steps` steps only with the whole one.

    Gives its length as a share of the whole one's, and the cosine of the angle between the two.

    >>> truncated(np.array([[1.0, 0.0], [0.0, 1.0]]), 1)[0].__round__(3)
    0.707
    """
    whole, part = terms.sum(axis=0).ravel(), terms[len(terms) - steps :].sum(axis=0).ravel()
    lengths = np.linalg.norm(whole), np.linalg.norm(part)
    cosine = float(whole @ part / (lengths[0] * lengths[1])) if min(lengths) > 0 else 0.0
    return float(lengths[1] / lengths[0]) if lengths[0] > 0 else 1.0, cosine


def descend(start: float, rate: float, steps: int, limits: Sequence[float | None], time: int = 60) -> Array:
    """Walk down the loss ½(h_T - 1)² of the one-weight network h_t = w h_{t-1}, h_0 = 1, from w = `start`.

    The cliff of Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, section 2.3.
    One walk for each limit: a gradient longer than it is shortened to it (None: not). Gives weight, loss and gradient
    before each of so many steps, `[limit, step, 3]`.
    """
    longest = np.array([np.inf if limit is None else limit for limit in limits])
    w, walked = np.full(len(limits), start), []
    for _ in range(steps):
        loss, slope = cliff(w, time)
        walked.append(np.stack([w, loss, slope], axis=-1))
        w = w - rate * np.clip(slope, -longest, longest)
    return np.stack(walked, axis=1)


def cliff(w: Array, time: int = 60) -> tuple[Array, Array]:
    """Give loss and slope of `descend`'s network at several weights, by the reference kernel of a rectified network.

    >>> cliff(np.array([1.0]))
    (array([0.]), array([0.]))
    """
    ones = np.ones((len(w), 1, 1))
    weights = {"input_weight": 0 * ones, "recurrent_weight": w[:, None, None] * ones, "bias": 0 * ones[:, 0]}
    nothing = np.zeros((len(w), time, 1, 1))
    outputs, (last,) = layer("rnn_relu", nothing, weights, (ones,))
    miss = last - 1.0
    _, slopes, _ = layer_gradient("rnn_relu", nothing, weights, (ones,), None, np.zeros_like(outputs), (miss,))
    return (0.5 * miss**2)[:, 0, 0], slopes["recurrent_weight"][:, 0, 0]
