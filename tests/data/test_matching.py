"""New data are laid out as the fit's were: columns by name, series by the name that a column gives."""

import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.data.matching import matched
from longshort.data.panel import Panel
from longshort.errors import DataError

DAYS = [f"2023-{month:02d}-{day:02d}" for month in (1, 2, 3, 4) for day in range(1, 29)]


def table(*names: str, ticker: str | None = None, first: int = 0, last: int | None = None) -> pl.DataFrame:
    """Make a price table with its columns in this order; every column has numbers of its own."""
    random = np.random.default_rng(0)
    values = {name: random.normal(size=len(DAYS)).cumsum() + 100 for name in ("Open", "High", "Low", "Close")}
    columns = {"Date": DAYS, **{name: values[name.capitalize()] for name in names}}
    if ticker is not None:
        columns["Name"] = [ticker] * len(DAYS)
    return pl.DataFrame(columns)[first:last]


def panel(*names: str, target: str = "Close") -> Panel:
    return ls.read(table(*names), target=target)


def test_columns_are_found_by_name_in_any_order_and_case() -> None:
    columns = ("Close", "Open", "High")
    same = panel("Open", "High", "Close")
    assert matched(same, columns) is same
    found = matched(panel("HIGH", "close", "Open", target="close"), columns)
    assert [column.name for column in found.columns] == list(columns)
    np.testing.assert_array_equal(found.values, same.values)


def test_columns_that_the_fit_did_not_have_are_left_out() -> None:
    found = matched(panel("Low", "Open", "Close"), ("Close", "Open"))
    np.testing.assert_array_equal(found.values, panel("Open", "Close").values)


def test_another_target_and_a_missing_column_are_refused() -> None:
    with pytest.raises(DataError, match="forecasts 'Close', and these data were read with the target 'Open'"):
        matched(panel("Open", "Close", target="Open"), ("Close", "Open"))
    with pytest.raises(DataError, match="these data have no 'Low'; they have 'Close', 'Open'"):
        matched(panel("Open", "Close"), ("Close", "Open", "Low"))


@pytest.fixture(scope="module")
def model() -> "ls.Forecaster":
    settings = {"training.epochs": 1, "training.members": 1, "window.context_length": 30, "model.hidden_size": 4}
    return ls.Recipe(horizon=1).replace(settings).fit(table("Open", "Close", ticker="AMZN", last=100))


def test_a_model_is_fitted_updated_and_asked_with_plain_tables(model: "ls.Forecaster") -> None:
    assert model.panel.ids == ("AMZN",)
    newer = table("Close", "Open", ticker="AMZN", first=100)
    updated = model.update(newer)
    assert len(updated.panel.times) == len(DAYS)
    np.testing.assert_array_equal(updated.panel.values, ls.read(table("Open", "Close", ticker="AMZN")).values)
    whole = model.predict(table("Close", "Open", ticker="AMZN"))
    np.testing.assert_array_equal(whole.mean, updated.predict().mean)


def test_rows_of_another_series_are_refused_and_nameless_ones_are_taken(model: "ls.Forecaster", tmp_path) -> None:
    with pytest.raises(DataError, match="'AAPL' that were not there before"):
        model.update(table("Open", "Close", ticker="AAPL", first=100))
    model.save(tmp_path / "model")
    with pytest.raises(DataError, match="'AAPL' that were not there before"):
        ls.load(tmp_path / "model").update(table("Open", "Close", ticker="AAPL", first=100))
    assert model.update(table("Open", "Close", first=100)).panel.ids == ("AMZN",)


def test_tables_are_taken_wherever_a_panel_is() -> None:
    frame = table("Open", "Close", ticker="X")
    recipe = ls.Recipe(horizon=1).replace(
        {"training.epochs": 1, "training.members": 1, "window.context_length": 30, "model.hidden_size": 4}
    )
    assert ls.check(frame).series[0]["rows"] == len(DAYS)
    assert ls.power(frame).table.height > 0
    run = ls.backtest(recipe, frame, folds=1)
    again = ls.backtest(recipe, ls.read(frame), folds=1)
    assert run.verdict == again.verdict
