from shutil import rmtree

import numpy as np
import polars as pl
import pytest

from longshort.errors import SettingsError
from longshort.kernels import CELLS
from longshort.nn.variants import VARIANTS
from longshort.recipes import long_memory
from longshort.recipes.long_memory import RECIPE, verdict
from longshort.recipes.named import Ask
from longshort.recipes.running import run
from longshort.recipes.shared.digits import digits
from longshort.recipes.shared.remembering import adding, copying, pixels
from longshort.settings import change


def test_each_part_is_one_row_a_cell_beside_what_knowing_nothing_gets_and_an_interrupted_run_goes_on(tmp_path):
    settings = change(RECIPE.settings, {"parts": ["adding", "copying"], "copying.cells": ["gru"]})
    found = RECIPE.run(Ask(settings, synthetic=True, checkpoint=tmp_path))
    table = found.details["memory"]
    assert table.select("task", "cell").rows() == [
        ("adding", "lstm"), ("adding", "gru"), ("adding", "rnn_tanh"), ("copying", "gru"),
    ]  # fmt: skip
    errors = dict(table.filter(pl.col("task") == "adding").select("cell", "value").iter_rows())
    assert max(errors["lstm"], errors["gru"]) < 0.1
    assert table["guessing"].to_list()[-1] == pytest.approx(10 * np.log(8) / 24)
    assert found.training_shape == (400, 24, 1)
    own = found.scores.filter(pl.col("model") == "guessing")
    assert own.select("unique_id", "metric").rows() == [
        ("adding, 8 steps", "rmse"), ("copying, 4 steps", "cross_entropy"),
    ]  # fmt: skip
    rmtree(tmp_path / "adding-gru")
    heard = []
    again = RECIPE.run(Ask(settings, synthetic=True, checkpoint=tmp_path, listen=heard.append))
    assert again.details["memory"].equals(table)
    assert len(heard) == 3  # one cell's epochs


def test_every_cell_meets_the_adding_problem():
    assert set(RECIPE.settings.adding.cells) == {*CELLS, *VARIANTS}
    assert (RECIPE.settings.adding.steps, RECIPE.settings.far.steps) == (100, 400)


def test_guessing_is_measured_on_the_test():
    ask = Ask(RECIPE.settings, synthetic=True)
    assert adding(ask, 10, 4000, 20).guessing ** 2 == pytest.approx(1 / 6, rel=0.1)
    problem = copying(ask, 5, 5, 20)
    assert problem.guessing == pytest.approx(10 * np.log(8) / 40)


def test_pixels_stand_in_one_order_for_all_images_and_none_is_lost():
    ask = Ask(RECIPE.settings, synthetic=True)
    (images, labels), _ = digits(ask)
    problem = pixels(ask, 50, 20, 784)
    (shuffled, said), (others, _) = problem.training, problem.test
    assert (shuffled.shape, others.shape) == ((50, 784, 1), (20, 784, 1))
    np.testing.assert_array_equal(np.sort(shuffled[:, :, 0]), np.sort(images[:50].reshape(50, -1)))
    assert not np.array_equal(shuffled[:, :, 0], images[:50].reshape(50, -1))
    np.testing.assert_array_equal(said, labels[:50])
    assert pixels(ask, 50, 20, 49).training[0].shape == (50, 49, 1)


def test_the_verdict_names_who_adds_and_gives_the_rest_as_numbers():
    rows = [("adding", 9, "lstm", "rmse", 0.02, 0.41), ("adding", 9, "gru", "rmse", 0.02, 0.41),
            ("adding", 9, "rnn_tanh", "rmse", 0.4, 0.41), ("even", 8, "gru", "rmse", 0.02, 0.41),
            ("far", 400, "lstm", "rmse", 0.09, 0.41), ("far", 400, "gru", "rmse", 0.11, 0.41),
            ("digits", 784, "gru", "accuracy", 0.912, 0.1137)]  # fmt: skip
    table = pl.DataFrame(rows, schema=["task", "steps", "cell", "metric", "value", "guessing"], orient="row")
    assert verdict(table) == (
        "adding, 9 steps: squared error below 0.01 (always 1: 0.1681) by 2 of 3 cells (not rnn_tanh). "
        "even, 8 steps: squared error below 0.01 (always 1: 0.1681) by 1 of 1 cell. "
        "far, 400 steps: squared error below 0.01 (always 1: 0.1681) by 1 of 2 cells (lstm). "
        "digits, 784 steps: accuracy gru 0.912 (without memory: 0.1137)."
    )


def test_a_part_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(SettingsError, match="no part 'coping'") as caught:
        run("long-memory", synthetic=True, changes={"parts": ["coping"]})
    assert "copying" in caught.value.hint
    with pytest.raises(SettingsError, match="parts is empty"):
        run("long-memory", synthetic=True, changes={"parts": []})


def test_units_remember_for_up_to_all_steps_or_as_many_as_are_said(monkeypatch):
    asked, kind = [], long_memory.Fit
    monkeypatch.setattr(long_memory, "Fit", lambda **given: asked.append(given["model"].chrono) or kind(**given))
    run("long-memory", synthetic=True, changes={"parts": ["digits"], "digits.cells": ["gru"]})
    run("long-memory", synthetic=True, changes={"parts": ["adding"]})
    assert asked == [30, 8, 8, 8]
