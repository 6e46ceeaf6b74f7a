"""A run folder is whole, or says that it is not."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import polars as pl
import pytest

from longshort.claims import Claims, PointSkill, Telling
from longshort.errors import LongshortError, OutputError, RunFolderError
from longshort.finding import Finding
from longshort.language import LANGUAGES, message, say
from longshort.results.folder import begin, finish, load_run, save
from longshort.results.manifest import digest
from longshort.results.summary import SCHEMA

IDENTITY = {"recipe": {"model": {"cell": "lstm"}, "horizon": 5}, "data": "abc", "folds": [1, 2]}


def files_in(path):
    return sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file())


def content_of(path):
    return {name: (path / name).read_bytes() for name in files_in(path)}


@pytest.fixture
def saved(make_run, tmp_path):
    path = tmp_path / "run"
    make_run().save(path)
    return path


def test_a_run_comes_back_with_the_same_summary(make_run, saved):
    assert load_run(saved).summary() == make_run().summary() == json.loads((saved / "summary.json").read_bytes())


def test_a_folder_holds_the_files_of_the_documentation(saved):
    named = ["recipe.toml", "run.json", "summary.json", "forecasts.parquet", "history.parquet", "scores.parquet"]
    named += ["curves.parquet", "report.html", "model/weights.bin", "model/model.json"]
    others = [f"tables/{name}.parquet" for name in ("coming", "coverage", "lag", "reliability", "seeds", "skill")]
    assert files_in(saved) == sorted(named + others)


def test_forecasts_come_back_with_their_types(make_run, saved):
    frame = pl.read_parquet(saved / "forecasts.parquet")
    assert frame["model"].unique(maintain_order=True).to_list() == ["lstm", "naive"]
    assert frame.schema["cutoff"] == pl.Datetime("us")
    assert load_run(saved).forecasts["naive"].quantile_levels == ()


def test_the_recipe_is_toml_without_what_is_none(saved):
    assert load_run(saved).recipe == {
        "horizon": 3,
        "seed": 0,
        "model": {"cell": "lstm"},
        "quantile_levels": [0.1, 0.9],
    }


@pytest.mark.parametrize("changes", [{"dated": False}, {"forecasts": {}, "coming": {}}, {"model": None}])
def test_runs_of_other_shapes_come_back_too(make_run, tmp_path, changes):
    run = make_run(**changes)
    run.save(tmp_path / "run")
    assert load_run(tmp_path / "run").summary() == run.summary()


def test_what_is_claimed_said_and_given_comes_back(make_run, tmp_path):
    judged = PointSkill(answer="no", model="lstm", metric="rmse", baseline="naive", value=-0.02, baselines=("naive",))
    others = {name: type(claim)(reason="no_baseline") for name, claim in Claims().each()}
    claims, telling = Claims(**others | {"point": judged}), Telling(horizon=3, unit="month")
    noted = {"created": "2020-02-01T00:00:00+00:00", "data": {}, "notes": [message("run.calibrated", n=8)]}
    run = make_run(
        claims=claims,
        telling=telling,
        given="naive",
        verdict=message("run.calibrated", n=7),
        findings=(Finding("few_folds", "info", message("findings.few_folds", n=2), 2.0),),
        info=noted,
    )
    run.save(tmp_path / "run")
    loaded = load_run(tmp_path / "run")
    assert (loaded.claims, loaded.telling, loaded.given) == (claims, telling, "naive")
    assert loaded.findings == run.findings
    for lang in LANGUAGES:  # sentences are kept as messages, which every language can say
        assert say(loaded.verdict, lang) == say(run.verdict, lang)
        assert loaded.summary(lang) == run.summary(lang)


def test_a_loaded_run_can_be_saved_elsewhere_with_its_model(saved, tmp_path):
    load_run(saved).save(tmp_path / "copy")
    assert load_run(tmp_path / "copy").summary() == load_run(saved).summary()
    assert (tmp_path / "copy/model/weights.bin").read_bytes() == b"weights"


@pytest.mark.usefixtures("real_page")
def test_the_page_and_the_markdown_carry_the_verdict(make_run, tmp_path):
    run = make_run()
    run.report(tmp_path / "page.html")
    assert "wie gestern" in (tmp_path / "page.html").read_text("utf-8")
    assert "wie gestern" in run.to_markdown()


# --- overwriting, going on, and folders that are not ours ---------------------------------------------------------


def test_a_complete_run_is_refused_and_stays_as_it_was(make_run, saved):
    before = content_of(saved)
    with pytest.raises(RunFolderError, match="already holds a complete run") as error:
        make_run(seed=1).save(saved)
    assert "--overwrite" in error.value.hint
    assert content_of(saved) == before


def test_overwriting_replaces_the_run_and_leaves_what_is_not_ours(make_run, saved):
    (saved / "notes.txt").write_text("mine")
    (saved / "model" / "mine.txt").write_text("mine")
    make_run(seed=1, model=None).save(saved, overwrite=True)
    assert load_run(saved).summary() == make_run(seed=1).summary()
    assert (saved / "notes.txt").read_text() == (saved / "model/mine.txt").read_text() == "mine"
    assert not (saved / "model" / "weights.bin").exists()


def test_an_overwriting_command_leaves_the_old_run_whole_until_it_is_done(make_run, saved):
    begin(saved, IDENTITY, overwrite=True)
    assert load_run(saved).summary() == make_run().summary()
    finish(make_run(seed=1), saved)
    assert load_run(saved).summary() == make_run(seed=1).summary()


def test_the_same_command_goes_on_with_its_checkpoint(tmp_path):
    checkpoint = begin(tmp_path / "run", IDENTITY)
    (checkpoint / "weights").write_bytes(b"half")
    again = begin(tmp_path / "run", json.loads(json.dumps(IDENTITY)))
    assert (again / "weights").read_bytes() == b"half"


def test_another_command_is_refused_and_told_what_differs(tmp_path):
    (begin(tmp_path / "run", IDENTITY) / "weights").write_bytes(b"half")
    other = {"recipe": {"model": {"cell": "gru"}, "horizon": 5}, "data": "abc", "folds": [1, 2]}
    with pytest.raises(RunFolderError, match=r"recipe\.model\.cell was 'lstm' and is now 'gru'") as error:
        begin(tmp_path / "run", other)
    assert "--overwrite" in error.value.hint
    assert (tmp_path / "run/checkpoint/weights").exists()
    assert not list(begin(tmp_path / "run", other, overwrite=True).iterdir())


def test_finishing_takes_mark_and_checkpoint_away(make_run, tmp_path):
    (begin(tmp_path / "run", IDENTITY) / "weights").write_bytes(b"half")
    finish(make_run(), tmp_path / "run")
    assert not (tmp_path / "run/checkpoint").exists()
    assert not (tmp_path / "run/unfinished.json").exists()
    assert load_run(tmp_path / "run").verdict == make_run().verdict


def test_saving_finishes_what_was_begun_for_the_same_recipe_and_data(make_run, saved):
    run = make_run(seed=1)
    identity = {"recipe": run.recipe, "data": "abc1", "rivals": ["naive"]}
    begin(saved, identity, overwrite=True)
    with pytest.raises(RunFolderError, match="complete run"):
        run.save(saved)
    run.save(saved, overwrite=True)
    assert load_run(saved).summary() == run.summary()
    assert not (saved / "unfinished.json").exists()


def test_saving_refuses_a_folder_that_was_begun_for_other_data(make_run, tmp_path):
    run = make_run(seed=1)
    begin(tmp_path / "run", {"recipe": run.recipe, "data": "abc2"})
    with pytest.raises(RunFolderError, match="data was 'abc2' and is now 'abc1'"):
        run.save(tmp_path / "run")


def test_finishing_what_was_never_begun_is_refused(make_run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="no run was begun"):
        finish(make_run(), tmp_path)
    assert files_in(tmp_path) == ["notes.txt"]


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["notes.txt", "run.json", ".git/config"])
def test_a_foreign_folder_is_never_touched(make_run, tmp_path, overwrite, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text('{"mine": 1}')
    before = content_of(tmp_path)
    with pytest.raises(RunFolderError, match=f"holds other things .1, such as '{name.split('/')[0]}'"):
        make_run().save(tmp_path, overwrite=overwrite)
    assert content_of(tmp_path) == before


def test_an_empty_folder_is_taken(make_run, tmp_path):
    make_run().save(tmp_path)
    assert load_run(tmp_path).summary() == make_run().summary()


def test_a_folder_with_nothing_but_our_own_leftovers_is_taken(make_run, tmp_path):
    (tmp_path / ".longshort-123-unfinished.json.tmp").write_bytes(b"{")
    make_run().save(tmp_path)
    load_run(tmp_path)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_where_a_folder_is_wanted_is_refused(make_run, tmp_path, overwrite):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(RunFolderError, match="is a file"):
        make_run().save(tmp_path / "run", overwrite=overwrite)
    assert (tmp_path / "run").read_text() == "mine"


def test_a_list_of_files_from_elsewhere_deletes_nothing_outside(make_run, saved):
    outside = saved.parent / "precious.txt"
    outside.write_text("mine")
    content = json.loads((saved / "run.json").read_bytes())
    content["files"] |= {"../precious.txt": {}, str(outside): {}, "model/../../precious.txt": {}}
    (saved / "run.json").write_text(json.dumps(content | {"digest": digest(content)}))
    make_run(seed=1).save(saved, overwrite=True)
    assert outside.read_text() == "mine"


def test_a_damaged_mark_is_another_commands(tmp_path):
    begin(tmp_path / "run", IDENTITY)
    (tmp_path / "run/unfinished.json").write_bytes(b'{"schema": 1, "ident')
    with pytest.raises(RunFolderError, match="unfinished run of another command"):
        begin(tmp_path / "run", IDENTITY)
    begin(tmp_path / "run", IDENTITY, overwrite=True)


# --- reading what is missing, foreign, newer or damaged -----------------------------------------------------------


def test_a_missing_folder_a_file_and_a_foreign_folder_are_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "foreign").mkdir()
    for name, what in (("none", "does not exist"), ("file", "is a file"), ("foreign", "not a run folder")):
        with pytest.raises(RunFolderError, match=what):
            load_run(tmp_path / name)


def test_an_unfinished_run_says_so(tmp_path):
    begin(tmp_path / "run", IDENTITY)
    with pytest.raises(RunFolderError, match="unfinished run") as error:
        load_run(tmp_path / "run")
    assert "Repeat the command" in error.value.hint


def test_a_newer_schema_is_said(saved):
    content = json.loads((saved / "run.json").read_bytes())
    (saved / "run.json").write_text(json.dumps(content | {"schema": SCHEMA + 1, "longshort": "9.1"}))
    with pytest.raises(RunFolderError, match=r"written by a newer longshort \(9\.1") as error:
        load_run(saved)
    assert "upgrade" in error.value.hint


def test_a_folder_of_an_older_schema_is_to_be_made_again(saved):
    content = json.loads((saved / "run.json").read_bytes())
    (saved / "run.json").write_text(json.dumps(content | {"schema": 1, "longshort": "0.4.0"}))
    with pytest.raises(RunFolderError, match=r"written by an older longshort \(0\.4\.0") as error:
        load_run(saved)
    assert "Repeat the backtest" in error.value.hint


@pytest.mark.parametrize("text", ["[]", "1", "{}", '{"schema": 1}', "[" * 100_000, "NaN", '{"longshort": 1}', "\x00"])
def test_a_manifest_that_is_none_of_ours_is_refused(saved, text):
    (saved / "run.json").write_text(text)
    with pytest.raises(RunFolderError, match=r"run\.json"):
        load_run(saved)


def test_a_changed_number_in_the_manifest_is_noticed(saved):
    text = (saved / "run.json").read_text("utf-8")
    (saved / "run.json").write_text(text.replace('"sessions": 4', '"sessions": 5'), "utf-8")
    with pytest.raises(RunFolderError, match=r"run\.json' is damaged"):
        load_run(saved)


def test_any_file_cut_short_anywhere_or_missing_is_named(make_run, tmp_path):
    path = tmp_path / "run"
    make_run().save(path)
    whole = content_of(path)
    checked = [name for name in whole if name != "report.html"]  # the page is made from the rest, and not read
    for name in checked:
        length = len(whole[name])
        for keep in sorted({0, 1, length // 3, length // 2, length - 2, length - 1} - {length}):
            (path / name).write_bytes(whole[name][: max(keep, 0)])
            if name == "run.json" and keep == length - 1:
                assert load_run(path).summary() == make_run().summary()  # the line's end carries nothing
                continue
            with pytest.raises(RunFolderError, match=name.replace(".", r"\.")):
                load_run(path)
        (path / name).unlink()
        with pytest.raises(RunFolderError, match=name.replace(".", r"\.")):
            load_run(path)
        (path / name).write_bytes(whole[name])
    load_run(path)


def test_one_flipped_bit_is_noticed(make_run, tmp_path):
    path = tmp_path / "run"
    make_run().save(path)
    for name in ("forecasts.parquet", "model/weights.bin", "recipe.toml", "summary.json", "run.json"):
        whole = (path / name).read_bytes()
        for place in (len(whole) // 7, len(whole) // 2, len(whole) * 6 // 7):
            (path / name).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(RunFolderError):
                load_run(path)
        (path / name).write_bytes(whole)


def test_a_file_that_may_not_be_read_is_named(saved, monkeypatch):
    def refused(self):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.read_bytes", refused)
    with pytest.raises(RunFolderError, match=r"run\.json': Permission denied"):
        load_run(saved)


# --- full disks and kills -----------------------------------------------------------------------------------------


def failing_after(calls, monkeypatch):
    """Let the system refuse every write after some of them."""
    done = {"calls": 0}
    original = os.fsync

    def fsync(descriptor):
        done["calls"] += 1
        if done["calls"] > calls:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        original(descriptor)

    monkeypatch.setattr("os.fsync", fsync)


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 9, 25, 28])
def test_a_full_disk_leaves_no_new_folder_behind(make_run, tmp_path, monkeypatch, calls):
    with monkeypatch.context() as patch:
        failing_after(calls, patch)
        with pytest.raises(OutputError, match="No space left"):
            make_run().save(tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 9, 25])
def test_a_full_disk_leaves_the_old_run_whole(make_run, saved, monkeypatch, calls):
    before = content_of(saved)
    with monkeypatch.context() as patch:
        failing_after(calls, patch)
        with pytest.raises(OutputError, match="No space left"):
            make_run(seed=1).save(saved, overwrite=True)
    assert content_of(saved) == before
    make_run(seed=1).save(saved, overwrite=True)


def test_a_full_disk_leaves_the_checkpoint_of_the_command(make_run, tmp_path, monkeypatch):
    run = make_run(seed=1)
    identity = {"recipe": run.recipe, "data": "abc1"}
    (begin(tmp_path / "run", identity) / "weights").write_bytes(b"half")
    with monkeypatch.context() as patch:
        failing_after(3, patch)
        with pytest.raises(OutputError):
            run.save(tmp_path / "run")
    assert (begin(tmp_path / "run", identity) / "weights").read_bytes() == b"half"
    with pytest.raises(RunFolderError, match="unfinished"):
        load_run(tmp_path / "run")


class Dead(BaseException):
    """Stand for the moment of a kill: nothing after it runs."""


def killed_at(move, monkeypatch):
    """End the world at the n-th rename, by letting every later call on the file system fail as well."""
    done = {"moves": 0}
    originals = {name: getattr(Path, name) for name in ("replace", "unlink", "rmdir", "mkdir")}

    def counted(name):
        def call(self, *arguments, **options):
            done["moves"] += name == "replace"
            if done["moves"] > move:
                raise Dead
            return originals[name](self, *arguments, **options)

        return call

    for name in originals:
        monkeypatch.setattr(Path, name, counted(name))
    rmtree = shutil.rmtree

    def removed(path, **options):
        if done["moves"] > move:
            raise Dead
        rmtree(path, **options)

    monkeypatch.setattr("shutil.rmtree", removed)
    return done


@pytest.mark.parametrize("old", [False, True])
def test_a_kill_at_any_rename_leaves_a_whole_folder_or_one_that_says_so(make_run, tmp_path, monkeypatch, old):
    monkeypatch.setattr("os.fsync", lambda _: None)  # a kill is no power cut
    new, before = make_run(seed=1), make_run()
    seen, move = set(), 0
    while True:
        path = tmp_path / f"run{move}"
        if old:
            before.save(path)
        with monkeypatch.context() as patch:
            killed_at(move, patch)
            try:
                new.save(path, overwrite=old)
                break
            except Dead:
                pass
        seen.add(state(path, before, new))
        new.save(path, overwrite=True)  # the same command goes on
        assert load_run(path).summary() == new.summary()
        assert not list(path.glob(".longshort*"))
        move += 1
    assert move > 30
    assert seen == ({"old", "unfinished", "new"} if old else {"nothing", "unfinished", "new"})


def state(path, old, new):
    try:
        verdict = load_run(path).summary()
    except RunFolderError as error:
        if "unfinished" in error.message:
            return "unfinished"
        assert not (path / "run.json").exists()
        assert not [name for name in files_in(path) if not name.startswith(".longshort")]
        return "nothing"
    return {json.dumps(old.summary()): "old", json.dumps(new.summary()): "new"}[json.dumps(verdict)]


def test_a_process_that_is_killed_while_it_saves_leaves_a_whole_folder_or_one_that_says_so(tmp_path):
    program = textwrap.dedent(
        """
        import importlib.util, sys
        spec = importlib.util.spec_from_file_location("helpers", sys.argv[1])
        helpers = importlib.util.module_from_spec(spec); sys.modules["helpers"] = helpers
        spec.loader.exec_module(helpers)
        import longshort.report
        longshort.report.render = lambda summary, lang="en": "<html>" * 1000
        one, two = helpers.run_of(), helpers.run_of(seed=1)
        one.save(sys.argv[2])
        print("saved", flush=True)
        while True:
            two.save(sys.argv[2], overwrite=True); one.save(sys.argv[2], overwrite=True)
        """
    )
    for wait in (0.0, 0.013, 0.031):
        path = tmp_path / f"run{wait}"
        helpers = Path(__file__).with_name("conftest.py")
        child = subprocess.Popen([sys.executable, "-c", program, helpers, path], stdout=subprocess.PIPE)
        with child:
            assert child.stdout.readline() == b"saved\n"
            time.sleep(wait)
            child.send_signal(signal.SIGKILL)
        try:
            load_run(path)
        except LongshortError as error:
            assert "unfinished" in str(error)
            begin(path, {"another": "command"}, overwrite=True)


def test_save_is_the_runs_own(make_run, tmp_path):
    save(make_run(), tmp_path / "run")
    assert make_run().summary() == load_run(tmp_path / "run").summary()


def test_what_a_recipe_found_beyond_forecasts_comes_back(make_run, tmp_path):
    layers = ({"layer": "lstm", "output_shape": [None, 60, 50], "parameters": 10_400},)
    run = make_run(
        task="classify", synthetic=True, layers=layers, parameters=10_400, training_shape=(2708, 60, 1),
        predictions=pl.DataFrame({"truth": ["7"], "predicted": ["1"]}),
        samples=({"kind": "text", "text": "애기곰", "truth": "a", "predicted": "b", "probability": 0.5},),
    )  # fmt: skip
    run.save(tmp_path / "run")
    loaded = load_run(tmp_path / "run")
    for name in ("task", "synthetic", "layers", "parameters", "training_shape", "samples"):
        assert getattr(loaded, name) == getattr(run, name)
    assert loaded.predictions.equals(run.predictions)
    assert (tmp_path / "run" / "predictions.parquet").is_file()
    assert json.loads((tmp_path / "run" / "samples.json").read_text("utf-8"))[0]["text"] == "애기곰"
    assert loaded.summary() == run.summary()
    make_run().save(tmp_path / "run", overwrite=True)
    assert not (tmp_path / "run" / "predictions.parquet").exists()
    assert not (tmp_path / "run" / "samples.json").exists()
