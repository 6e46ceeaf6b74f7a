"""Inputs of another kind or shape are refused: what, where, what to type."""

import numpy as np
import pytest

import longshort as ls
from longshort.errors import DataError

X = np.random.default_rng(0).normal(size=(30, 4, 2))
CLASSES = np.arange(30) % 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("one text", r"X is one text.*\n.*\[text\]"),
        (["a\ud800", "b"] * 15, r"text 0 holds a lone surrogate \(U\+D800\) in line 1, character 2"),
        (["a", "b\0"] * 15, "text 1 holds a NUL"),
        (["a", None] * 15, "a text is of type NoneType"),
        ([""] * 30, "the texts hold no characters"),
        (5, "expected a 2D or 3D array"),
        (X[..., None], r"X has shape \(30, 4, 2, 1\)"),
    ],
)
def test_inputs_that_are_neither_texts_nor_sequences_are_refused(estimator, given, said):
    with pytest.raises(DataError, match=said):
        estimator("SequenceClassifier").fit(given, CLASSES)


def test_another_kind_of_input_than_in_training_is_refused(estimator):
    numbers = estimator("SequenceClassifier").fit(X, CLASSES)
    with pytest.raises(DataError, match="X holds texts, and numbers in training"):
        numbers.predict(["a"])
    with pytest.raises(DataError, match="X has 4 features, but longshort is expecting 2"):
        numbers.predict(X.transpose(0, 2, 1))
    texts = estimator("SequenceClassifier").fit(["a", "b"] * 15, CLASSES)
    with pytest.raises(DataError, match="X holds numbers, and texts in training"):
        texts.predict(X)


def test_an_empty_text_is_read_as_one_unknown_token(estimator):
    model = estimator("SequenceClassifier").fit(["", "bad"] * 15, CLASSES)
    assert model.predict_proba([""]) == pytest.approx(model.predict_proba(["\u2603"]))


def test_a_parameter_may_be_numpys_number_as_a_search_passes_it(estimator, tmp_path):
    plain = {"hidden_size": 3, "dropout": 0.25, "bidirectional": True, "cell": "gru", "dense": (4,), "seed": 2}
    numpys = {"hidden_size": np.int64(3), "dropout": np.float64(0.25), "bidirectional": np.bool_(True)}
    numpys |= {"cell": np.str_("gru"), "dense": (np.int32(4),), "seed": np.int64(2)}
    one, other = (estimator("SequenceClassifier", **own).fit(X, CLASSES) for own in (plain, numpys))
    assert np.array_equal(one.predict_proba(X), other.predict_proba(X))
    other.save(tmp_path)
    assert ls.load(tmp_path).get_params() == one.get_params()
