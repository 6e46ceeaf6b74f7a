"""Runs made by hand, whole but small."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.finding import Finding
from longshort.results.forecast import QUANTILE_LEVELS, Forecast, p_up_from_quantiles
from longshort.results.run import Run

DAY = 86_400_000_000
START = 18262 * DAY  # 2020-01-01
KEYS = {"unique_id": pl.String, "step": pl.Int64}
EVERYWHERE = {"model": "lstm", "unique_id": None, "step": None}


@dataclass(frozen=True)
class Weights:
    """Stand for a fitted model that writes two files."""

    content: bytes = b"weights"

    def save(self, path: Path, /) -> None:
        path.mkdir()
        (path / "weights.bin").write_bytes(self.content)
        (path / "model.json").write_bytes(b"{}")


def forecast(
    model: str = "lstm",
    levels: tuple[float, ...] = QUANTILE_LEVELS,
    series: int = 2,
    cutoffs: int = 4,
    horizon: int = 3,
    seeds: int = 2,
    first: int = 10,
    dated: bool = True,
    seed: int = 0,
) -> Forecast:
    random = np.random.default_rng([seed, series, cutoffs])
    n = series * cutoffs
    rows = first + np.tile(np.arange(cutoffs), series)
    last = random.uniform(50, 150, n)
    quantiles = last[:, None, None] + np.sort(random.normal(size=(n, horizon, len(levels))), axis=-1)
    y = last[:, None] + random.normal(size=(n, horizon))
    y[-1, -1] = np.nan
    unit, origin = (DAY, START) if dated else (1, 0)
    return Forecast(
        model=model,
        ids=tuple(f"S{i}" for i in range(series)),
        series=np.repeat(np.arange(series), cutoffs),
        cutoffs=origin + rows * unit,
        ds=origin + (rows[:, None] + np.arange(1, horizon + 1)) * unit,
        last=last,
        mean=last[:, None] + random.normal(size=(n, horizon)) / 10,
        quantile_levels=levels,
        quantiles=quantiles,
        p_up=p_up_from_quantiles(levels, quantiles, last) if levels else np.full((n, horizon), np.nan),
        y=y,
        fold=np.tile(np.arange(cutoffs) // 2, series),
        seed_mean=random.normal(size=(seeds, n, horizon)),
        seed_quantiles=random.normal(size=(seeds, n, horizon, len(levels))),
        dated=dated,
    )


def run_of(series: int = 2, dated: bool = True, seed: int = 0, **changes: Any) -> Run:
    tested = forecast(series=series, dated=dated, seed=seed)
    point = forecast("naive", (), series=series, dated=dated, seeds=0, seed=seed)
    coming = forecast(series=series, cutoffs=1, first=14, dated=dated, seed=seed)
    rows = 15
    times = np.tile(np.arange(rows), series) * (DAY if dated else 1) + (START if dated else 0)
    history = pl.DataFrame(
        {
            "unique_id": np.repeat([f"S{i}" for i in range(series)], rows),
            "ds": times.astype("datetime64[us]") if dated else times,
            "y": np.random.default_rng(seed).uniform(50, 150, series * rows),
        }
    )
    score = EVERYWHERE | {"metric": "rmse", "value": 0.1 + 0.2, "n": 8}
    gain = {"metric": "rmse", "value": 0.01, "low": -0.02, "high": 0.04, "p_value": 0.5, "n": 4, "covers": 1.0}
    skill = EVERYWHERE | {"baseline": "naive", **gain}
    held = {"low": 0.7, "high": 0.9, "n": 8, "independent": 8.0}
    curve = {"fold": 0, "seed": 0, "epoch": 1}
    other = score | {"metric": "crps", "value": float("nan")}
    fields: dict[str, Any] = {
        "network": "lstm",
        "forecasts": {"lstm": tested, "naive": point},
        "coming": {"lstm": coming},
        "history": history,
        "scores": pl.DataFrame([score, other], schema_overrides=KEYS),
        "skill": pl.DataFrame([skill], schema_overrides=KEYS),
        "seeds": pl.DataFrame([EVERYWHERE | {"seed": 0, "metric": "rmse", "value": 0.3}], schema_overrides=KEYS),
        "coverage": pl.DataFrame([{"model": "lstm", "step": 1, "nominal": 0.8, "empirical": 0.79, **held}]),
        "reliability": pl.DataFrame(schema={"model": pl.String, "low": pl.Float64}),
        "lag": pl.DataFrame({"model": ["lstm"], "lag": [0], "rmse": [1.5]}),
        "curves": pl.DataFrame([curve | {"train_loss": 1.0, "validation_loss": None, "gradient_norm": 0.5}]),
        "findings": (Finding("few_folds", "info", "Two folds are few.", 2.0),),
        "folds": ({"fold": 0, "test": {"from": "2020-01-11", "to": "2020-01-14", "sessions": np.int64(4)}},),
        "verdict": "No skill: „Ähnlich“ wie gestern.",
        "recipe": {"horizon": 3, "seed": 0, "model": {"cell": "lstm", "low": None}, "quantile_levels": [0.1, 0.9]},
        "info": {
            "created": "2020-02-01T00:00:00+00:00",
            "data": {"fingerprint": f"abc{seed}", "notes": []},
            "notes": [],
        },
        "model": Weights(),
        "target": "Close",
    }
    return Run(**fields | changes)


@pytest.fixture(scope="session")
def make_forecast() -> Callable[..., Forecast]:
    return forecast


@pytest.fixture(scope="session")
def make_run() -> Callable[..., Run]:
    return run_of


@pytest.fixture(autouse=True)
def blank_page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Render an empty page, to be fast, unless a test is marked to want the real one by naming `real_page`."""
    if "real_page" not in request.fixturenames:
        monkeypatch.setattr("longshort.report.render", lambda summary, lang="en": "<html>" + summary["verdict"])
    yield


@pytest.fixture
def real_page() -> None:
    """Ask for the real page."""
