"""A folder whose content somebody changed, checksums and all, is damaged; it is no fault of ours."""

import json
import os

import polars as pl
import pytest

from longshort.errors import RunFolderError
from longshort.results.claim import begin
from longshort.results.folder import load_run
from longshort.results.manifest import digest, fingerprint, read_json


@pytest.fixture
def saved(make_run, tmp_path):
    make_run().save(tmp_path / "run")
    return tmp_path / "run"


def renew(run, content=None):
    """Make all checksums anew."""
    content = json.loads((run / "run.json").read_bytes()) if content is None else content
    if isinstance(content.get("files"), dict):
        content["files"] = {name: fingerprint(run / name) for name in content["files"]}
    (run / "run.json").write_text(json.dumps(content | {"digest": digest(content)}))


def refused(run):
    with pytest.raises(RunFolderError, match="damaged") as error:
        load_run(run)
    assert "Repeat the backtest" in error.value.hint


def test_checksums_made_anew_are_accepted_where_nothing_else_changed(make_run, saved):
    renew(saved)
    assert load_run(saved).summary() == make_run().summary()


@pytest.mark.parametrize("key", ["network", "verdict", "findings", "folds", "run", "claims", "task", "files"])
@pytest.mark.parametrize("value", ["missing", 7, [7]])
def test_an_entry_of_the_manifest_that_is_none_is_damage(saved, key, value):
    content = json.loads((saved / "run.json").read_bytes()) | {key: value}
    if value == "missing":
        del content[key]
    renew(saved, content)
    refused(saved)


def test_a_stretch_of_a_fold_that_is_none_is_damage(saved):
    content = json.loads((saved / "run.json").read_bytes())
    content["folds"][0]["train"] = 7
    renew(saved, content)
    refused(saved)


@pytest.mark.parametrize(
    "account",
    [
        {"data": "none"}, {"data": {"rows": "many"}}, {"data": {"calendars": {"each": 1, "of": [0]}}}, {"notes": 7},
        {"seconds": {"fit": "long"}}, {"versions": ["numpy"]}, {"context": {"model": "lstm"}},
    ],
)  # fmt: skip
def test_an_account_of_another_form_is_damage(saved, account):
    content = json.loads((saved / "run.json").read_bytes())
    content["run"] |= account
    renew(saved, content)
    refused(saved)


@pytest.mark.parametrize("file", ["history", "forecasts", "scores", "skill", "curves"])
def test_a_table_without_its_columns_or_with_others_is_damage(saved, file):
    path = next(saved.rglob(f"{file}.parquet"))
    table = pl.read_parquet(path)
    for changed in (table.drop(table.columns[0]), table.with_columns(pl.lit("q").alias(table.columns[-1]))):
        changed.write_parquet(path)
        renew(saved)
        refused(saved)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" * 100])
def test_a_table_that_is_none_is_damage(saved, content):
    (saved / "scores.parquet").write_bytes(content)
    renew(saved)
    refused(saved)


def test_a_recipe_that_is_no_toml_is_damage(saved):
    (saved / "recipe.toml").write_text("= 1")
    renew(saved)
    refused(saved)


def test_a_list_that_names_files_elsewhere_is_damage(saved):
    (saved.parent / "mine.parquet").write_bytes((saved / "scores.parquet").read_bytes())
    content = json.loads((saved / "run.json").read_bytes())
    content["files"]["tables/../../mine.parquet"] = {}
    renew(saved, content)
    refused(saved)


def test_a_manifest_is_not_read_beyond_its_limit(saved, monkeypatch):
    monkeypatch.setattr("longshort.results.manifest.LARGEST", (saved / "run.json").stat().st_size)
    load_run(saved)
    with (saved / "run.json").open("ab") as file:
        file.write(b" ")
    refused(saved)


def test_a_pipe_in_place_of_a_manifest_is_not_waited_for(saved):
    (saved / "run.json").unlink()
    os.mkfifo(saved / "run.json")
    for call in (load_run, lambda path: begin(path, {}), lambda path: read_json(path / "run.json")):
        with pytest.raises(RunFolderError):
            call(saved)


def test_memory_that_ends_is_no_damage(saved, monkeypatch):
    def full(*_, **__):
        raise MemoryError

    monkeypatch.setattr("polars.read_parquet", full)
    with pytest.raises(MemoryError):
        load_run(saved)
