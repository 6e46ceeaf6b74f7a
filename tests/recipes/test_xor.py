import numpy as np
import polars as pl

from longshort.recipes.running import run
from longshort.recipes.xor import X, Y, best_line


def test_two_hidden_units_know_all_four_cases_and_one_unit_knows_three_at_best():
    found = run("xor", changes={"starts": 1})
    accuracy = dict(found.scores.filter(pl.col("metric") == "accuracy").select("model", "value").iter_rows())
    assert accuracy == {"2-2-1": 1.0, "majority": 0.5}
    assert (found.parameters, found.training_shape) == (9, (4, 1, 2))
    assert found.verdict.startswith(
        "2-2-1 is right about 4 of 4, from 1 of 1 initialisations. One unit is right about 3 of 4"
    )
    undecided = [float(line.split(": ")[1]) for line in found.samples[1]["lines"]]
    assert np.abs(np.array(undecided) - 0.5).max() < 0.05


def test_no_line_divides_the_four_cases_and_three_of_them_are_divided():
    random = np.random.default_rng(0)
    slopes, places = random.normal(size=(2, 20_000)), random.normal(size=20_000)
    right = ((X[:, 0] @ slopes + places > 0) == (Y == 1)[:, None]).sum(axis=0)
    assert right.max() == best_line() == 3
