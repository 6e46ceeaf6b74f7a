import numpy as np
import polars as pl

from longshort.data.readers import read
from longshort.recipes.running import run
from longshort.recipes.stock_hourly import hours


def test_minutes_become_the_seven_hours_of_a_session(shared_data):
    panel = read(shared_data / "sp500_minute/sp500_minute_7col.csv", target="AMZN", alone=True)
    table = hours(panel)
    counts = table.group_by(pl.col("time").dt.date()).len()["len"]
    assert counts.mode().to_list() == [7]
    first = table.row(0, named=True)
    minutes = panel.target[:60]
    assert str(first["time"]) == "2017-04-03 13:30:00"
    assert [first[name] for name in ("open", "high", "low", "close")] == [
        minutes[0], minutes.max(), minutes.min(), minutes[-1]
    ]  # fmt: skip
    assert str(table.row(6, named=True)["time"]) == "2017-04-03 19:30:00"


def test_made_up_minutes_are_forecast_by_the_hour():
    found = run("stock-hourly", synthetic=True, quick=True)
    assert np.diff(found.history["ds"].head(7)).astype("timedelta64[m]").astype(int).tolist() == [60] * 6
    assert found.verdict.startswith(("No skill", "Skill"))
