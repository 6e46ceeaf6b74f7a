"""The one place that chooses which code does the recurrent arithmetic, at the moment of the call."""

from dataclasses import dataclass
from typing import Literal

from longshort.errors import SettingsError
from longshort.language import Message, message
from longshort.native.library import ISAS, processor, why_not
from longshort.native.selection import VARIABLE, insisted, wanted

CACHED = 20_000  # time steps times sequences


@dataclass(frozen=True)
class Choice:
    """Who does the arithmetic, with which instructions (native only), and a sentence that says so and why."""

    backend: Literal["native", "torch", "reference"]
    isa: str | None
    sentence: Message


def choose() -> Choice:
    """Choose the best kernels that run here, or those that LONGSHORT_KERNEL names.

    Without the variable, a library that does not serve gives way to the next and at last to PyTorch, and the sentence
    says why. What the variable names is taken or refused: raises SettingsError.
    """
    said = wanted()
    if not said:
        return _best()
    if said == "reference":
        return Choice("reference", None, message("kernels.definition", variable=VARIABLE))
    if said == "torch":
        return Choice("torch", None, message("kernels.torch.said", variable=VARIABLE))
    isa = insisted(said)
    return Choice("native", isa, message("kernels.native.said", isa=isa, variable=VARIABLE))


def fastest_layer(cell: str, hidden_size: int, positions: int) -> str:
    """Name the backend of a single layer between PyTorch's own, where native kernels run.

    `positions` are time steps times sequences, 0 where sequences end at lengths of their own: PyTorch then walks step
    by step, with a backward pass quadratic in time. Measured otherwise (docs/log.md): its fused LSTM, which keeps what
    its gradient needs, is the faster of the two as a layer by itself until what it keeps outgrows the caches; its GRU
    only from 192 units on. A whole native step (`training.executor_native`) beats both.
    """
    if cell == "lstm":
        return "torch" if 0 < positions <= CACHED else "native"
    return "torch" if cell == "gru" and hidden_size > 192 and positions else "native"


def processor_isa() -> str:
    """Name the best instruction set of this processor, whichever kernels run; portable where nobody can be asked."""
    try:
        return processor()
    except SettingsError:
        return ISAS[0]


def _best() -> Choice:
    failed: list[str] = []
    for isa in reversed(ISAS[: ISAS.index(processor_isa()) + 1]):
        why = why_not(isa)
        if why is None:
            because = message("kernels.native.because", isa=isa, why=failed[0]) if failed else None
            return Choice("native", isa, because or message("kernels.native", isa=isa))
        failed.append(why)
    return Choice("torch", None, message("kernels.torch.because", why=failed[0]))
