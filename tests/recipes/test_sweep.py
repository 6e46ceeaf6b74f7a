import json

import pytest

from longshort.errors import DivergedError, RunFolderError, SettingsError
from longshort.recipes.sweep import sweep

GRID = {"training.learning_rate": [0.1, 0.2, 0.3], "seed": [0, 1]}


def rates(theatre):
    return [ask.settings.training.learning_rate for ask in theatre.asks]


def test_every_combination_is_run_and_the_lowest_validation_loss_chosen(theatre):
    theatre.losses = {0.1: 0.9, 0.2: 0.4, 0.3: 0.6}
    found = sweep("made", GRID, synthetic=True)
    assert found.table["validation"].to_list() == [0.9, 0.9, 0.4, 0.4, 0.6, 0.6]
    assert found.table.filter("chosen").to_dicts() == [
        {"training.learning_rate": 0.2, "seed": 0, "validation": 0.4, "chosen": True}
    ]
    assert found.run.recipe["training"]["learning_rate"] == 0.2
    assert rates(theatre) == [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]


def test_the_table_shows_no_test_score(theatre):
    assert sweep("made", GRID, synthetic=True).table.columns == [*GRID, "validation", "chosen"]


def test_a_sweep_repeats_bit_for_bit(theatre):
    theatre.losses = {0.1: 0.1 + 0.2, 0.2: 0.3, 0.3: 1 / 3}
    assert sweep("made", GRID, synthetic=True).table.equals(sweep("made", GRID, synthetic=True).table)


def test_what_diverged_is_left_out_and_the_others_go_on(theatre):
    theatre.losses = {0.1: DivergedError("off"), 0.2: 0.4, 0.3: 0.6}
    found = sweep("made", GRID, synthetic=True)
    assert found.table["validation"].to_list()[:3] == [None, None, 0.4]
    theatre.losses = dict.fromkeys((0.1, 0.2, 0.3), DivergedError("off"))
    with pytest.raises(DivergedError, match="every setting"):
        sweep("made", GRID, synthetic=True)


def test_an_interrupted_sweep_goes_on_where_it_was(theatre, tmp_path):
    theatre.losses = {0.1: 0.4, 0.2: RuntimeError("stopped"), 0.3: 0.6}
    with pytest.raises(RuntimeError):
        sweep("made", GRID, synthetic=True, out=tmp_path / "sweep")
    theatre.asks.clear()
    theatre.losses[0.2] = 0.9
    found = sweep("made", GRID, synthetic=True, out=tmp_path / "sweep")
    assert rates(theatre) == [0.2, 0.2, 0.3, 0.3, 0.1]  # the last: the chosen one again, for its run
    assert found.run.recipe["training"]["learning_rate"] == 0.1
    assert (tmp_path / "sweep" / "chosen" / "run.json").is_file()
    theatre.asks.clear()
    again = sweep("made", GRID, synthetic=True, out=tmp_path / "sweep")
    assert len(theatre.asks) == 1
    assert again.table.equals(found.table)


def test_a_folder_of_another_sweep_is_refused(theatre, tmp_path):
    sweep("made", {"seed": [0]}, synthetic=True, out=tmp_path / "sweep")
    with pytest.raises(RunFolderError, match="another sweep"):
        sweep("made", {"seed": [1]}, synthetic=True, out=tmp_path / "sweep")
    sweep("made", {"seed": [1]}, synthetic=True, out=tmp_path / "sweep", overwrite=True)
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "note.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="no sweep"):
        sweep("made", {"seed": [1]}, synthetic=True, out=tmp_path / "else")
    (tmp_path / "sweep" / "sweep.json").write_text("{")
    with pytest.raises(RunFolderError, match="cannot be read"):
        sweep("made", {"seed": [1]}, synthetic=True, out=tmp_path / "sweep")


@pytest.mark.parametrize(
    ("grid", "options", "words"),
    [
        ({"seed": list(range(11)), "training.epochs": list(range(1, 11))}, {}, r"110 runs \(11 x 10\)"),
        ({"seed": [0, 1]}, {"max_runs": 1}, "more than 1"),
        ({"seed": []}, {}, "needs values"),
        ({}, {}, "needs values"),
        ({"sed": [0]}, {}, "no setting 'sed'"),
        ({"seed": [0, "one"]}, {}, "does not fit"),
        ({"seed": [0, 1]}, {"seed": 3}, "'seed' is in the grid, and set to 3 beside it"),
        ({"training.epochs": [1, 2]}, {"changes": {"training.epochs": 5}}, "'training.epochs' is in the grid"),
    ],
)
def test_a_grid_that_cannot_be_is_refused_before_anything_runs(theatre, grid, options, words):
    with pytest.raises(SettingsError, match=words):
        sweep("made", grid, synthetic=True, **options)
    assert theatre.asks == []


def test_a_recipe_without_validation_is_refused(theatre):
    theatre.losses = {0.1: None}
    with pytest.raises(SettingsError, match="nothing back for validation"):
        sweep("made", {"seed": [0]}, synthetic=True)


def test_lists_and_none_stand_in_the_table_as_text(theatre):
    found = sweep("made", {"name": ["none", "x"]}, synthetic=True)
    assert found.table["name"].to_list() == ["none", "x"]
    assert json.loads(json.dumps(found.summary()))["chosen"]["name"] == "none"
