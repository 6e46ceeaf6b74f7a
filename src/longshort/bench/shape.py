"""The shape of a network's work, and how many operations it takes: counted from its description, never written down."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
# sigmoids and hyperbolic tangents that one unit takes in one step
TRANSCENDENTALS = {"lstm": 5, "gru": 3, "rnn": 1}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Describe a network and what goes through it: by default the lecture's, the canonical job.

    `num_layers` layers of `hidden_size` units with dropout between them, one number read out of the last position of
    each of `windows` windows of `length` steps, `batch_size` of them at a time.
    """

    cell: Literal["lstm", "gru", "rnn"] = "lstm"
    hidden_size: int = 50
    num_layers: int = 4
    dropout: float = 0.2
    inputs: int = 1
    windows: int = 2708
    length: int = 60
    batch_size: int = 32


class Operations(NamedTuple):
    """Count floating-point operations (a product and a sum are two) and transcendental functions."""

    flops: int
    transcendentals: int


def forward(shape: Shape) -> Operations:
    """Count the operations of one pass over all windows.

    >>> forward(Shape(hidden_size=1, num_layers=1, windows=1, length=1))
    Operations(flops=18, transcendentals=5)
    """
    steps = shape.windows * shape.length
    hidden, gates = shape.hidden_size, GATES[shape.cell]
    recurrent = sum(_layer_inputs(shape, layer) + hidden for layer in range(shape.num_layers)) * gates * hidden
    functions = steps * shape.num_layers * hidden * TRANSCENDENTALS[shape.cell]
    return Operations(2 * (steps * recurrent + shape.windows * hidden), functions)


def training(shape: Shape) -> Operations:
    """Count the operations of one epoch: forward, and two products as large backward (weights, and what is below).

    What is below the first layer are the data, which need no gradient. The backward pass takes no transcendentals:
    slopes follow from the values.
    """
    once = forward(shape)
    unused = 2 * shape.windows * shape.length * shape.inputs * GATES[shape.cell] * shape.hidden_size
    return Operations(3 * once.flops - unused, once.transcendentals)


def _layer_inputs(shape: Shape, layer: int) -> int:
    return shape.hidden_size if layer else shape.inputs
