from datetime import datetime

import polars as pl
import pytest

from longshort.cli.show import audit_as_text, forecast_as_text, run_as_text, table, with_iso_times


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
    rest = {"findings": [], "run": run, "synthetic": False, "layers": [], "samples": [], "lang": "en", "answers": []}
    text = run_as_text({"verdict": "No skill.", "scores": scores, **rest}, None)
    assert text.split() == ["No", "skill.", "mase", "lstm", "0.9"]


def test_a_network_is_printed_layer_by_layer_and_samples_as_text():
    layers = [
        {"layer": "lstm", "output_shape": [None, 60, 50], "parameters": 10400},
        {"layer": "dense", "output_shape": [None, 1], "parameters": 51},
    ]
    samples = [
        {"kind": "pair", "source": "a b", "predicted": "b a", "truth": "b a"},
        {"kind": "generated", "seed": "First", "text": " Citizen"},
        {"kind": "listing", "title": "shapes", "lines": ["(1, 4)"]},
        {"kind": "image", "pixels": [[0]]},
    ]
    run = {"data": {"notes": []}, "notes": []}
    summary = {
        "lang": "en",
        "answers": [],
        "verdict": "So.",
        "scores": [],
        "findings": [],
        "run": run,
        "synthetic": True,
        "layers": layers,
    }
    text = run_as_text(summary | {"parameters": 10451, "training_shape": [2708, 60, 1], "samples": samples}, None)
    assert text == (
        "Synthetic: the data were made up.\n\nSo.\n\n"
        "  layer    output shape  parameters\n"
        "  lstm   (None, 60, 50)      10,400\n"
        "  dense       (None, 1)          51\n"
        "  10,451 parameters, learnt from inputs of shape (2708, 60, 1)\n\n"
        "  a b -> b a (true: b a)\n  First Citizen\n  shapes\n    (1, 4)"
    )


def test_korean_letters_are_two_columns_wide():
    assert table([["", "점"], ["모델", "1"]]) == "        점\n  모델   1"
    header = forecast_as_text({"verdict": None, "forecasts": []}, None, lang="ko").split()
    assert header == ["점", "예측", "50%", "80%", "상승", "확률"]


def test_why_something_was_not_judged_follows_a_colon():
    row = {"answer": "not_judged", "question": "Is it?", "word": "Not judged.", "details": ["there is nothing"]}
    run = {"data": {"notes": []}, "notes": []}
    rest = {"findings": [], "run": run, "scores": [], "lang": "en", "verdict": "So."}
    assert audit_as_text(rest | {"answers": [row]}, None) == "So.\n\n  Is it? Not judged: there is nothing."
