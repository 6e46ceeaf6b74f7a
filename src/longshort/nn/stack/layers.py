"""The layers that a stack is made of, as plain data."""

import msgspec

from longshort.errors import SettingsError, nearest, quoted
from longshort.kernels import cells
from longshort.nn.initialisers import INITIALISERS
from longshort.nn.stack.bounds import Bias, Dropped, Momentum, Padding, Remembered, Side, Spread, Units, Width
from longshort.nn.variants import VARIANTS
from longshort.settings import refuse_beyond

ACTIVATIONS = ("identity", "relu", "tanh", "logistic", "softsign", "elu", "softplus", "arctan")
POOLS = ("last", "mean", "max")
CELLS = ("rnn", *cells.CELLS, *VARIANTS)


class Embedding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Turn each token into `size` numbers that are learnt (Bengio et al. 2003); the first layer."""

    size: Width


class Recurrent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Read a sequence step by step; gives the hidden state of every step.

    `cell` is one of the kernels' (lstm, gru, rnn) or of `nn.variants`. A bidirectional layer reads it from both ends
    and gives both hidden states, 2 * `hidden_size` numbers a step (Schuster & Paliwal 1997). The bias of a forget gate
    begins at `forget_bias` (Jozefowicz et al. 2015). With `chrono` the biases of all gates that keep or replace begin
    instead so that each unit remembers for its own number of steps, from 1 to `chrono` (Tallec & Ollivier 2018).
    """

    cell: str = "lstm"
    hidden_size: Width = 64
    bidirectional: bool = False
    forget_bias: Bias = 1.0
    chrono: Remembered | None = None


class Pool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Make one vector of a sequence: its last state (of what was read backwards: the first step's), mean or max."""

    over: str = "last"


class Dense(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Multiply by a matrix, add a bias, bend: applied to a vector, or to every step of a sequence."""

    units: Units
    activation: str = "identity"


class Image(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """See a sequence of rows as an image: (height, width * depth) becomes (height, width, depth)."""

    depth: Side = 1


class Convolution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Slide `filters` kernels of `size` x `size` over an image `[height, width, depth]` (as cross-correlation)."""

    filters: Width
    size: Side = 3
    stride: Side = 1
    padding: Padding = 0
    activation: str = "identity"


class MaxPool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Keep the largest of each `size` x `size` patch of an image."""

    size: Side = 2


class Flatten(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Lay an image or a sequence of fixed length out as one vector."""


class BatchNorm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Bring each feature to mean 0 and variance 1 within the batch, then scale and shift it (Ioffe & Szegedy 2015).

    In use the means and variances that were seen in training stand in, forgotten by `momentum` a step.
    """

    momentum: Momentum = 0.1
    activation: str = "identity"


class Dropout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="layer", tag=True):
    """Set a share of the values to 0 in training and enlarge the others (Srivastava et al. 2014)."""

    rate: Dropped


Layer = Embedding | Recurrent | Pool | Dense | Image | Convolution | MaxPool | Flatten | BatchNorm | Dropout


class Initial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how weights begin: by `name` with `scale` (see `nn.initial.draw`), or "auto", as suits each layer."""

    name: str = "auto"
    scale: Spread = 1.0


class Stack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe a network completely as layers upon layers: one member, as plain data.

    `inputs` is the shape of one example: (time, features) with None for a time that varies, or (time,) of tokens below
    `vocabulary`. `head` says what the last layer's numbers are: the logits of "classes" or "numbers".
    """

    inputs: tuple[int | None, ...]
    layers: tuple[Layer, ...]
    head: str = "classes"
    vocabulary: int = 0
    initial: Initial = Initial()

    def kinds(self) -> list[tuple[str, Layer]]:
        """Give each layer with its name among the parameters: its kind and its number, such as "dense2"."""
        return [(f"{type(layer).__name__.lower()}{number}", layer) for number, layer in enumerate(self.layers)]


def validate(stack: Stack) -> None:
    """Raise SettingsError where a setting is out of its range, or a layer cannot follow the one before."""
    from longshort.nn.stack.shapes import output_shapes

    if stack.initial.name not in ("auto", *INITIALISERS):
        known = ("auto", *INITIALISERS)
        raise SettingsError(f"there is no initialiser {stack.initial.name!r}.", nearest(stack.initial.name, known))
    for number, (name, layer) in enumerate(stack.kinds()):
        validate_layer(name, layer)
        if isinstance(layer, Embedding) and (number or stack.vocabulary < 1):
            raise SettingsError(f"layer {name!r} embeds tokens, and no tokens reach it.", "Put Embedding first.")
    output_shapes(stack)


def validate_activation(activation: str, what: str) -> None:
    """Raise SettingsError where there is no such activation."""
    if activation not in ACTIVATIONS:
        raise SettingsError(f"{what} is {quoted(activation)}, which there is not.", nearest(activation, ACTIVATIONS))


def validate_layer(name: str, layer: Layer) -> None:
    """Raise SettingsError, naming the layer, where one of its settings is out of range."""
    refuse_beyond(layer, name, typed="")
    validate_activation(getattr(layer, "activation", "identity"), f"activation of layer {name!r}")
    if isinstance(layer, Recurrent) and layer.cell not in CELLS:
        raise SettingsError(f"layer {name!r} has cell={layer.cell!r}, which there is not.", nearest(layer.cell, CELLS))
    if isinstance(layer, Pool) and layer.over not in POOLS:
        raise SettingsError(f"layer {name!r} pools over {layer.over!r}.", nearest(layer.over, POOLS))
