"""How a member's parameters begin."""

import numpy as np

from longshort.nn import stack as stacks
from longshort.nn.heads import initial_bias
from longshort.nn.initialisers import Parameters, glorot, orthogonal_gates
from longshort.nn.network import TAIL, Network, layer_name, parameter_shapes, tail
from longshort.seeding import generator


def initialise(network: Network, seed: int) -> Parameters:
    """Draw one member's parameters.

    Input weights are uniform after Glorot & Bengio (2010), recurrent weights orthogonal per gate (Saxe et al. 2014),
    biases zero but for an LSTM's forget gate (`forget_bias`; Jozefowicz et al. 2015); the readout's bias is what makes
    the head begin near the standard normal distribution. Each parameter is drawn from its own name, so that one more
    layer leaves the others as they were.
    """
    parameters = {}
    for name, shape in parameter_shapes(network).items():
        if name.startswith(TAIL):
            continue
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
    if (behind := tail(network.model)) is not None:
        parameters |= {TAIL + name: value for name, value in stacks.initialise(behind, seed).items()}
    if network.cell == "lstm":
        hidden = network.model.hidden_size
        for layer in range(network.model.num_layers):
            parameters[layer_name(layer, "bias")][hidden : 2 * hidden] = network.model.forget_bias
    return parameters
