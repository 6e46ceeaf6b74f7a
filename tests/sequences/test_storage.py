"""What was saved answers as what was fitted, and lies in files that cannot execute."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import longshort as ls
from longshort.errors import RunFolderError
from longshort.results.manifest import digest, fingerprint


@pytest.fixture
def saved(kind, fitted, tmp_path):
    fitted(kind).save(tmp_path / "model")
    return tmp_path / "model"


def test_a_loaded_estimator_answers_bit_for_bit(kind, fitted, answers, saved):
    model, loaded = fitted(kind), ls.load(saved)
    assert type(loaded) is type(model)
    assert np.array_equal(answers(loaded, kind), answers(model, kind))
    assert loaded.get_params() == model.get_params()
    assert (loaded.records_, loaded.best_epochs_) == (model.records_, model.best_epochs_)
    assert loaded.layer_table() == model.layer_table()


def test_a_folder_holds_numbers_and_json_alone(kind, saved):
    assert {file.name for file in saved.iterdir()} == {"weights.safetensors", "arrays.safetensors", "model.json"}
    for name in ("weights", "arrays"):
        assert all(isinstance(value, np.ndarray) for value in load_file(saved / f"{name}.safetensors").values())
    assert json.loads((saved / "model.json").read_text("utf-8"))["estimator"] == kind


def test_what_was_loaded_saves_again_as_the_same_files(saved, tmp_path):
    ls.load(saved).save(tmp_path / "again")
    for file in saved.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("labels", [["a", "나"], [3, -5], [True, False], [1.0, 2.0], [2**60, 2**60 + 1]])
def test_labels_come_back_as_they_were(estimator, labels, tmp_path):
    y = np.array(labels)[np.arange(30) % 2]
    model = estimator("SequenceClassifier").fit(np.random.default_rng(0).normal(size=(30, 4, 2)), y)
    model.save(tmp_path)
    assert np.array_equal(ls.load(tmp_path).classes_, model.classes_)
    assert ls.load(tmp_path).classes_.dtype == model.classes_.dtype


@pytest.mark.parametrize("tokens", ["characters", "words", "jamo"])
def test_a_tokenizer_comes_back_with_its_texts(estimator, tokens, tmp_path):
    texts = ["좋은 영화", "나쁜 영화다", ""] * 10
    model = estimator("SequenceClassifier", tokens=tokens).fit(texts, [1, 0, 0] * 10)
    model.save(tmp_path)
    assert np.array_equal(ls.load(tmp_path).predict_proba(texts), model.predict_proba(texts))


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("weights.safetensors", lambda data: data[:-1] + bytes([data[-1] ^ 1]), "weights.safetensors' is damaged"),
        ("arrays.safetensors", lambda data: data[:-1], "arrays.safetensors' is damaged"),
        ("weights.safetensors", lambda data: None, "weights.safetensors' is missing or cannot be read: No such file"),
        ("model.json", lambda data: data.replace(b'"hidden_size": 6', b'"hidden_size": 7'), "model.json' is damaged"),
        ("model.json", lambda data: data[: len(data) // 2], "model.json"),
        ("model.json", lambda data: None, "model.json"),
        ("model.json", lambda data: data.replace(b'"schema": 1', b'"schema": 9'), "has schema 9.*\n.*upgrade"),
    ],
)
def test_a_damaged_folder_is_refused_by_the_file(fitted, tmp_path, name, spoil, said):
    fitted("SequenceRegressor").save(tmp_path)
    left = spoil((tmp_path / name).read_bytes())
    (tmp_path / name).unlink() if left is None else (tmp_path / name).write_bytes(left)
    with pytest.raises(RunFolderError, match=said):
        ls.load(tmp_path)


def renewed(folder, name, array):
    """Put another array into a model folder, and make its checksums anew."""
    save_file(load_file(folder / "arrays.safetensors") | {name: array}, folder / "arrays.safetensors")
    content = json.loads((folder / "model.json").read_bytes())
    content["files"]["arrays.safetensors"] = fingerprint(folder / "arrays.safetensors")
    (folder / "model.json").write_text(json.dumps(content | {"digest": digest(content)}))


@pytest.mark.parametrize("name", ["inputs.centre", "inputs.scale", "centre_", "spread_"])
def test_arrays_of_another_shape_are_refused(fitted, tmp_path, name):
    fitted("SequenceRegressor").save(tmp_path)
    old = load_file(tmp_path / "arrays.safetensors")[name]
    renewed(tmp_path, name, old)
    ls.load(tmp_path)
    for other in (np.append(old, old[:1]), old[None], old[:0]):
        renewed(tmp_path, name, other)
        with pytest.raises(RunFolderError, match=f"do not belong together .*{name}"):
            ls.load(tmp_path)
