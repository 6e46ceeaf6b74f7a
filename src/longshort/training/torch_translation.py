"""An encoder and a decoder through PyTorch: what they learn, and what they answer."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from longshort.data.sequences import Sequences
from longshort.nn import translation as translations
from longshort.nn.initialisers import Parameters
from longshort.nn.stack import BatchNorm
from longshort.nn.stack.forward import Pass
from longshort.nn.translation import Translation
from longshort.training.engine import Engine
from longshort.training.examples import Examples, Gathered
from longshort.training.executor_torch import Draw, Loss, as_tensor, masks
from longshort.training.torch_examples import over_blocks, put, shares


class TranslationProblem:
    """Say what a member learns from pairs of sequences: each symbol of the answer, those before it being given."""

    def __init__(self, translation: Translation, loss: str, examples: Examples, engine: Engine) -> None:
        self.translation, self.examples, self.engine = translation, examples, engine
        self.whole = any(isinstance(layer, BatchNorm) for layer in translation.encoder.layers)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Give every parameter's shape."""
        return translations.parameter_shapes(self.translation)

    def initial(self, seed: int) -> Parameters:
        """Draw the first parameters."""
        return translations.initialise(self.translation, seed)

    def parts(self, ends: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Cut a batch into parts of like lengths; batch norm wants it whole."""
        return shares(self.examples, ends, self.whole)

    def gather(self, ends: NDArray[np.int64], split: int) -> Gathered:
        """Gather examples; each belongs to one split as a whole."""
        return self.examples.gather(ends)

    def loss(self, parameters: Mapping[str, Tensor], batch: Gathered, draw: Draw | None) -> Loss:
        """Sum the cross-entropy over the symbols of the answers, their ends included."""
        device = self.engine.device
        way = Pass(self.engine.layers, None if draw is None else masks(draw, device))
        read = translations.encode(self.translation, parameters, *put(batch, device), way)
        targets = as_tensor(batch.targets, device).long()
        first = torch.full_like(targets[:, :1], self.translation.beginning)
        state = translations.begin(self.translation, parameters, read[0])
        given = torch.cat([first, targets[:, :-1]], dim=1)
        raw, _ = translations.decode(self.translation, parameters, given, read, state, self.engine.layers)
        each = functional.cross_entropy(raw.flatten(0, 1), targets.flatten(), reduction="none").view(targets.shape)
        if batch.counts is None:
            return Loss(each.sum(), float(each.numel()), way.measured)
        return Loss((each * as_tensor(batch.counts, device)).sum(), float(batch.counts.sum()), way.measured)


def translate(
    translation: Translation, parameters: Sequence[Parameters], inputs: Sequences, longest: int, engine: Engine
) -> list[NDArray[np.int64]]:
    """Answer each sequence: at each step the symbol that is likeliest on average over members, until the end.

    An answer has at most `longest` symbols.
    """
    answers: list[NDArray[np.int64]] = [np.empty(0, np.int64)] * len(inputs)
    members = [{name: as_tensor(value, engine.device) for name, value in member.items()} for member in parameters]

    def answer(chosen: NDArray[np.int64], data: Tensor, ends: Tensor | None) -> None:
        """Speak for one block, and cut each answer at its end."""
        said = spoken(translation, members, data, ends, longest, engine)
        for number, one in zip(chosen, said, strict=True):
            ended = np.flatnonzero(one == translation.end)
            answers[number] = one[: ended[0]] if len(ended) else one

    over_blocks(inputs, engine, answer)
    return answers


def spoken(
    translation: Translation,
    members: list[dict[str, Tensor]],
    inputs: Tensor,
    lengths: Tensor | None,
    longest: int,
    engine: Engine,
) -> NDArray[np.int64]:
    """Say symbol after symbol for a batch, `[example, symbol]`; what stands behind an end does not matter."""
    reads = [translations.encode(translation, member, inputs, lengths, Pass(engine.layers)) for member in members]
    states = [translations.begin(translation, m, read[0]) for m, read in zip(members, reads, strict=True)]
    symbol = torch.full((len(inputs), 1), translation.beginning, device=engine.device)
    said, ended = [], torch.zeros(len(inputs), dtype=torch.bool, device=engine.device)
    for _ in range(longest):
        chances = torch.zeros((), device=engine.device)
        for number, member in enumerate(members):
            raw, states[number] = translations.decode(
                translation, member, symbol, reads[number], states[number], engine.layers
            )
            chances = chances + raw[:, -1].softmax(dim=-1)
        symbol = chances.argmax(dim=-1, keepdim=True)
        said.append(symbol[:, 0])
        ended |= symbol[:, 0] == translation.end
        if bool(ended.all()):
            break
    return torch.stack(said, dim=1).cpu().numpy()
