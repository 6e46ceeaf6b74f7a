import tomllib
from dataclasses import replace

import pytest

import longshort as ls
from longshort.errors import DataError, RunFolderError, SettingsError
from longshort.recipes.running import fingerprint_of, prepare, run


@pytest.fixture
def prices(tmp_path):
    file = tmp_path / "prices.csv"
    file.write_text("1\n")
    return file


def test_what_was_typed_last_wins(theatre):
    assert prepare("made", quick=True)[1].training.epochs == 1
    chosen = prepare("made", {"training.epochs": 7}, seed=3, quick=True)[1]
    assert (chosen.training.epochs, chosen.seed) == (7, 3)


def test_a_recipe_is_asked_with_its_settings_and_data(theatre, prices):
    run("made", data=[prices], changes={"training.learning_rate": 0.5}, device="cpu")
    ask = theatre.asks[0]
    assert ask.data == prices
    assert ask.settings.training.learning_rate == 0.5
    assert (ask.synthetic, ask.quick, ask.device, ask.checkpoint) == (False, False, "cpu", None)


def test_the_run_says_what_was_done(theatre, prices):
    found = run("made", data=[prices], quick=True, about={"command": "longshort run made"})
    assert (found.task, found.synthetic, found.title) == ("classify", False, "made: made up")
    assert found.recipe["recipe"] == "made"
    assert found.recipe["training"]["epochs"] == 1
    assert found.info["quick"]
    assert found.info["command"] == "longshort run made"
    assert found.info["notes"] == ["It was made up."]
    assert found.info["data"]["files"] == ["prices.csv"]
    assert found.info["seconds"]["run"] >= 0


def test_synthetic_data_are_no_files_and_the_run_says_so(theatre):
    assert run("made", synthetic=True).synthetic
    assert theatre.asks[0].data is None
    assert theatre.asks[0].synthetic


def test_synthetic_and_data_exclude_each_other(theatre, prices):
    with pytest.raises(SettingsError, match="exclude"):
        run("made", synthetic=True, data=[prices])


def test_settings_are_refused_before_data_are_looked_for(theatre):
    def refuse(settings):
        raise SettingsError(f"not with {settings.seed}")

    with pytest.raises(SettingsError, match="no setting"):
        run("made", changes={"training.epoch": 1}, data=["nowhere"])
    theatre.recipe = replace(theatre.recipe, validate=refuse)
    with pytest.raises(SettingsError, match="not with 7"):
        run("made", seed=7, data=["nowhere"])
    theatre.recipe = replace(theatre.recipe, validate=None)
    with pytest.raises(DataError, match="does not exist"):
        run("made", seed=7, data=["nowhere"])


def test_a_run_folder_loads_and_repeats_itself(theatre, tmp_path):
    out = tmp_path / "run"
    found = run("made", synthetic=True, changes={"training.epochs": 9, "name": "x"}, out=out)
    loaded = ls.load_run(out)
    assert (loaded.task, loaded.synthetic, loaded.verdict) == (found.task, True, found.verdict)
    assert loaded.predictions.equals(found.predictions)
    assert prepare(str(out / "recipe.toml"))[1] == theatre.asks[0].settings
    assert theatre.asks[0].checkpoint == out / "checkpoint"
    assert not (out / "checkpoint").exists()


def test_a_complete_folder_is_not_replaced_unless_asked_and_an_unfinished_one_goes_on(theatre, tmp_path):
    out = tmp_path / "run"
    theatre.losses[0.1] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run("made", synthetic=True, out=out)
    with pytest.raises(RunFolderError, match="another command"):
        run("made", synthetic=True, seed=5, out=out)
    theatre.losses.clear()
    run("made", synthetic=True, out=out)
    with pytest.raises(RunFolderError, match="complete run"):
        run("made", synthetic=True, out=out)
    run("made", synthetic=True, seed=5, out=out, overwrite=True)
    assert tomllib.loads((out / "recipe.toml").read_text())["seed"] == 5


@pytest.mark.parametrize("place", ["run", "runs/first"])
def test_a_run_among_its_data_goes_on_for_what_it_wrote_is_none_of_them(theatre, prices, monkeypatch, place):
    monkeypatch.chdir(prices.parent)
    theatre.recipe = replace(theatre.recipe, needs=("shop/",))
    theatre.losses[0.1] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run("made", data=["."], out=place)
    theatre.losses.clear()
    run("made", data=["."], out=place)
    assert ls.load_run(place).task == "classify"


def test_what_is_refused_before_anything_was_learnt_leaves_nothing_behind(theatre, tmp_path):
    out, there = tmp_path / "new", tmp_path / "there"
    run("made", synthetic=True, out=there)
    before = {file: file.read_bytes() for file in there.rglob("*") if file.is_file()}
    theatre.losses[0.1] = DataError("cannot be learnt from")
    for folder in (out, there):
        with pytest.raises(DataError, match="cannot be learnt"):
            run("made", synthetic=True, seed=5, out=folder, overwrite=True)
    assert not out.exists()
    assert {file: file.read_bytes() for file in there.rglob("*") if file.is_file()} == before


def test_data_larger_than_memory_are_a_mistake_and_no_fault(theatre, tmp_path):
    theatre.losses[0.1] = MemoryError("Unable to allocate 2 TiB")
    with pytest.raises(SettingsError, match="'made' needs more memory than there is: Unable to allocate 2 TiB"):
        run("made", synthetic=True, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_was_learnt_before_a_refusal_is_kept(theatre, tmp_path):
    def refuse(ask):
        (ask.checkpoint / "seed-0.safetensors").write_bytes(b"1")
        raise DataError("too late")

    theatre.recipe = replace(theatre.recipe, run=refuse)
    with pytest.raises(DataError, match="too late"):
        run("made", synthetic=True, out=tmp_path / "run")
    assert (tmp_path / "run" / "checkpoint" / "seed-0.safetensors").exists()
    assert (tmp_path / "run" / "unfinished.json").exists()


def test_a_file_names_its_recipe_and_overrides_its_settings(theatre, tmp_path):
    file = tmp_path / "my.toml"
    file.write_text('recipe = "made"\nseed = 4\n[training]\nepochs = 8\n')
    recipe, chosen = prepare(str(file), {"seed": 6})
    assert recipe.name == "made"
    assert (chosen.seed, chosen.training.epochs, chosen.training.learning_rate) == (6, 8, 0.1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seed = 4\n", "does not name its recipe"),
        ("recipe = 3\n", "does not name its recipe"),
        ('recipe = "made"\n[training]\nepoch = 3\n', "no setting 'training.epoch'"),
        ("recipe = \n", "is not valid TOML"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(theatre, tmp_path, text, words):
    file = tmp_path / "my.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=words):
        prepare(str(file))


def test_a_missing_file_is_named(theatre):
    with pytest.raises(SettingsError, match=r"'nowhere.toml' cannot be read: No such file"):
        prepare("nowhere.toml")


def test_data_that_changed_are_not_taken_for_the_same(theatre, prices, tmp_path):
    before = run("made", data=[prices]).info["data"]["fingerprint"]
    assert run("made", data=[prices]).info["data"]["fingerprint"] == before
    prices.write_text("22\n")
    assert run("made", data=[prices]).info["data"]["fingerprint"] != before


def test_data_that_lie_in_the_results_folder_count_all_the_same(prices):
    before = fingerprint_of([prices, prices.parent], prices.parent)
    assert before == fingerprint_of([prices, prices.parent], None)
    assert fingerprint_of([prices.parent], prices.parent.parent) != fingerprint_of([], None)
    assert fingerprint_of([prices.parent], prices.parent.parent) == fingerprint_of([prices.parent], None)


def test_what_is_refused_leaves_nothing_of_the_folders_that_it_made(tmp_path, monkeypatch):
    def refuse(*_):
        raise SettingsError("no")

    monkeypatch.setattr("longshort.recipes.running.fitting", refuse)
    with pytest.raises(SettingsError):
        run("perceptron", out=tmp_path / "new/run")
    assert list(tmp_path.iterdir()) == []
