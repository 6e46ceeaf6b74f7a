import numpy as np
import polars as pl
import pytest

from longshort.recipes.regression import Settings, points
from longshort.recipes.running import run


def test_one_unit_finds_the_line_and_only_a_hidden_layer_the_wave():
    found = run("regression", quick=True)
    errors = {row["points around a"]: row for row in found.details["errors"].iter_rows(named=True)}
    line, wave = errors["line"], errors["wave"]
    assert line["one unit"] == pytest.approx(line["least squares"], abs=0.02)
    assert line["one unit"] < 0.25
    assert wave["one unit"] > 0.9 * wave["mean"]
    assert wave["hidden layer"] < 0.4 * wave["mean"]
    assert found.scores["model"][0] == "hidden layer"
    judged = found.scores.filter((pl.col("unique_id") == "wave") & (pl.col("model") == "mean"))["value"].item()
    assert judged == pytest.approx(wave["mean"])


def test_points_of_the_test_are_another_draw_and_have_the_noise_that_was_asked_for():
    training, test = (points(Settings(rows=3000, tested=2000, noise=0.3), "line", part) for part in ("train", "test"))
    assert training.x.shape == (3000, 1, 1)
    assert not np.array_equal(training.x[:2000], test.x)
    assert np.std(test.y - 1 - 2 * test.x[:, 0, 0]) == pytest.approx(0.3, rel=0.1)
