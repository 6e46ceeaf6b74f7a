"""A network described once, as plain data: what it is, which parameters it has, how they begin."""

from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from longshort.errors import SettingsError
from longshort.kernels.cells import Cell, weight_shapes
from longshort.nn import stack as stacks
from longshort.nn.stack import BatchNorm, Dense, Dropout, Layer, Stack
from longshort.nn.stack.bounds import Bias, Dropped, LayerCount, Limit, Several, Width
from longshort.nn.stack.layers import validate_activation
from longshort.settings import refuse_beyond

TAIL = "tail."  # what stands between the last recurrent layer and the readout


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe the network that a recipe asks for.

    `num_layers` recurrent layers of `hidden_size` units, `dropout` (a share of the values) between them, and behind
    "each" of them where `dropout_after` says so; the bias of an LSTM's forget gate begins at `forget_bias`;
    `nonlinearity` is a plain RNN's. Behind the last one may stand `batch_norm`, then `dense` layers of so many units
    bent by `activation`. The `head` turns what comes out into a forecast of every step; `low` and `high` are
    the limits of a bounded head, in the target's unit.
    """

    cell: Literal["lstm", "gru", "rnn"] = "lstm"
    hidden_size: Width = 16
    num_layers: LayerCount = 1
    dropout: Dropped = 0.0
    forget_bias: Bias = 1.0
    nonlinearity: Literal["tanh", "relu"] = "tanh"
    dropout_after: Literal["between", "each"] = "between"
    batch_norm: bool = False
    dense: Annotated[tuple[Width, ...], Several] = ()
    activation: str = "relu"
    head: Literal["quantiles", "point", "student_t", "bounded"] = "quantiles"
    low: Limit | None = None
    high: Limit | None = None


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
    refuse_beyond(model, "model")
    validate_activation(model.activation, "model.activation")
    validate_limits(model)
    if (behind := tail(model)) is not None:
        stacks.validate(behind)


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
    behind = tail(network.model)
    own = {} if behind is None else {TAIL + name: shape for name, shape in stacks.parameter_shapes(behind).items()}
    measured = {name: own.pop(name) for name in list(own) if name.endswith(stacks.BUFFERS)}
    outputs = network.horizon * outputs_per_step(network)
    width = network.model.dense[-1] if network.model.dense else hidden
    return shapes | own | {"readout.weight": (outputs, width), "readout.bias": (outputs,)} | measured


def tail(model: Model) -> Stack | None:
    """Give what stands between the last recurrent layer and the readout; None where nothing does."""
    drop = [Dropout(rate=model.dropout)] if model.dropout and model.dropout_after == "each" else []
    norm = [BatchNorm()] if model.batch_norm else []
    dense = [Dense(units=units, activation=model.activation) for units in model.dense]
    layers: tuple[Layer, ...] = (*norm, *drop, *dense)
    return Stack(inputs=(None, model.hidden_size), layers=layers, head="numbers") if layers else None


def layer_table(network: Network, length: int) -> list[dict[str, Any]]:
    """List the layers as one prints them, for windows of so many rows: layer, output shape, parameters."""
    model, shapes = network.model, parameter_shapes(network)
    counts: dict[str, int] = {}
    for name, shape in shapes.items():
        if not name.endswith(stacks.BUFFERS):
            layer = ".".join(name.split(".")[: 2 if name.startswith(TAIL) else 1])
            counts[layer] = counts.get(layer, 0) + int(np.prod(shape))
    rows: list[dict[str, Any]] = []
    for number in range(model.num_layers):
        last = number == model.num_layers - 1
        made = [None, model.hidden_size] if last else [None, length, model.hidden_size]
        name = f"{model.cell}_{number + 1}"
        rows.append({"layer": name, "output_shape": made, "parameters": counts[f"layer{number}"]})
        if model.dropout and not last:
            rows.append({"layer": f"dropout_{number + 1}", "output_shape": made, "parameters": 0})
    behind = tail(model)
    own = [] if behind is None else stacks.layer_table(behind)
    rows += [{**row, "output_shape": [None, row["output_shape"][-1]]} for row in own]
    outputs = network.horizon * outputs_per_step(network)
    return [*rows, {"layer": "readout", "output_shape": [None, outputs], "parameters": counts["readout"]}]


def count_parameters(network: Network) -> int:
    """Count one member's numbers that training changes."""
    shapes = parameter_shapes(network).items()
    return sum(int(np.prod(shape)) for name, shape in shapes if not name.endswith(stacks.BUFFERS))


@lru_cache
def middle_level(levels: tuple[float, ...]) -> int:
    """Find the level nearest one half.

    >>> middle_level((0.1, 0.4, 0.9))
    1
    """
    return int(np.argmin(np.abs(np.asarray(levels) - 0.5)))
