"""Reading on and on: a language model's networks, their states kept from call to call."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.nn.initialisers import Parameters
from longshort.nn.stack import Stack
from longshort.sequences.labels import softmax

STREAMS, STEPS = 32, 64  # in how many a long text is read side by side, and how many tokens of each at a time


class Reader:
    """Read on through members, their states kept from call to call.

    `layers` names the backend of the recurrent layers, as in `nn.stack.forward.Pass`.
    """

    def __init__(self, stack: Stack, parameters: Sequence[Parameters], layers: str) -> None:
        import torch

        self.stack, self.layers = stack, layers
        self.members = [{name: torch.tensor(value) for name, value in member.items()} for member in parameters]
        self.states: list[dict[str, Any]] = [{} for _ in self.members]

    def read(self, tokens: NDArray[np.int32]) -> NDArray[np.float32]:
        """Read more tokens `[text, token]` and give the logits behind each, `[member, text, token, vocabulary]`."""
        import torch

        from longshort.nn.stack.forward import Pass, forward
        from longshort.training.executor_torch import one_thread

        answers = []
        with one_thread(), torch.inference_mode():
            for number, parameters in enumerate(self.members):
                way = Pass(self.layers, initial=self.states[number])
                answers.append(forward(self.stack, parameters, torch.tensor(tokens), None, way).numpy())
                self.states[number] = way.final
        return np.stack(answers)


def surprises(reader: Reader, tokens: NDArray[np.int32], past: int) -> NDArray[np.float64]:
    """Give minus the logarithm of each token's probability but the first's, averaged over members, in nats.

    A text of many tokens is cut into streams that are read side by side, each from `past` tokens at least before it
    counts (the first from the beginning); a short one is read as it is.
    """
    targets = len(tokens) - 1
    streams = int(np.clip(targets // (8 * past), 1, STREAMS))
    share = -(-targets // streams)
    width = min(share + past, targets)
    begins = np.clip(np.arange(streams) * share - past, 0, targets - width)
    costs = np.empty(targets)
    for step in range(0, width, STEPS):
        places = begins[:, None] + np.arange(step, min(step + STEPS, width))
        chances = softmax(reader.read(tokens[places])).mean(axis=0)
        found = np.take_along_axis(chances, tokens[places + 1][:, :, None].astype(np.int64), axis=-1)[:, :, 0]
        own = places // share == np.arange(streams)[:, None]
        costs[places[own]] = -np.log(found[own])
    return costs
