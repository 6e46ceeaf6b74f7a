"""scikit-learn's own checks of estimators pass, but for those that are named here with their reason."""

import subprocess
import sys

import numpy as np
import pytest

import longshort as ls

LEFT_OUT = {
    "SequenceClassifier.check_supervised_y_2d": (
        "wants scikit-learn's DataConversionWarning for labels in a column of their own. They mean one thing only, are "
        "taken as they are, and the check's other half (the same answers as for a flat y) is proved below."
    ),
}
# small networks that still learn what some checks ask for: 83 % of three blobs, R² above 0.5 of ten columns
SMALL = {"cell": "rnn", "batch_size": 32, "device": "cpu"}
CHECKED = {
    "SequenceClassifier": SMALL | {"hidden_size": 8, "epochs": 4, "learning_rate": 0.1},
    "SequenceRegressor": SMALL | {"hidden_size": 16, "epochs": 8, "learning_rate": 0.05},
}
# the others answer for each step, by texts, or learn one text: of all checks, those that fit no flat y suit them
UNFITTED = (
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_estimators_unfitted",
)


@pytest.fixture(scope="module")
def checks():
    return pytest.importorskip("sklearn.utils.estimator_checks", reason="scikit-learn is not installed")


@pytest.mark.filterwarnings("ignore:Estimator .* does not inherit from `sklearn.base.BaseEstimator`")
@pytest.mark.parametrize("name", CHECKED)
def test_scikit_learns_own_checks_pass_and_those_left_out_do_not(checks, monkeypatch, name):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it one check is skipped
    own = {key.partition(".")[2]: why for key, why in LEFT_OUT.items() if key.startswith(f"{name}.")}
    estimator = getattr(ls, name)(**CHECKED[name])
    results = checks.check_estimator(estimator, expected_failed_checks=own, on_skip=None, on_fail=None)
    wrong = [result["exception"] for result in results if result["status"] == "failed"]
    if wrong:
        raise ExceptionGroup(f"{name}: {len(wrong)} of {len(results)} checks", wrong)
    assert len(results) > 50
    left_out = {result["check_name"] for result in results if result["status"] == "xfail"}
    assert left_out == set(own), "a check that passes is no longer left out"
    assert not [result["check_name"] for result in results if result["status"] == "skipped"]


def test_few_checks_are_left_out():
    assert len(LEFT_OUT) <= 8


@pytest.mark.parametrize("name", ["SequenceLabeller", "SequenceModel", "SequenceTranslator"])
@pytest.mark.parametrize("check", UNFITTED)
def test_checks_without_a_fit_pass_for_the_others(checks, name, check):
    getattr(checks, check)(name, getattr(ls, name)())


def test_labels_in_a_column_are_learnt_as_flat_ones(estimator, problem):
    X, y = problem("SequenceClassifier")
    flat, column = (estimator("SequenceClassifier").fit(X, labels) for labels in (y, y[:, None]))
    assert np.array_equal(flat.predict_proba(X), column.predict_proba(X))


def test_scikit_learn_cross_validates_labels_of_steps_and_answers(estimator):
    selection = pytest.importorskip("sklearn.model_selection", reason="scikit-learn is not installed")
    X = np.random.default_rng(0).normal(size=(40, 5, 2))
    signs = np.where(X[:, :, 0] > 0, "+", "-")
    answers = ["".join(row) for row in signs]
    labeller = estimator("SequenceLabeller", epochs=30)
    assert selection.cross_val_score(labeller, X, signs, cv=2).min() > 0.8
    search = selection.GridSearchCV(estimator("SequenceTranslator"), {"hidden_size": [2, 6]}, cv=2).fit(X, answers)
    assert search.best_estimator_.get_params()["hidden_size"] == search.best_params_["hidden_size"]


def test_without_scikit_learn_estimators_import_and_say_that_they_are_not_fitted():
    """Block scikit-learn in a process of its own, as on a machine that has none."""
    lines = [
        "import sys; sys.modules['sklearn'] = None",
        "import longshort as ls",
        "try: ls.SequenceClassifier().predict([[1.0]])",
        "except ls.sequences.NotFittedError as error: print(error.message)",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout == "this SequenceClassifier is not fitted yet.\n"
