"""Our own backtest as a pipeline: fits, transforms, calibration and all, it must not see what comes after a cutoff."""

from collections.abc import Callable
from typing import get_args

import polars as pl
import pytest

from longshort.audit.leak import audit_leakage
from longshort.audit.leak.frames import panel_frame
from longshort.backtest.run import backtest
from longshort.data.panel import Panel
from longshort.data.readers import read
from longshort.data.transforms import Name
from longshort.forecasting.recipe import Recipe
from longshort.results.forecast import Forecast

TRANSFORMS = [name for name in get_args(Name) if name != "auto"]  # auto is one of the others


def recipe_of(cell: str, transform: str) -> Recipe:
    """Give a tiny recipe."""
    return Recipe(horizon=2).replace(
        {
            "model.cell": cell,
            "model.hidden_size": 4,
            "model.num_layers": 1,
            "transform.name": transform,
            "window.context_length": 10,
            "window.burn_in": 4,
            "window.method": "single" if transform == "window_log_ratio" else "forking",
            "training.batch_size": 8,
            "training.members": 1,
            "training.epochs": 2,
        }
    )


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_no_model_with_any_transform_sees_the_future(cell: str, transform: str, prices: Callable[..., Panel]) -> None:
    def pipeline(frame: pl.DataFrame) -> Forecast:
        run = backtest(recipe_of(cell, transform), read(frame, target="Close"), folds=2, baselines=[])
        return run.forecasts[cell]

    leak = audit_leakage(pipeline, prices(rows=300), changes=["noise"], cutoffs=1)
    assert leak.findings == ()
    assert leak.noise == 0.0
    assert leak.runs[0].judged
    assert leak.runs[0].cutoffs > 20


def test_the_same_pipeline_fed_with_tomorrow_is_found(prices: Callable[..., Panel]) -> None:
    def pipeline(frame: pl.DataFrame) -> Forecast:
        peeking = frame.with_columns(tomorrow=pl.col("High").shift(-1).forward_fill())
        run = backtest(recipe_of("gru", "log_return"), read(peeking, target="Close"), folds=1, baselines=[])
        return run.forecasts["gru"]

    data = panel_frame(prices(rows=200)).select("ds", "Close", "High")
    leak = audit_leakage(pipeline, data, target="Close", changes=["noise"], cutoffs=1)
    assert (leak.columns, leak.distance, leak.kind) == (("High",), 1, "ahead")
