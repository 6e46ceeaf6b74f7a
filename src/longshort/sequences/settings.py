"""What the sequence estimators are made of, as plain data nested by owner and equal to its TOML."""

from typing import Annotated, Literal

import msgspec

from longshort.data.tokenizers.tokenizer import Kind
from longshort.errors import SettingsError
from longshort.nn.stack import (
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    Initial,
    Layer,
    Pool,
    Recurrent,
    Stack,
    output_shapes,
    validate,
)
from longshort.nn.stack.bounds import Bias, Dropped, LayerCount, Remembered, Several, Spread, Width, Words
from longshort.nn.stack.layers import validate_activation
from longshort.settings import Seed
from longshort.training.settings import Training


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe the network: recurrent layers, then dense ones; or any `layers`, which then replace all but the last.

    `num_layers` recurrent layers of `cell` with `hidden_size` units, from both ends if `bidirectional`, `dropout`
    behind each, their gates' biases beginning by `forget_bias` or `chrono`; `pool` makes one vector of the sequence;
    `dense` layers of so many units bend by `activation`, behind `batch_norm` if asked. Texts are cut into `tokens` of
    a `vocabulary` of at most so many, each an `embedding` of so many numbers, with `embedding_dropout` behind (None: as
    anywhere); other inputs are brought to mean 0 and deviation 1 by `scale`: each feature, all together, or not.
    """

    cell: str = "lstm"
    hidden_size: Width = 64
    num_layers: LayerCount = 1
    bidirectional: bool = False
    forget_bias: Bias = 1.0
    chrono: Remembered | None = None
    dropout: Dropped = 0.0
    pool: Literal["last", "mean", "max"] = "last"
    dense: Annotated[tuple[Width, ...], Several] = ()
    activation: str = "relu"
    batch_norm: bool = False
    layers: Annotated[tuple[Layer, ...], Several] = ()
    initial: str = "auto"
    initial_scale: Spread = 1.0
    scale: Literal["each", "all", "none"] = "each"
    tokens: Kind = "characters"
    vocabulary: Words = 10_000
    embedding: Width = 64
    embedding_dropout: Dropped | None = None


TRAINING = Training(
    members=1, learning_rate=2e-3, weight_decay=0.01, batch_size=64, epochs=20, steps_per_epoch=None, validation=0.1
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold an estimator's settings: `seed` is the first member's."""

    seed: Seed = 0
    model: Model = Model()
    training: Training = TRAINING


def stack_of(
    model: Model,
    inputs: tuple[int | None, ...],
    outputs: int,
    *,
    head: str,
    vocabulary: int = 0,
    each_step: bool = False,
) -> Stack:
    """Build the network that a model describes: for one answer a sequence, or one for each of its steps.

    `inputs` is the shape of one sequence, as in `Stack`. Raises SettingsError where the model's layers do not give one
    vector a sequence, or a step.
    """
    validate_activation(model.activation, "activation")
    body = model.layers or (*embedded(model, vocabulary), *recurrent(model, each_step), *dense(model))
    stack = Stack(
        inputs=inputs,
        layers=(*body, Dense(units=outputs)),
        head=head,
        vocabulary=vocabulary,
        initial=Initial(name=model.initial, scale=model.initial_scale),
    )
    validate(stack)
    made = output_shapes(stack)[-2]
    if len(made) != 1 + each_step:
        wanted = "each step (leave Pool() out)" if each_step else "each sequence (put Pool() or Flatten() behind)"
        raise SettingsError(f"one vector is needed for {wanted}, but the layers give the shape {made}.", "See layers.")
    return stack


def embedded(model: Model, vocabulary: int) -> list[Layer]:
    """Put an embedding before tokens, with dropout of its own behind."""
    if not vocabulary:
        return []
    rate = model.dropout if model.embedding_dropout is None else model.embedding_dropout
    return [Embedding(size=model.embedding), *dropped(rate)]


def recurrent(model: Model, each_step: bool) -> list[Layer]:
    """Stack the recurrent layers, dropout behind each, and make one vector of the sequence unless each step counts."""
    one = Recurrent(
        cell=model.cell,
        hidden_size=model.hidden_size,
        bidirectional=model.bidirectional,
        forget_bias=model.forget_bias,
        chrono=model.chrono,
    )
    layers: list[Layer] = []
    for number in range(model.num_layers):
        layers.append(one)
        if number == model.num_layers - 1 and not each_step:
            layers.append(Pool(over=model.pool))
        layers += dropped(model.dropout)
    return layers


def dense(model: Model) -> list[Layer]:
    """Put the dense layers behind, each with batch norm and dropout if asked."""
    layers: list[Layer] = [BatchNorm()] if model.batch_norm else []
    for units in model.dense:
        layers += [Dense(units=units, activation=model.activation), *dropped(model.dropout)]
    return layers


def dropped(rate: float) -> list[Layer]:
    """Put dropout where it is wanted."""
    return [Dropout(rate=rate)] if rate else []
