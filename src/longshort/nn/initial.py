"""How a member's parameters begin."""

import numpy as np
from numpy.typing import NDArray

from longshort.nn.heads import initial_bias
from longshort.nn.network import Network, layer_name, parameter_shapes
from longshort.seeding import generator

Parameters = dict[str, NDArray[np.float32]]


def initialise(network: Network, seed: int) -> Parameters:
    """Draw one member's parameters.

    Input weights are uniform after Glorot & Bengio (2010), recurrent weights orthogonal per gate (Saxe et al. 2014),
    biases zero but for an LSTM's forget gate (`forget_bias`; Jozefowicz et al. 2015); the readout's bias is what makes
    the head begin near the standard normal distribution. Each parameter is drawn from its own name, so that one more
    layer leaves the others as they were.
    """
    parameters = {}
    for name, shape in parameter_shapes(network).items():
        rng = generator(seed, "initialise", name)
        if name == "readout.bias":
            value = np.tile(initial_bias(network), network.horizon)
        elif name.endswith("bias"):
            value = np.zeros(shape)
        elif name.endswith("recurrent_weight"):
            value = orthogonal_gates(rng, shape)
        else:
            value = glorot(rng, shape, rows=shape[0] if name == "readout.weight" else network.model.hidden_size)
        parameters[name] = value.astype(np.float32)
    if network.cell == "lstm":
        hidden = network.model.hidden_size
        for layer in range(network.model.num_layers):
            parameters[layer_name(layer, "bias")][hidden : 2 * hidden] = network.model.forget_bias
    return parameters


def glorot(rng: np.random.Generator, shape: tuple[int, ...], rows: int) -> NDArray[np.float64]:
    """Draw uniform weights whose variance is 2 / (inputs + rows), `rows` being those of one gate."""
    limit = np.sqrt(6.0 / (shape[1] + rows))
    return rng.uniform(-limit, limit, shape)


def orthogonal_gates(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draw one random orthogonal matrix per gate and stack them."""
    hidden = shape[1]
    gates = []
    for _ in range(shape[0] // hidden):
        q, r = np.linalg.qr(rng.standard_normal((hidden, hidden)))
        gates.append(q * np.sign(np.diag(r)))
    return np.concatenate(gates)
