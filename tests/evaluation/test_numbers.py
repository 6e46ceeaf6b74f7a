import numpy as np
import polars as pl
import pytest

from longshort.errors import DataError
from longshort.evaluation.numbers import regressed


def value(judged, model, metric, step=None):
    same = pl.col("step").is_null() if step is None else pl.col("step") == step
    return judged["scores"].filter((pl.col("model") == model) & (pl.col("metric") == metric) & same)["value"].item()


@pytest.fixture(scope="module")
def week():
    """Give a noisy wave of 400 days, three days ahead: the truth, a good guess, persistence and the mean."""
    rng = np.random.default_rng(1)
    wave = np.sin(np.arange(403) / 5)
    truth = np.stack([wave[k : 400 + k] for k in range(1, 4)], axis=1) + 0.1 * rng.standard_normal((400, 3))
    persistence = np.repeat(wave[:400, None], 3, axis=1)
    good = truth + 0.05 * rng.standard_normal(truth.shape)
    return truth, good, {"persistence": persistence, "mean": np.zeros_like(truth)}


def test_errors_stand_beside_those_of_the_baselines_by_step_and_together(week):
    truth, good, baselines = week
    judged = regressed(truth, good, baselines, model="gru")
    assert value(judged, "gru", "rmse", 2) == pytest.approx(np.sqrt(np.square(truth - good)[:, 1].mean()))
    assert value(judged, "persistence", "mae") == pytest.approx(np.abs(truth - baselines["persistence"]).mean())
    assert judged["scores"]["n"].unique().sort().to_list() == [400, 1200]
    skill = judged["skill"].filter((pl.col("baseline") == "persistence") & (pl.col("metric") == "rmse"))
    assert skill["step"].to_list() == [1, 2, 3, None]
    ratio = value(judged, "gru", "rmse", 1) / value(judged, "persistence", "rmse", 1)
    assert skill["value"][0] == pytest.approx(1 - ratio)
    assert (skill["low"] < skill["value"]).all()
    assert (skill["p_value"] < 0.01).all()


def test_the_verdict_names_the_toughest_baseline_the_unit_and_the_interval(week):
    truth, good, baselines = week
    judged = regressed(truth, good, baselines, model="gru", unit="degrees", things="days")
    claim, said = judged["claims"].point, judged["verdict"]
    assert (claim.answer, claim.metric, claim.baseline) == ("yes", "rmse", "persistence")
    assert claim.baselines == ("persistence", "mean")
    assert said.startswith("Skill: over 400 days the error (RMSE) of gru is 0.05")
    assert "degrees" in said
    assert "below the best simple forecast's (persistence" in said
    assert "95 % interval" in said


def test_a_worse_model_has_no_skill_and_a_much_worse_one_is_counted_in_times(week):
    truth, good, baselines = week
    worse = regressed(truth, baselines["mean"], {"persistence": baselines["persistence"]}, model="flat")
    assert worse["claims"].point.answer == "no"
    assert worse["verdict"].startswith("No skill shown, and worse than a simple rule: ")
    much = regressed(truth, truth + 5, {"close": good}, model="far")
    assert "times the best simple forecast's (close" in much["verdict"]


def test_a_gain_that_is_not_shown_says_what_would_go_unnoticed():
    noise = np.random.default_rng(0).standard_normal((3, 60))
    judged = regressed(noise[0], noise[0] + noise[1], {"other": noise[0] + noise[2]}, model="m")
    assert judged["claims"].point.answer == "not_shown"
    assert judged["verdict"].startswith("No skill shown: over 60 test examples the error (RMSE) of m is ")
    assert judged["verdict"].endswith("would go unnoticed.")


def test_one_number_is_too_few_to_speak_of_skill():
    judged = regressed([12.0], [11.9], {"persistence": [11.0]}, model="m")
    assert judged["claims"].point.answer == "not_shown"
    assert "too few to speak of skill" in judged["verdict"]


def test_one_step_has_no_rows_by_step():
    judged = regressed([1.0, 2, 4, 3], [1.1, 2, 4, 3], {"mean": [2.5] * 4}, model="line")
    assert judged["scores"]["step"].null_count() == len(judged["scores"])
    assert judged["skill"]["step"].null_count() == len(judged["skill"])
    assert judged["predictions"].columns == ["row", "step", "truth", "predicted", "mean"]


def test_what_is_unknown_is_left_out():
    judged = regressed([1.0, np.nan, 4, 3], [1.5, 2, 4, 3], {"mean": [2.5] * 4}, model="line")
    assert value(judged, "line", "mae") == pytest.approx(0.5 / 3)
    assert judged["predictions"]["truth"].to_list() == [1.0, None, 4.0, 3.0]


def test_targets_outside_of_what_training_saw_are_counted():
    test = [9.0, 11.0, 12.0, 8.0]
    judged = regressed(test, test, {"mean": [10.0] * 4}, model="m", trained_on=[1.0, 10.0], parameters=3)
    assert [finding.code for finding in judged["findings"]] == ["extrapolation", "parameters_exceed_targets"]
    assert judged["findings"][0].value == 0.5
    assert judged["findings"][0].severity == "warning"
    assert regressed(test, test, {"mean": [10.0] * 4}, model="m", trained_on=[1.0, 20.0])["findings"] == ()


@pytest.mark.parametrize("baselines", [{}, {"mean": [1.0]}])
def test_numbers_without_anything_to_compare_with_are_refused(baselines):
    with pytest.raises(DataError, match=r"shape \(3, 1\)"):
        regressed([1.0, 2, 3], [1.0, 2, 3], baselines, model="m")
