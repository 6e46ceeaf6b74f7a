import json
import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import load_file, save_file

import longshort as ls
from longshort.errors import DataError, RunFolderError
from longshort.language import listed, message, say
from longshort.results.manifest import digest, fingerprint
from longshort.results.model import ARRAYS, DESCRIPTION, WEIGHTS

FILES = (WEIGHTS, ARRAYS, DESCRIPTION)
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def panel(prices):
    return prices(series=2, rows=130)


@pytest.fixture(scope="module")
def forecaster(small, panel):
    return small.fit(panel.until(int(panel.times[109])))


@pytest.fixture(scope="module")
def saved(forecaster, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    forecaster.save(folder)
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    shutil.copytree(saved, tmp_path / "model")
    return tmp_path / "model"


def same(one, other):
    for name in ("mean", "quantiles", "p_up", "cutoffs", "ds", "seed_quantiles"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def test_an_update_moves_the_forecast_on_without_training(forecaster, panel):
    updated = forecaster.update(panel.since(int(panel.times[110])))
    assert updated.fitted is forecaster.fitted
    assert (updated.predict().cutoffs == panel.times[129]).all()
    same(updated.predict(), forecaster.predict(panel))
    assert (forecaster.predict().cutoffs == panel.times[109]).all()  # the old one stays what it was


def test_mixed_precision_is_noted_and_forecasts_anywhere(forecaster, panel):
    recipe = forecaster.fitted.recipe.replace({"training.precision": "mixed"})
    fitted = replace(forecaster.fitted, recipe=recipe)
    assert not any("mixed precision" in note for note in forecaster.fitted.notes)
    assert any("Trained in mixed precision" in note for note in fitted.notes)
    same(replace(forecaster, fitted=fitted).predict(panel), forecaster.predict(panel))


def test_rows_that_repeat_what_is_known_are_welcome(forecaster, panel):
    same(forecaster.update(panel.since(int(panel.times[90]))).predict(), forecaster.predict(panel))


def test_rows_that_rewrite_history_are_refused(forecaster, panel):
    with pytest.raises(DataError, match=r"20 of the new rows of 'S0' .* do not agree"):
        forecaster.update(panel.with_values(panel.values + 1.0).since(int(panel.times[90])))


def test_an_update_takes_a_table(prices, small, tmp_path):
    panel = prices(rows=130)
    newer = panel.since(int(panel.times[110]))
    columns = {c.name: newer.values[:, i] for i, c in enumerate(newer.columns)}
    table = pl.DataFrame({"Date": newer.labels(newer.times).astype("datetime64[us]")} | columns)
    forecaster = small.fit(panel.until(int(panel.times[109])))
    same(forecaster.update(table).predict(), forecaster.predict(panel))


def test_a_model_updated_and_saved_goes_on_from_there(forecaster, panel, tmp_path):
    updated = forecaster.update(panel.since(int(panel.times[110])))
    updated.save(tmp_path / "model")
    same(ls.load(tmp_path / "model").predict(), updated.predict())


def with_columns(panel, places):
    columns = tuple(panel.columns[place] for place in places)
    return ls.Panel(**{**vars(panel), "values": panel.values[:, places], "columns": columns})


def test_a_missing_column_is_refused_by_name(forecaster, panel):
    for use in (forecaster.predict, forecaster.update):
        with pytest.raises(DataError, match="fitted on the columns 'Close', 'High', 'Low', 'Volume', but"):
            use(with_columns(panel, [0, 1, 2]))


def test_columns_in_another_order_change_nothing(forecaster, panel):
    same(forecaster.predict(with_columns(panel, [0, 2, 1, 3])), forecaster.predict(panel))


def test_what_is_saved_is_loaded(forecaster, folder):
    same(ls.load(folder).predict(), forecaster.predict())
    assert ls.load(folder).recipe == forecaster.recipe


def test_what_was_assumed_of_the_data_is_loaded_and_can_be_said_in_korean(forecaster, tmp_path):
    calendar = message("notes.calendar.recognised", n=1, names=listed([message("calendars.daily")]))
    notes = (calendar, "In a user's own words.")
    replace(forecaster, panel=replace(forecaster.panel, notes=notes)).save(tmp_path / "model")
    loaded = ls.load(tmp_path / "model").panel.notes
    assert loaded == notes
    assert [say(note, "ko") for note in loaded] == ["날짜를 보고 달력을 일별로 정했습니다.", "In a user's own words."]


def test_notes_of_an_older_longshort_are_loaded_as_the_text_that_they_are(folder):
    panel = json.loads((folder / DESCRIPTION).read_bytes())["panel"]
    rewrite(folder, panel=panel | {"notes": ["Text in utf-8, cells separated by commas."]})
    assert ls.load(folder).panel.notes == ("Text in utf-8, cells separated by commas.",)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named(folder, name):
    whole = (folder / name).read_bytes()
    for size in (0, 1, 9, len(whole) // 2, len(whole) - 2):
        (folder / name).write_bytes(whole[:size])
        with pytest.raises(RunFolderError, match=name):
            ls.load(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_anywhere_is_found(folder, name):
    whole = (folder / name).read_bytes()
    for place in np.linspace(0, len(whole) - 2, 40).astype(int):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        (folder / name).write_bytes(damaged)
        if name == DESCRIPTION and _as_json(damaged) == json.loads(whole):
            continue  # another blank between two entries says the same
        with pytest.raises(RunFolderError):
            ls.load(folder)


def _as_json(content):
    try:
        return json.loads(content)
    except ValueError:
        return None


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(RunFolderError, match=name):
        ls.load(folder)


def test_files_of_two_models_do_not_pass_for_one(folder, small, panel, tmp_path):
    small.replace({"seed": 9}).fit(panel).save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / WEIGHTS, folder / WEIGHTS)
    with pytest.raises(RunFolderError, match=WEIGHTS):
        ls.load(folder)


def test_a_newer_model_says_to_upgrade(folder):
    rewrite(folder, schema=99)
    with pytest.raises(RunFolderError, match=r"schema 99[\s\S]*upgrade"):
        ls.load(folder)


@pytest.mark.parametrize("content", [{"kind": "a cake"}, [], "text", {}])
def test_a_foreign_folder_is_refused(folder, content):
    (folder / DESCRIPTION).write_text(json.dumps(content))
    with pytest.raises(RunFolderError, match="no longshort model"):
        ls.load(folder)


@pytest.mark.parametrize("change", [{"network": None}, {"members": 3}, {"panel": {}}])
def test_a_description_that_does_not_fit_its_arrays_is_damaged(folder, change):
    rewrite(folder, **change)
    with pytest.raises(ls.LongshortError):
        ls.load(folder)


def test_arrays_of_another_shape_are_refused(folder):
    arrays = load_file(folder / ARRAYS)
    for name, old in arrays.items():
        for other in (np.append(old, old[:1], axis=0), old[None], old[:0]):
            save_file(arrays | {name: np.ascontiguousarray(other)}, folder / ARRAYS)
            files = {each: fingerprint(folder / each) for each in (WEIGHTS, ARRAYS)}
            rewrite(folder, files=files)
            with pytest.raises(RunFolderError, match="do not belong together"):
                ls.load(folder)


def rewrite(folder, **changes):
    """Change a description and sign it anew, as another program might."""
    content = json.loads((folder / DESCRIPTION).read_bytes()) | changes
    (folder / DESCRIPTION).write_text(json.dumps(content | {"digest": digest(content)}))


def test_an_empty_folder_holds_no_model(tmp_path):
    with pytest.raises(RunFolderError, match="holds no longshort model"):
        ls.load(tmp_path)


def test_nothing_in_the_folder_is_a_pickle(saved):
    assert {file.name for file in saved.iterdir()} == set(FILES)


def test_predicting_past_the_own_data_needs_no_outcomes(forecaster, panel):
    forecast = forecaster.predict(panel)
    assert np.isnan(forecast.y).all()
    assert (forecast.ds == panel.times[129] + DAY * np.arange(1, 4)).all()
