from datetime import datetime

import polars as pl
import pytest

from longshort.cli.show import forecast_as_text, run_as_text, table, with_iso_times


@pytest.mark.parametrize(
    ("times", "written"),
    [
        ([datetime(2018, 1, 2), datetime(2018, 1, 3)], ["2018-01-02", "2018-01-03"]),
        ([datetime(2018, 1, 2), datetime(2018, 1, 2, 9, 30)], ["2018-01-02T00:00:00", "2018-01-02T09:30:00"]),
        ([7, 8], [7, 8]),
    ],
)
def test_midnights_are_left_out_only_where_all_times_are_midnights(times, written):
    assert with_iso_times(pl.DataFrame({"ds": times}))["ds"].to_list() == written


def test_an_empty_table_is_empty():
    assert table([]) == ""


def test_a_point_forecast_shows_no_intervals():
    row = {"unique_id": "A", "ds": "2018-01-02", "mean": 1.5, "quantiles": {}, "p_up": None}
    last = forecast_as_text({"verdict": None, "forecasts": [row]}, None).splitlines()[-1]
    assert last.split() == ["A", "2018-01-02", "1.5"]


def test_many_series_show_only_what_is_free_of_scale():
    scores = [{"model": "lstm", "unique_id": None, "step": None, "metric": "mase", "value": 0.9}]
    run = {"data": {"notes": []}, "notes": []}
    text = run_as_text({"verdict": "No skill.", "scores": scores, "findings": [], "run": run}, None)
    assert text.split() == ["No", "skill.", "mase", "lstm", "0.9"]
