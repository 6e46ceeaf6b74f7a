"""What comes out of each layer, and how many parameters it has: the table that one prints of a network."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

import numpy as np

from longshort.errors import SettingsError
from longshort.nn import variants
from longshort.nn.stack.layers import (
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Image,
    Layer,
    MaxPool,
    Pool,
    Recurrent,
    Stack,
)

Shape = tuple[int | None, ...]
Weights = dict[str, tuple[int, ...]]
BUFFERS = ("running_mean", "running_variance")  # what a step measures and no gradient moves


def output_shapes(stack: Stack) -> list[Shape]:
    """Give the shape behind each layer, without the batch; SettingsError where a layer cannot follow the one before.

    >>> output_shapes(Stack(inputs=(28, 28), layers=(Recurrent(hidden_size=5), Pool(), Dense(units=10))))
    [(28, 5), (5,), (10,)]
    """
    shape, shapes = stack.inputs, []
    for name, layer in stack.kinds():
        try:
            shape = behind(layer, shape)
        except ValueError as error:
            raise SettingsError(
                f"layer {name!r} {error}, but what reaches it has the shape {shape}.",
                "Put the layers in another order: Pool() makes a vector of a sequence, Flatten() one of an image.",
            ) from None
        shapes.append(shape)
    return shapes


def weight_shapes(stack: Stack) -> dict[str, Weights]:
    """Give the shapes of each layer's weights by the layer's name and theirs."""
    before = [stack.inputs, *output_shapes(stack)]
    return {
        name: weights(layer, before[number], stack.vocabulary) for number, (name, layer) in enumerate(stack.kinds())
    }


def parameter_shapes(stack: Stack) -> dict[str, tuple[int, ...]]:
    """Give every parameter's shape in the order in which they are stored; what is measured, not learnt, comes last."""
    named = {f"{layer}.{weight}": shape for layer, own in weight_shapes(stack).items() for weight, shape in own.items()}
    return dict(sorted(named.items(), key=lambda item: item[0].endswith(BUFFERS)))


def count_parameters(stack: Stack) -> int:
    """Count the numbers that training changes."""
    return sum(row["parameters"] for row in layer_table(stack))


def layer_table(stack: Stack) -> list[dict[str, Any]]:
    """List the layers as one prints them: layer, output shape (None: the batch, or a time that varies), parameters."""
    own, shapes = weight_shapes(stack), output_shapes(stack)
    return [
        {
            "layer": name,
            "output_shape": [None, *shape],
            "parameters": sum(int(np.prod(s)) for w, s in own[name].items() if w not in BUFFERS),
        }
        for (name, _), shape in zip(stack.kinds(), shapes, strict=True)
    ]


@singledispatch
def behind(layer: Layer, shape: Shape) -> Shape:
    """Give the shape behind a layer; ValueError says what it needs."""
    raise NotImplementedError


@behind.register
def _(layer: Embedding, shape: Shape) -> Shape:
    return (*needs(shape, 1, "embeds tokens (time,)"), layer.size)


@behind.register
def _(layer: Recurrent, shape: Shape) -> Shape:
    time, _ = needs(shape, 2, "reads a sequence (time, features)")
    return time, layer.hidden_size * (2 if layer.bidirectional else 1)


@behind.register
def _(layer: Pool, shape: Shape) -> Shape:
    return needs(shape, 2, "pools a sequence (time, features)")[1:]


@behind.register
def _(layer: Dense, shape: Shape) -> Shape:
    if len(shape) > 2 or not shape or shape[-1] is None:
        raise ValueError("needs a vector or a sequence of vectors")
    return (*shape[:-1], layer.units)


@behind.register
def _(layer: Image, shape: Shape) -> Shape:
    height, width = needs(shape, 2, "sees rows (height, width * depth) as an image")
    if (width or 0) % layer.depth:
        raise ValueError(f"has a depth of {layer.depth}")
    return height, (width or 0) // layer.depth, layer.depth


@behind.register
def _(layer: Convolution, shape: Shape) -> Shape:
    height, width, _ = needs(shape, 3, "slides over an image (height, width, depth)")
    made = [slid(side, layer.size, layer.stride, layer.padding) for side in (height, width)]
    return (*made, layer.filters)


@behind.register
def _(layer: MaxPool, shape: Shape) -> Shape:
    height, width, depth = needs(shape, 3, "pools an image (height, width, depth)")
    return (slid(height, layer.size, layer.size, 0), slid(width, layer.size, layer.size, 0), depth)


@behind.register
def _(layer: Flatten, shape: Shape) -> Shape:
    if any(side is None for side in shape):
        raise ValueError("needs a fixed shape")
    return (int(np.prod([side or 1 for side in shape])),)


@behind.register(BatchNorm)
@behind.register(Dropout)
def _(layer: BatchNorm | Dropout, shape: Shape) -> Shape:
    return shape


def needs(shape: Shape, axes: int, what: str) -> Shape:
    """Give the shape where it has so many axes."""
    if len(shape) != axes:
        raise ValueError(what)
    return shape


def slid(side: int | None, size: int, stride: int, padding: int) -> int:
    """Count the places of a window that slides along one side."""
    places = ((side or 0) + 2 * padding - size) // stride + 1
    if places < 1:
        raise ValueError(f"needs an image of at least {size - 2 * padding} pixels a side")
    return places


def weights(layer: Layer, shape: Shape, vocabulary: int) -> Weights:
    """Give the shapes of a layer's weights, `shape` being what reaches it."""
    last = shape[-1] or 0
    if isinstance(layer, Embedding):
        return {"weight": (vocabulary, layer.size)}
    if isinstance(layer, Dense):
        return {"weight": (layer.units, last), "bias": (layer.units,)}
    if isinstance(layer, Convolution):
        return {"weight": (layer.filters, last, layer.size, layer.size), "bias": (layer.filters,)}
    if isinstance(layer, BatchNorm):
        return dict.fromkeys(("weight", "bias", *BUFFERS), (last,))
    if isinstance(layer, Recurrent):
        own = variants.weight_shapes(cell_of(layer), last, layer.hidden_size)
        backward = {f"backward.{name}": shape for name, shape in own.items()} if layer.bidirectional else {}
        return own | backward
    return {}


def cell_of(layer: Recurrent) -> str:
    """Name the kernel's cell: "rnn" is the one that bends by tanh."""
    return "rnn_tanh" if layer.cell == "rnn" else layer.cell


def reads_both_ways(layers: Iterable[Layer]) -> bool:
    """Say whether what stands behind these layers still is, half and half, a layer read forwards and backwards.

    The last step of such a sequence is behind its end for the one half and before its beginning for the other.
    """
    mixing = [layer for layer in layers if isinstance(layer, Recurrent | Dense)]
    return bool(mixing) and isinstance(mixing[-1], Recurrent) and mixing[-1].bidirectional
