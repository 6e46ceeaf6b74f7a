"""darts' own LSTM (BlockRNNModel), fitted whole: as many epochs on the same windows as ours."""

from dataclasses import replace
from functools import partial
from importlib.metadata import version
from time import perf_counter
from typing import Any

from longshort.bench.data import walk
from longshort.bench.shape import Shape
from longshort.bench.workers.protocol import Mode, Modes


def prepare(task: dict[str, Any]) -> Modes:
    """Describe the only way, on one thread and on all."""
    import torch
    from darts import TimeSeries

    shape = Shape(**task["shape"])

    def fit(shape: Shape, epochs: int, threads: int) -> list[float]:
        torch.set_num_threads(threads)
        series = TimeSeries.from_values(walk(shape))
        begin = perf_counter()
        model(shape, epochs).fit(series)
        return [perf_counter() - begin]

    fit(replace(shape, windows=shape.batch_size), 1, 1)  # what is loaded with the first fit is no part of it
    said = f"darts {version('darts')}"
    modes = Modes()
    for threads in sorted({1, task["threads"]}):
        modes.able.append(Mode("darts", "fp32", threads, partial(fit, shape, task["epochs"], threads), said))
    return modes


def model(shape: Shape, epochs: int) -> Any:
    """Describe the network: one dense layer reads the last position out, as ours does."""
    import torch
    from darts.models import BlockRNNModel

    quiet = {
        "accelerator": "cpu", "logger": False, "enable_checkpointing": False, "enable_progress_bar": False,
        "enable_model_summary": False,
    }  # fmt: skip
    return BlockRNNModel(
        input_chunk_length=shape.length,
        output_chunk_length=1,
        model=shape.cell.upper(),
        hidden_dim=shape.hidden_size,
        n_rnn_layers=shape.num_layers,
        hidden_fc_sizes=[],
        dropout=shape.dropout,
        loss_fn=torch.nn.MSELoss(),
        optimizer_cls=torch.optim.RMSprop,
        optimizer_kwargs={"lr": 1e-3},
        batch_size=shape.batch_size,
        n_epochs=epochs,
        pl_trainer_kwargs=quiet,
    )
