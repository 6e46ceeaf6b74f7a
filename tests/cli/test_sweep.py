import json

import pytest

from longshort.cli.settings import parse_grid
from longshort.recipes import running


@pytest.fixture
def judged(monkeypatch):
    """Let the small recipe hold something back, so that it can be swept."""
    import msgspec

    real = running.perform

    def perform(recipe, chosen, **options):
        from dataclasses import replace

        run = real(recipe, chosen, **options)
        return replace(run, info={**run.info, "validation": abs(chosen.seed - 2) + 0.5})

    monkeypatch.setattr("longshort.recipes.sweep.perform", perform)
    return msgspec


def test_a_sweep_prints_its_table_and_the_chosen_runs_test(longshort, judged):
    out = longshort("sweep", "perceptron", "--grid", "seed=1,2,3").out
    table, test = out.split("The chosen run, on the test:")
    lines = [line.split() for line in table.strip().splitlines()]
    assert lines == [["seed", "validation", "loss", "chosen"], ["1", "1.5"], ["2", "0.5", "*"], ["3", "1.5"]]
    assert "accuracy" not in table
    assert "2 of 3 observations right" in test


def test_sweep_json_holds_the_table_and_one_run(longshort, judged, tmp_path):
    typed = ("sweep", "perceptron", "--grid", "seed=1,2", "--json", "--out", tmp_path / "sweep")
    document = json.loads(longshort(*typed).out)
    assert document["runs"] == [
        {"seed": 1, "validation": 1.5, "chosen": False},
        {"seed": 2, "validation": 0.5, "chosen": True},
    ]
    assert document["chosen"] == document["runs"][1]
    assert document["run"]["run"]["recipe"]["seed"] == 2
    assert json.loads(longshort(*typed).out)["runs"] == document["runs"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("perceptron", "Missing option '--grid'"),
        ("perceptron --grid seed", "is not of the form KEY=A,B,C"),
        ("perceptron --grid seed=", "a grid needs values"),
        ("perceptron --grid sed=1,2", "Did you mean 'seed'?"),
        ("perceptron --grid seed=1,2,3 --max-runs 2", "--max-runs 3"),
        ("perceptron --grid seed=1 --grid seed=2", "Name all its values at once: --grid seed=A,B,C"),
        ("perceptron --grid seed=1,2 --seed 3", "'seed' is in the grid"),
        ("perceptron --grid seed=1", "holds nothing back for validation"),
        ("perceptron --grid seed=1 --overwrite", "--overwrite belongs to --out"),
        (
            "perceptron --grid seed=1 --out x\udcff",
            r"no UTF-8: longshort sweep perceptron --grid seed=1 --out 'x\udcff'",
        ),
    ],
)
def test_mistakes_end_with_two_and_what_to_type(longshort, typed, words):
    outcome = longshort("sweep", *typed.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=1e-3,1e-4", [0.001, 0.0001]),
        ("a.b=gru, lstm", ["gru", "lstm"]),
        ("a.b=gru,3", ["gru", 3]),
        ("a.b='x,y',z", ["'x", "y'", "z"]),
        ("a.b='x,y','z'", ["x,y", "z"]),
        ("a.b=[1,2],[3]", [[1, 2], [3]]),
        ("a.b=true", [True]),
    ],
)
def test_a_grid_is_read_as_values_apart_by_commas(text, values):
    assert parse_grid(text) == ("a.b", values)
