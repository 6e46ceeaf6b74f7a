"""How strongly the end of a sequence depends on its beginning, in a network that was trained."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.nn.stack import Recurrent
from longshort.sequences.estimator import Estimator
from longshort.sequences.inputs import read


def reach(network: Estimator, inputs: NDArray[np.float32]) -> float:
    """Measure dh_T / dh_1 by its largest singular value, averaged over sequences `[sequence, time, feature]`.

    h_1 is the hidden state of the first recurrent layer behind the first step, h_T that of the last layer behind the
    last step; the memory behind the first step is held. The same as `learn.memory.reach`, which knows one layer of a
    native cell, but for any cell and depth, by PyTorch's gradients. Of several members the first is measured.
    """
    import torch

    from longshort.nn.stack.forward import Pass, forward

    stack, sequences = network.network_, network.inputs_.take(read(inputs)).values.reshape(inputs.shape)
    last = max(number for number, layer in enumerate(stack.layers) if isinstance(layer, Recurrent))
    first = next(name for name, layer in stack.kinds() if isinstance(layer, Recurrent))
    body = msgspec.structs.replace(stack, layers=stack.layers[: last + 1])
    weights = {name: torch.tensor(value) for name, value in network.parameters_[0].items()}
    norms: list[float] = []
    for sequence in sequences:
        begun = Pass("torch")
        size = int(forward(body, weights, torch.tensor(sequence[None, :1]), None, begun).shape[-1])
        # the whole Jacobian matrix goes back at once: a copy of the sequence for each of its rows
        states: dict[str, Any] = {
            name: tuple(part.detach().expand(-1, size, -1).contiguous() for part in state)
            for name, state in begun.final.items()
        }
        hidden = states[first][0].requires_grad_()
        way = Pass("torch", initial=states)
        ends = forward(body, weights, torch.tensor(sequence[None, 1:]).expand(size, -1, -1), None, way)[:, -1]
        (rows,) = torch.autograd.grad(ends, hidden, torch.eye(size))
        norms.append(float(torch.linalg.matrix_norm(rows[0], 2)))
    return float(np.mean(norms))
