"""An encoder and a decoder: from a sequence, a vector or an image to a sequence of another length.

The encoder is any stack (Sutskever et al. 2014; Cho et al. 2014). Where it gives a state for each step, the decoder
looks back at them by attention with a learnt product (Luong et al. 2015); where it gives one vector, that is all that
there is.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from longshort.errors import SettingsError
from longshort.nn import stack as stacks
from longshort.nn.initialisers import Parameters, draw, orthogonal_gates
from longshort.nn.stack import Stack, output_shapes
from longshort.nn.stack.bounds import Width
from longshort.nn.stack.initial import bias
from longshort.nn.stack.layers import Recurrent, validate_layer
from longshort.nn.stack.shapes import cell_of, reads_both_ways
from longshort.nn.variants import VARIANTS, state_names, weight_shapes
from longshort.seeding import generator
from longshort.settings import refuse_beyond

if TYPE_CHECKING:
    from torch import Tensor

    from longshort.nn.stack.forward import Pass

ENCODER = "encoder."


class Translation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe an encoder and a decoder of one recurrent layer; `vocabulary` counts the symbols of the answer.

    Behind them two more are numbered: the end (`vocabulary`), which the decoder may say, and the beginning, which it
    is given first.
    """

    encoder: Stack
    vocabulary: int
    decoder: Recurrent
    embedding: Width = 32
    head: str = "classes"

    @property
    def end(self) -> int:
        """Number the symbol that ends an answer."""
        return self.vocabulary

    @property
    def beginning(self) -> int:
        """Number the symbol that the decoder reads first."""
        return self.vocabulary + 1


def validate(translation: Translation) -> None:
    """Raise SettingsError where the encoder's layers do not fit, or the decoder would read its own future."""
    stacks.validate(translation.encoder)
    validate_layer("decoder", translation.decoder)
    refuse_beyond(translation, "translation", typed="")
    if translation.decoder.bidirectional:
        raise SettingsError("a decoder cannot read its answer backwards.", "Choose bidirectional=False for it.")


def sizes(translation: Translation) -> tuple[int, bool]:
    """Give how many numbers the encoder gives, and whether it gives them for each step."""
    shape = output_shapes(translation.encoder)[-1]
    return int(shape[-1] or 0), len(shape) == 2


def bridged(translation: Translation) -> tuple[str, ...]:
    """Name the parts of the decoder's state that begin as the encoder says; all others begin at zero."""
    cell = cell_of(translation.decoder)
    names = state_names(cell) if cell in VARIANTS else ("hidden", "memory")[: 2 if cell == "lstm" else 1]
    return tuple(name for name in names if name in ("hidden", "memory"))


def own_shapes(translation: Translation) -> dict[str, tuple[int, ...]]:
    """Give the shapes of the decoder's parameters."""
    summary, steps = sizes(translation)
    hidden, embedding = translation.decoder.hidden_size, translation.embedding
    weights = weight_shapes(cell_of(translation.decoder), embedding + summary, hidden)
    begun = len(bridged(translation)) * hidden
    shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (translation.vocabulary + 2, embedding)}
    shapes |= {"bridge.weight": (begun, summary), "bridge.bias": (begun,)}
    shapes |= {f"decoder.{name}": shape for name, shape in weights.items()}
    if steps:
        shapes |= {"attention.weight": (summary, hidden)}
        shapes |= {"combine.weight": (hidden, hidden + summary), "combine.bias": (hidden,)}
    return shapes | {
        "readout.weight": (translation.vocabulary + 1, hidden),
        "readout.bias": (translation.vocabulary + 1,),
    }


def parameter_shapes(translation: Translation) -> dict[str, tuple[int, ...]]:
    """Give every parameter's shape, those that are measured and not learnt last."""
    encoder = {ENCODER + name: shape for name, shape in stacks.parameter_shapes(translation.encoder).items()}
    together = own_shapes(translation) | encoder
    return dict(sorted(together.items(), key=lambda item: item[0].endswith(stacks.BUFFERS)))


def initialise(translation: Translation, seed: int) -> Parameters:
    """Draw one member's parameters: the encoder's as any stack's, the decoder's as a recurrent layer's."""
    parameters = {ENCODER + name: value for name, value in stacks.initialise(translation.encoder, seed).items()}
    hidden = translation.decoder.hidden_size
    for name, shape in own_shapes(translation).items():
        rng = generator(seed, "initialise", name)
        if name.startswith("decoder.") and len(shape) == 1:
            value = bias(translation.decoder, name.removeprefix("decoder."), shape, rng)
        elif len(shape) == 1:
            value = np.zeros(shape)
        elif name.endswith("recurrent_weight"):
            value = orthogonal_gates(rng, shape)
        elif name == "embedding.weight":
            value = draw("normal", 0.1, rng, shape, shape[1], shape[0])
        else:
            value = draw("xavier", 1.0, rng, shape, shape[1], hidden if name.startswith("decoder.") else shape[0])
        parameters[name] = value.astype(np.float32)
    return parameters


def layer_table(translation: Translation) -> list[dict[str, Any]]:
    """List the layers of encoder and decoder: layer, output shape, parameters."""
    rows = [{**row, "layer": ENCODER + row["layer"]} for row in stacks.layer_table(translation.encoder)]
    hidden = translation.decoder.hidden_size
    outputs = {
        "embedding": translation.embedding,
        "bridge": len(bridged(translation)) * hidden,
        "attention": sizes(translation)[0],
        "readout": translation.vocabulary + 1,
    }
    counts: dict[str, int] = {}
    for name, shape in own_shapes(translation).items():
        counts[name.partition(".")[0]] = counts.get(name.partition(".")[0], 0) + int(np.prod(shape))
    decoder = [
        {"layer": name, "output_shape": [None, None, outputs.get(name, hidden)], "parameters": count}
        for name, count in counts.items()
    ]
    return rows + decoder


def encode(
    translation: Translation,
    parameters: Mapping[str, "Tensor"],
    inputs: "Tensor",
    lengths: "Tensor | None",
    way: "Pass",
) -> tuple["Tensor", "Tensor | None", "Tensor | None"]:
    """Read the inputs: a vector that sums them up `[batch, number]`, and each step's own with where it counts."""
    from longshort.nn.stack.forward import before_ends, forward, pool

    own = {name.removeprefix(ENCODER): value for name, value in parameters.items() if name.startswith(ENCODER)}
    made = forward(translation.encoder, own, inputs, lengths, way)
    way.measured = {ENCODER + name: value for name, value in way.measured.items()}
    if made.dim() == 2:
        return made, None, None
    summary = pool(stacks.Pool(over="last"), made, lengths, reads_both_ways(translation.encoder.layers))
    return summary, made, None if lengths is None else before_ends(made, lengths)


def begin(translation: Translation, parameters: Mapping[str, "Tensor"], summary: "Tensor") -> tuple["Tensor", ...]:
    """Give the decoder's state before its first step, `[1, batch, hidden]` each."""
    import torch
    from torch.nn import functional

    made = torch.tanh(functional.linear(summary, parameters["bridge.weight"], parameters["bridge.bias"]))
    begun = tuple(part[None].contiguous() for part in torch.split(made, translation.decoder.hidden_size, -1))
    cell = cell_of(translation.decoder)
    others = len(state_names(cell)) - len(begun) if cell in VARIANTS else 0
    return begun + (torch.zeros_like(begun[0]),) * others


def decode(
    translation: Translation,
    parameters: Mapping[str, "Tensor"],
    symbols: "Tensor",
    read: tuple["Tensor", "Tensor | None", "Tensor | None"],
    state: tuple[Any, ...],
    layers: str,
) -> tuple["Tensor", tuple[Any, ...]]:
    """Read `symbols` `[batch, step]` and give the logits of what follows each, and the state behind the last."""
    import torch
    from torch.nn import functional

    from longshort.nn.stack.forward import Pass, one_way

    summary, steps, inside = read
    embedded = functional.embedding(symbols.long(), parameters["embedding.weight"])
    data = torch.cat([embedded, summary[:, None].expand(-1, embedded.shape[1], -1)], dim=-1)
    weights = {n.removeprefix("decoder."): p[None] for n, p in parameters.items() if n.startswith("decoder.")}
    outputs, state = one_way(translation.decoder, data.transpose(0, 1)[None], weights, None, Pass(layers), state)
    hidden = outputs[0].transpose(0, 1)
    if steps is not None:
        scores = functional.linear(hidden, parameters["attention.weight"]) @ steps.transpose(1, 2)
        if inside is not None:
            scores = scores.masked_fill(~inside[:, None], -torch.inf)
        context = scores.softmax(dim=-1) @ steps
        both = torch.cat([hidden, context], dim=-1)
        hidden = torch.tanh(functional.linear(both, parameters["combine.weight"], parameters["combine.bias"]))
    return functional.linear(hidden, parameters["readout.weight"], parameters["readout.bias"]), state
