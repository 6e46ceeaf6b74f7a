"""What cannot be learnt from is refused: what, where, what to type."""

import re

import numpy as np
import pytest

from longshort.errors import DataError

X = np.random.default_rng(0).normal(size=(30, 4, 2))
CLASSES = np.arange(30) % 2


def steps(labels):
    return np.tile(np.asarray(labels)[:, None], 4)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (CLASSES * 0, "y has one class only, 0: there is nothing to tell apart.*\n.*2 classes or more"),
        (["up"] * 30, "y has one class only, 'up'"),
        (None, "a label for each sequence is needed"),
        (CLASSES + 0.5, "continuous.*\n.*Use SequenceRegressor"),
        (np.where(CLASSES, np.nan, 1.0), "y contains NaN"),
        (np.array(["a", None], object)[CLASSES], "y holds None, of type NoneType"),
        (np.array([b"a", b"b"])[CLASSES], r"y holds b'.', of type bytes.*\n.*astype\(str\)"),
        (np.array(["2020-01-01", "2021-01-01"], "M8[D]")[CLASSES], "of type date"),
        (np.array(["a", 1], object)[CLASSES], "mixes labels that have no order.*\n.*of one type"),
        (np.array(["a\ud800", "b"])[CLASSES], r"the label .* holds a lone surrogate \(U\+D800\)"),
        (np.array(["a\0b", "b"])[CLASSES], r"the label .* holds a NUL"),
        (CLASSES[:29], "X has 30 sequences and y 29 targets"),
        (CLASSES.reshape(15, 2), "15 targets"),
    ],
)
def test_labels_that_are_no_classes_are_refused_by_classifier_and_labeller(estimator, y, said):
    with pytest.raises(DataError, match=said):
        estimator("SequenceClassifier").fit(X, y)
    if y is not None and len(y) == 30:
        with pytest.raises(DataError, match=said):
            estimator("SequenceLabeller").fit(X, steps(y))


def test_labels_that_training_did_not_see_are_named_beside_those_that_it_saw(estimator):
    model = estimator("SequenceClassifier").fit(X, CLASSES)
    with pytest.raises(DataError, match=r"training did not see: 2\.\n.*Training saw 0, 1"):
        model.score(X, CLASSES + 1)
    labeller = estimator("SequenceLabeller").fit(X, steps(CLASSES))
    with pytest.raises(DataError, match=r"training did not see: '0', '1'\.\n.*Training saw 0, 1"):
        labeller.score(X, steps(CLASSES).astype(str))
    translator = estimator("SequenceTranslator").fit(X, ["a", "b"] * 15)
    with pytest.raises(DataError, match=r"symbols that training did not see: 'z'\.\n.*symbols of the fit"):
        translator.score(X, ["z"] * 30)


@pytest.mark.parametrize("name", ["SequenceClassifier", "SequenceRegressor", "SequenceTranslator"])
def test_time_and_samples_exchanged_are_said_with_the_line_that_mends_it(estimator, name):
    y = ["a", "b"] * 15 if name == "SequenceTranslator" else CLASSES
    said = "X has shape (4, 30, 2): 4 samples of 30 time steps, where y has 30 targets. The axes of time and samples"
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        estimator(name).fit(X.transpose(1, 0, 2), y)
    assert "X.transpose(1, 0, 2), of shape (30, 4, 2)" in caught.value.hint


def test_a_step_without_its_label_is_named(estimator):
    with pytest.raises(DataError, match=r"sequence 0 has 4 time steps and 3 labels"):
        estimator("SequenceLabeller").fit(X, steps(CLASSES)[:, :3])
    with pytest.raises(DataError, match="X holds texts, and labels belong to steps"):
        estimator("SequenceLabeller").fit(["ab"] * 30, steps(CLASSES))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "hold no characters"),
        ("a", "1 tokens: nothing follows"),
        ("ab\ud800", r"a lone surrogate \(U\+D800\) in line 1, character 3"),
        ("ab\0", r"a NUL \(U\+0000\)"),
        (["do", "re\ud800"], r"the token .* holds a lone surrogate"),
        (None, "the text is of type NoneType"),
        (["a", 1], "a list of int, str"),
        ([1.5, 2.5], "a list of float"),
        ([[1, 2], [3]], "a list of list"),
        ([], "0 tokens: nothing follows"),
    ],
)
def test_a_text_that_cannot_be_learnt_is_refused(estimator, text, said):
    with pytest.raises(DataError, match=said):
        estimator("SequenceModel").fit(text)


def test_tokens_that_training_did_not_see_are_named(fitted):
    with pytest.raises(DataError, match="'fa' was not seen in training"):
        fitted("SequenceModel").generate(["do", "fa"], 2)


def test_notes_may_be_numpys_numbers(estimator):
    model = estimator("SequenceModel").fit([np.int64(5), np.int64(7)] * 20)
    assert set(model.generate([5], 6)) <= {5, 7}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([""] * 30, "all answers are empty"),
        (["a", [1]] * 15, "mixes texts and numbers"),
        ([["a", 1.5], "b"] * 15, r"answer 0 is .*neither a text nor a list"),
        (["a", "\ud800"] * 15, r"answer 1 holds a lone surrogate"),
        (["a"] * 29, "X has 30 sequences and y 29"),
    ],
)
def test_answers_that_cannot_be_learnt_are_refused(estimator, answers, said):
    with pytest.raises(DataError, match=said):
        estimator("SequenceTranslator").fit(X, answers)
