"""A network as layers upon layers, described once as plain data; `forward` gives it life through PyTorch."""

from longshort.nn.stack.initial import initialise
from longshort.nn.stack.layers import (
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Image,
    Initial,
    Layer,
    MaxPool,
    Pool,
    Recurrent,
    Stack,
    validate,
)
from longshort.nn.stack.shapes import BUFFERS, count_parameters, layer_table, output_shapes, parameter_shapes

__all__ = [
    "BUFFERS",
    "BatchNorm",
    "Convolution",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "Image",
    "Initial",
    "Layer",
    "MaxPool",
    "Pool",
    "Recurrent",
    "Stack",
    "count_parameters",
    "initialise",
    "layer_table",
    "output_shapes",
    "parameter_shapes",
    "validate",
]
