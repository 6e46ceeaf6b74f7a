"""neuralforecast's own LSTM, fitted whole: as many steps on as many windows each as our epochs take."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from time import perf_counter
from typing import Any

from longshort.bench.data import walk
from longshort.bench.shape import Shape
from longshort.bench.workers.protocol import Mode, Modes


def prepare(task: dict[str, Any]) -> Modes:
    """Describe the only way, on one thread and on all."""
    import pandas as pd
    import torch
    from neuralforecast import NeuralForecast

    shape = Shape(**task["shape"])

    def fit(shape: Shape, epochs: int, threads: int) -> list[float]:
        torch.set_num_threads(threads)
        values = walk(shape)
        days = [datetime(2000, 1, 1) + timedelta(days=k) for k in range(len(values))]
        table = pd.DataFrame({"unique_id": "walk", "ds": days, "y": values})
        begin = perf_counter()
        NeuralForecast([model(shape, epochs)], freq="D").fit(table)
        return [perf_counter() - begin]

    fit(replace(shape, windows=shape.batch_size), 1, 1)  # what is loaded with the first fit is no part of it
    said = f"neuralforecast {version('neuralforecast')}"
    modes = Modes()
    for threads in sorted({1, task["threads"]}):
        modes.able.append(Mode("neuralforecast", "fp32", threads, partial(fit, shape, task["epochs"], threads), said))
    return modes


def model(shape: Shape, epochs: int) -> Any:
    """Describe the network: the decoder of one layer reads the last position out, as ours does."""
    import torch
    from neuralforecast import models
    from neuralforecast.losses.pytorch import MSE

    return getattr(models, shape.cell.upper())(
        h=1,
        input_size=shape.length,
        encoder_n_layers=shape.num_layers,
        encoder_hidden_size=shape.hidden_size,
        encoder_dropout=shape.dropout,
        decoder_layers=1,
        recurrent=False,
        loss=MSE(),
        max_steps=epochs * math.ceil(shape.windows / shape.batch_size),
        learning_rate=1e-3,
        optimizer=torch.optim.RMSprop,
        batch_size=1,
        windows_batch_size=shape.batch_size,
        scaler_type="identity",
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
