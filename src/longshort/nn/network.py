"""A network described once, as plain data: what it is, which parameters it has, how they begin."""

from functools import lru_cache
from typing import Literal

import msgspec
import numpy as np

from longshort.errors import SettingsError
from longshort.kernels.cells import Cell, weight_shapes


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe the network that a recipe asks for.

    `num_layers` recurrent layers of `hidden_size` units, `dropout` (a share of the values) between them; the bias of
    an LSTM's forget gate begins at `forget_bias`; `nonlinearity` is a plain RNN's. The `head` turns the hidden state
    into a forecast of every step; `low` and `high` are the limits of a bounded head, in the target's unit.
    """

    cell: Literal["lstm", "gru", "rnn"] = "lstm"
    hidden_size: int = 16
    num_layers: int = 1
    dropout: float = 0.0
    forget_bias: float = 1.0
    nonlinearity: Literal["tanh", "relu"] = "tanh"
    head: Literal["quantiles", "point", "student_t", "bounded"] = "quantiles"
    low: float | None = None
    high: float | None = None


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """Describe one member completely: the model, inputs per row, steps ahead, and levels of a quantile head."""

    model: Model
    inputs: int
    horizon: int
    quantile_levels: tuple[float, ...]

    @property
    def cell(self) -> Cell:
        """Name the kernel's cell: a plain RNN's carries its nonlinearity."""
        if self.model.cell == "rnn":
            return "rnn_relu" if self.model.nonlinearity == "relu" else "rnn_tanh"
        return self.model.cell


def validate(model: Model) -> None:
    """Raise SettingsError where a setting is out of its range or contradicts another."""
    for name in ("hidden_size", "num_layers"):
        if getattr(model, name) < 1:
            raise SettingsError(
                f"model.{name} is {getattr(model, name)}, but must be 1 or more.", f"Choose --set model.{name}=1"
            )
    if not 0.0 <= model.dropout < 1.0:
        raise SettingsError(
            f"model.dropout is {model.dropout}, but is a share of values from 0 to below 1.",
            "Choose --set model.dropout=0.1",
        )
    if not np.isfinite(model.forget_bias):
        raise SettingsError(f"model.forget_bias is {model.forget_bias}.", "Choose --set model.forget_bias=1.0")
    validate_limits(model)


def validate_limits(model: Model) -> None:
    """Raise SettingsError unless a bounded head, and only a bounded head, has two limits in order."""
    limits = (model.low, model.high)
    if model.head != "bounded":
        if limits != (None, None):
            raise SettingsError(
                f"model.low and model.high are the limits of a bounded head, but model.head is {model.head!r}.",
                "Choose --set model.head=bounded, or leave the limits out.",
            )
        return
    if model.low is None or model.high is None or not -np.inf < model.low < model.high < np.inf:
        raise SettingsError(
            f"a bounded head forecasts between two limits, but model.low is {model.low} and model.high {model.high}.",
            "Choose --set model.low=0.0 --set model.high=1.0",
        )


def layer_name(layer: int, weight: str) -> str:
    """Name one weight of one recurrent layer among a member's parameters."""
    return f"layer{layer}.{weight}"


def outputs_per_step(network: Network) -> int:
    """Count the numbers that the head needs for each step ahead (a Student-t: location, scale, degrees of freedom)."""
    return {"quantiles": len(network.quantile_levels), "student_t": 3}.get(network.model.head, 1)


def parameter_shapes(network: Network) -> dict[str, tuple[int, ...]]:
    """Give every parameter's shape, in the order in which they are stored; one member, no member axis.

    >>> model = Model(cell="rnn", hidden_size=4, num_layers=1, head="point")
    >>> parameter_shapes(Network(model=model, inputs=3, horizon=2, quantile_levels=()))["readout.weight"]
    (2, 4)
    """
    hidden = network.model.hidden_size
    shapes = {}
    for layer in range(network.model.num_layers):
        inputs = hidden if layer else network.inputs
        for name, shape in weight_shapes(network.cell, inputs, hidden).items():
            shapes[layer_name(layer, name)] = shape
    outputs = network.horizon * outputs_per_step(network)
    return shapes | {"readout.weight": (outputs, hidden), "readout.bias": (outputs,)}


def count_parameters(network: Network) -> int:
    """Count one member's numbers that training changes."""
    return sum(int(np.prod(shape)) for shape in parameter_shapes(network).values())


@lru_cache
def middle_level(levels: tuple[float, ...]) -> int:
    """Find the level nearest one half.

    >>> middle_level((0.1, 0.4, 0.9))
    1
    """
    return int(np.argmin(np.abs(np.asarray(levels) - 0.5)))
