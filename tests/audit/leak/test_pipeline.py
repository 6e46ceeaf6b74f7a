import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pipelines
import polars as pl
import pytest

from longshort.audit.leak import audit_leakage
from longshort.audit.leak.pipeline import load
from longshort.data.panel import Panel
from longshort.errors import DataError, SettingsError


def test_a_panel_comes_as_a_table_with_its_series_and_each_is_watched(prices: Callable[..., Panel]) -> None:
    seen = []

    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        seen.append(frame.columns)
        mean = pl.col("Close") + 0.1 * pl.col("High").shift(-1).over("unique_id")
        return frame.select("unique_id", cutoff="ds", mean=mean).filter(pl.col("unique_id") != "S0")

    leak = audit_leakage(pipeline, prices(series=3), changes=["scaled"])
    assert seen[0] == ["unique_id", "ds", "Close", "High", "Low", "Volume"]
    assert (leak.columns, leak.distance, leak.reach) == (("High",), 1, 1)


def test_pandas_comes_as_pandas_with_its_own_index(prices: Callable[..., Panel]) -> None:
    panel = prices()
    frame = pd.DataFrame(
        {"Close": panel.target, "Volume": panel.values[:, 3].astype(np.int64), "up": panel.target > 100},
        index=pd.DatetimeIndex(panel.labels(panel.times), name="Date"),
    )

    def pipeline(given: pd.DataFrame) -> pd.DataFrame:
        assert (given.index == frame.index[: len(given)]).all()
        assert (given.dtypes == frame.dtypes).all()
        mean = given["Close"].to_numpy() + 1e-6 * given["Volume"].shift(-2).to_numpy() * given["up"].to_numpy()
        return pd.DataFrame({"cutoff": given.index, "mean": mean})

    leak = audit_leakage(pipeline, frame, target="Close")
    assert (leak.columns, leak.distance, leak.notes) == (("Volume",), 2, ())


def test_actuals_in_the_pipelines_table_are_no_forecasts() -> None:
    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        honest = frame.select(
            cutoff=pl.col("ds").shift(1), ds="ds", y="y", price_then=pl.col("y"), mean=pl.col("y").shift(1)
        )
        return honest.drop_nulls()

    leak = audit_leakage(pipeline, pipelines.make_data(), target="y")
    assert leak.findings == ()
    assert leak.notes == (
        "The column 'y' holds the actuals and was not compared.",
        "The column 'price_then' holds the actuals and was not compared.",
    )


def test_quantiles_in_long_form_and_classes_are_compared() -> None:
    def quantiles(frame: pl.DataFrame) -> pl.DataFrame:
        each = [
            frame.select(cutoff="ds", quantile=pl.lit(level), value=pl.col("y") + level * pl.col("x").shift(-1))
            for level in (0.1, 0.9)
        ]
        return pl.concat(each)

    def classes(frame: pl.DataFrame) -> pl.DataFrame:
        up = pl.when(pl.col("y").shift(-3) > pl.col("y")).then(pl.lit("up")).otherwise(pl.lit("down"))
        return frame.select(cutoff="ds", prediction=up)

    data = pipelines.make_data()
    assert audit_leakage(quantiles, data, target="y", changes=["noise"]).columns == ("x",)
    found = audit_leakage(classes, data, target="y", changes=["scaled"], cutoffs=5)
    assert (found.columns, found.distance) == (("y",), 3)


@pytest.mark.parametrize(
    ("pipeline", "kind", "message"),
    [
        (lambda frame: 1 / 0, DataError, "ZeroDivisionError"),
        (lambda frame: 3.0, SettingsError, "gave float"),
        (lambda frame: frame.head(0).select(cutoff="ds", mean="y"), DataError, "gave no forecasts"),
        (lambda frame: frame.select(cutoff="ds"), DataError, "no forecasts beside its keys"),
        (lambda frame: frame.select(mean="y"), DataError, "stand twice"),
        (lambda frame: frame.select(cutoff="ds", mean="y").tail(1), DataError, "no cutoff of the pipeline has rows"),
        (lambda frame: frame.select(ds="ds", mean="y"), SettingsError, "no cutoff"),
        (17, SettingsError, "cannot be called"),
    ],
)
def test_a_pipeline_that_cannot_be_tested_is_refused(pipeline: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        audit_leakage(pipeline, pipelines.make_data(), target="y")


def test_a_pipeline_that_fails_on_changed_data_alone_is_judged_by_the_other_runs() -> None:
    data = pipelines.make_data()

    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        if frame.height < data.height:
            raise ValueError("too few rows")
        return frame.select(cutoff="ds", mean=pl.col("y").shift(-1))

    leak = audit_leakage(pipeline, data, target="y")
    assert leak.distance == 1
    assert leak.notes == (
        "3 of 12 runs on changed data failed and were not judged: the pipeline failed: ValueError: too few rows.",
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pipelines", "names no function"),
        ("no_such_module:run", "cannot be imported"),
        ("pipelines:no_such", "has no function 'no_such'"),
        ("pipelines:ROWS", "has no function 'ROWS'"),
    ],
)
def test_a_name_that_leads_to_no_function_is_refused(name: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(name)


def test_a_pipeline_and_its_data_may_be_named(tmp_path: Path) -> None:
    pipelines.make_data().write_csv(tmp_path / "data.csv")
    leak = audit_leakage("pipelines:centred_average", tmp_path / "data.csv", target="y", changes=["noise"])
    assert (leak.columns, leak.distance) == (("y",), 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"changes": ["nois"]}, "'noise'"),
        ({"changes": []}, "no change"),
        ({"cutoffs": 0}, "0 cutoffs"),
        ({"noise_runs": -1}, "--noise -1"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        audit_leakage(pipelines.centred_average, pipelines.make_data(), target="y", **options)


def test_a_module_in_the_working_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_module_of_this_test.py").write_text("def run(frame):\n    return frame\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place not in ("", ".")])
    assert load("own_module_of_this_test:run")(3) == 3


def test_rows_without_dates_years_and_wide_tables_are_understood() -> None:
    random = np.random.default_rng(0)
    walks = {f"s{i}": random.standard_normal(80).cumsum() for i in range(20)}

    def peek(frame: pl.DataFrame, at: str = "year") -> pl.DataFrame:
        return frame.select(cutoff=at, mean=pl.col("s3").shift(-2) + 1)

    def numbered(frame: pl.DataFrame) -> pl.DataFrame:
        return peek(frame.with_row_index("at"), "at")

    def wide(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(pl.col("year").alias("cutoff"), pl.col("s0") + 0.1 * pl.col("s0").shift(-1), "s1")

    rows = pl.DataFrame({"s3": walks["s3"]})
    years = pl.DataFrame({"year": np.arange(1940, 2020), **walks})
    found = [audit_leakage(*what, changes=["noise"]) for what in ((numbered, rows), (peek, years), (wide, years))]
    assert [(leak.columns, leak.distance) for leak in found] == [(("s3",), 2), (("s3",), 2), (("s0",), 1)]
    assert [leak.runs[0].cutoff for leak in found[:2]] == ["13", "1953-01-01"]


def test_a_series_that_peeks_at_another_is_found() -> None:
    random = np.random.default_rng(1)
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 3, 20), eager=True)
    parts = [pl.DataFrame({"id": name, "day": days, "y": random.standard_normal(len(days))}) for name in "abc"]

    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        shared = frame.group_by("day").agg(market=pl.col("y").mean()).sort("day")
        shared = shared.with_columns(pl.col("market").shift(-1))
        return frame.join(shared, on="day").select("id", "y", cutoff="day", mean=pl.col("market"))

    leak = audit_leakage(pipeline, pl.concat(parts), target="y", changes=["shuffled"])
    assert (leak.columns, leak.distance, leak.reach) == (("y",), 1, 1)
    assert leak.notes == ("The column 'y' holds the actuals and was not compared.",)
