import polars as pl
import pytest

from longshort.recipes.running import run

ONE_STEP = {"training.epochs": 1, "training.steps_per_epoch": 1}
STOCK = "djia30/AMZN_2006-01-01_to_2018-01-01.csv"


@pytest.fixture(scope="module")
def lecture(shared_data):
    """Replay all of the lecture but its training, of which one step is taken."""
    return run("amzn-lecture", data=[shared_data / STOCK], changes=ONE_STEP)


def score(found, model, metric):
    overall = pl.col("step").is_null() & pl.col("unique_id").is_null()
    chosen = (pl.col("model") == model) & (pl.col("metric") == metric) & overall
    return found.scores.filter(chosen)["value"].item()


def test_the_summary_is_the_lectures_nine_rows(lecture):
    assert [(row["layer"], row["output_shape"], row["parameters"]) for row in lecture.layers] == [
        ("lstm_1", [None, 60, 50], 10_400),
        ("dropout_1", [None, 60, 50], 0),
        ("lstm_2", [None, 60, 50], 20_200),
        ("dropout_2", [None, 60, 50], 0),
        ("lstm_3", [None, 60, 50], 20_200),
        ("dropout_3", [None, 60, 50], 0),
        ("lstm_4", [None, 50], 20_200),
        ("dropout_4", [None, 50], 0),
        ("dense_1", [None, 1], 51),
    ]
    assert lecture.parameters == 71_051
    assert lecture.training_shape == (2708, 60, 1)


def test_what_the_lecture_left_out_is_said(lecture):
    found = {finding.code: finding.text for finding in lecture.findings}
    assert found["extrapolation"].startswith("86.9 % of the test's targets")
    assert found["parameters_exceed_targets"] == "71,051 parameters learn from 2,708 training targets."
    assert lecture.claims.point.answer == "no"
    assert " times that of " in lecture.verdict
    assert any("RMSprop" in note for note in lecture.info["notes"])


def test_the_baselines_are_the_checked_ones(lecture):
    measured = {
        ("naive", "rmse"): 12.612,
        ("naive", "mae"): 7.626,
        ("drift", "rmse"): 12.576,
        ("moving_average", "rmse"): 19.35,
    }
    for (model, metric), value in measured.items():
        assert score(lecture, model, metric) == pytest.approx(value, abs=6e-3 if value == 19.35 else 6e-4)
    assert score(lecture, "naive", "mape") == pytest.approx(0.776, abs=6e-4)
    assert len(lecture.forecasts["naive"].cutoffs) == 251


def test_the_second_half_has_gru_layers_and_goes_down_the_gradient_with_momentum():
    found = run("amzn-gru", synthetic=True, changes=ONE_STEP)
    assert [row["layer"] for row in found.layers][::2] == ["gru_1", "gru_2", "gru_3", "gru_4", "dense_1"]
    assert found.recipe["training"]["optimizer"] == "sgd"
    assert found.recipe["training"]["momentum"] == 0.9
    assert found.synthetic
