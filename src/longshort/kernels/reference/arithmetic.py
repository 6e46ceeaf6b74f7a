"""What all cells are made of: the logistic function, each member's matrix product, and their gradients."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import Weights

Array = NDArray[np.floating[Any]]


def sigmoid(x: Array) -> Array:
    """Squash into (0, 1) without overflow: 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2."""
    squashed: Array = 0.5 * (1.0 + np.tanh(0.5 * x))
    return squashed


def affine(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    """Multiply each member's rows `[member, batch, in]` by its own weight `[member, out, in]` and add its bias."""
    shift = bias if isinstance(bias, float) else bias[:, None, :]
    product: Array = np.einsum("mbf,mof->mbo", x, weight) + shift
    return product


def affine_gradient(x: Array, weight: Array, d_sums: Array) -> tuple[Array, Array, Array]:
    """Give the gradients of `affine`'s x, weight and bias, `d_sums` being that of its result."""
    d_x: Array = np.einsum("mbo,mof->mbf", d_sums, weight)
    d_weight: Array = np.einsum("mbo,mbf->mof", d_sums, x)
    return d_x, d_weight, d_sums.sum(axis=1)


def sums(x: Array, hidden: Array, weights: Weights) -> Array:
    """Add what comes from the input and what comes from the state, W x + U h + b, `[member, batch, gate * hidden]`."""
    return affine(x, weights["input_weight"], weights["bias"]) + affine(hidden, weights["recurrent_weight"])


def sums_gradient(x: Array, hidden: Array, weights: Weights, d_sums: Array) -> tuple[Array, Array, dict[str, Array]]:
    """Give the gradients of x, of the hidden state and of the weights of `sums`."""
    d_x, d_input_weight, d_bias = affine_gradient(x, weights["input_weight"], d_sums)
    d_hidden, d_recurrent_weight, _ = affine_gradient(hidden, weights["recurrent_weight"], d_sums)
    return d_x, d_hidden, {"input_weight": d_input_weight, "recurrent_weight": d_recurrent_weight, "bias": d_bias}
