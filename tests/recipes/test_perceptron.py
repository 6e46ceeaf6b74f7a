import polars as pl
import pytest

from longshort.recipes.running import run


def test_the_lectures_open_question_is_answered():
    found = run("perceptron")
    assert found.verdict == "2 of 3 observations right; too few to speak of skill."
    scores = dict(found.scores.filter(pl.col("model") == "softmax").select("metric", "value").iter_rows())
    assert scores["accuracy"] == pytest.approx(2 / 3)
    assert scores["cross_entropy"] == pytest.approx(0.6210, abs=5e-5)
    assert 3 * scores["cross_entropy"] == pytest.approx(1.8630, abs=5e-5)
    assert scores["brier"] == pytest.approx(0.3671, abs=5e-5)
