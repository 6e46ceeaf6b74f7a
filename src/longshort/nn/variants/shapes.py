"""Names, parts and shapes of the variants, without PyTorch."""

from dataclasses import dataclass

from longshort.kernels import cells

GATES = ("input", "forget", "output")
LSTM = ("input", "forget", "cell", "output")


@dataclass(frozen=True)
class Odyssey:
    """Describe a variant of the LSTM by what it leaves out or puts in.

    `blocks` are the gates, and the cell's candidate, that have weights, in the order in which those are stacked:
    a gate that is missing stands open (1). With `peepholes` each gate also sees the memory, unit by unit: input and
    forget gate the one before, the output gate the new one (Gers & Schmidhuber 2000). `coupled`: the forget gate is
    1 - the input gate. `gates_recur`: each gate sees all three gates of the step before, through full matrices.
    `into` and `out_of` bend what enters and what leaves the memory.
    """

    blocks: tuple[str, ...] = LSTM
    peepholes: bool = True
    coupled: bool = False
    gates_recur: bool = False
    into: str = "tanh"
    out_of: str = "tanh"


# Greff et al. 2015, "LSTM: A Search Space Odyssey": each is its vanilla LSTM, which has peepholes, but for one thing.
# "np" is therefore the plain LSTM. Softsign instead of tanh is taken of the plain one, as the lecture advises it.
ODYSSEY = {
    "peephole": Odyssey(),
    "cifg": Odyssey(blocks=("input", "cell", "output"), coupled=True),
    "nig": Odyssey(blocks=("forget", "cell", "output")),
    "nfg": Odyssey(blocks=("input", "cell", "output")),
    "nog": Odyssey(blocks=("input", "forget", "cell")),
    "niaf": Odyssey(into="identity"),
    "noaf": Odyssey(out_of="identity"),
    "np": Odyssey(peepholes=False),
    "fgr": Odyssey(gates_recur=True),
    "softsign": Odyssey(peepholes=False, into="softsign", out_of="softsign"),
}
OTHERS = {
    "textbook": LSTM,
    "gru_reset_before": ("reset", "update", "new"),
    "min_lstm": ("input", "forget", "cell"),
    "min_gru": ("update", "new"),
}
VARIANTS = (*ODYSSEY, *OTHERS)


def blocks(cell: str) -> tuple[str, ...]:
    """Name what a variant's rows compute, in the order in which they are stacked.

    >>> blocks("nig")
    ('forget', 'cell', 'output')
    """
    return ODYSSEY[cell].blocks if cell in ODYSSEY else OTHERS[cell]


def gates(cell: str) -> tuple[str, ...]:
    """Name the gates that a variant of the LSTM has weights for.

    >>> gates("cifg")
    ('input', 'output')
    """
    return tuple(name for name in blocks(cell) if name in GATES)


def state_names(cell: str) -> tuple[str, ...]:
    """Name the parts of a variant's state, each `[member, batch, hidden]`; the first is the output.

    >>> state_names("min_gru")
    ('hidden',)
    """
    if cell in ("gru_reset_before", "min_lstm", "min_gru"):
        return ("hidden",)
    return ("hidden", "memory", *(GATES if cell == "fgr" else ()))


def weight_shapes(cell: str, inputs: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
    """Give the shape of each of one layer's weights, without the member axis; the kernels' own cells fall through.

    Rows are stacked as `blocks` says. Beside the input's and the state's matrices and one bias: `peephole_weight`, a
    number for each unit of each gate; `gate_weight` of "fgr", from all gates to all gates; `carry_weight` of
    "textbook", from the memory to the output. Minimal cells see no state in their gates: no `recurrent_weight`.

    >>> sum(rows * columns[0] if columns else rows for rows, *columns in weight_shapes("textbook", 1, 50).values())
    12900
    """
    if cell in cells.CELLS:
        return cells.weight_shapes(cell, inputs, hidden_size)
    if cell not in VARIANTS:
        raise ValueError(f"cell {cell!r} is not one of {(*cells.CELLS, *VARIANTS)}")
    rows = len(blocks(cell)) * hidden_size
    shapes: dict[str, tuple[int, ...]] = {"input_weight": (rows, inputs)}
    if not cell.startswith("min_"):
        shapes["recurrent_weight"] = (rows, hidden_size)
    shapes["bias"] = (rows,)
    if cell in ODYSSEY and ODYSSEY[cell].peepholes:
        shapes["peephole_weight"] = (len(gates(cell)) * hidden_size,)
    if cell == "fgr":
        shapes["gate_weight"] = (len(GATES) * hidden_size, len(GATES) * hidden_size)
    if cell == "textbook":
        shapes["carry_weight"] = (hidden_size, hidden_size)
    return shapes


def gate_rows(cell: str, hidden_size: int) -> dict[str, slice]:
    """Say which rows of the weights, and of the bias, are which block's, of any cell.

    >>> gate_rows("min_gru", 8)
    {'update': slice(0, 8, None), 'new': slice(8, 16, None)}
    """
    own = {"lstm": LSTM, "gru": OTHERS["gru_reset_before"]}
    names = blocks(cell) if cell in VARIANTS else own.get(cell, ())
    return {name: slice(at * hidden_size, (at + 1) * hidden_size) for at, name in enumerate(names)}


def memory_gates(cell: str) -> dict[str, int]:
    """Name the gates that decide between keeping and replacing: +1 where an open one keeps, -1 where it replaces.

    >>> memory_gates("lstm"), memory_gates("gru"), memory_gates("min_gru")
    ({'input': -1, 'forget': 1}, {'update': 1}, {'update': -1})
    """
    signs = {"input": -1, "forget": 1, "update": -1 if cell == "min_gru" else 1}
    return {name: signs[name] for name in gate_rows(cell, 1) if name in signs}
