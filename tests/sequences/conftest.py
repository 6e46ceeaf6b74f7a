"""Small problems that networks learn in a second, one for each estimator."""

import numpy as np
import pytest

import longshort as ls

SMALL = {"hidden_size": 6, "epochs": 2, "batch_size": 16, "device": "cpu", "learning_rate": 0.02}


def ragged(count=60, longest=9, seed=0):
    """Draw sequences of two features and of different lengths."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(rng.integers(1, longest + 1), 2)) for _ in range(count)]


def tune(count=40):
    """Write the same four notes again and again."""
    return ["do", "re", "mi", "sol"] * (count // 4)


def make(kind, **changes):
    return getattr(ls, kind)(**(SMALL | changes))


def problem_of(kind):
    """Give X and y of an estimator (of a language model, its text alone)."""
    X = ragged()
    return {
        "SequenceClassifier": lambda: (X, np.array(["up" if one[-1, 0] > 0 else "down" for one in X])),
        "SequenceRegressor": lambda: (X, np.array([one[-1, 0] for one in X]) * 100 + 1000),
        "SequenceLabeller": lambda: (X, [np.where(one[:, 1] > 0, 7, 3) for one in X]),
        "SequenceModel": lambda: (tune(),),
        "SequenceTranslator": lambda: (X, ["".join("+" if v > 0 else "-" for v in one[:, 0]) for one in X]),
    }[kind]()


def answers_of(model, kind):
    """Ask an estimator something whose every bit counts."""
    given = problem_of(kind)[0]
    if kind == "SequenceModel":
        return model.next_proba(given)
    if kind in ("SequenceClassifier", "SequenceLabeller"):
        answers = model.predict_proba(given)
        return answers if kind == "SequenceClassifier" else np.concatenate(answers)
    return np.array(model.predict(given))


KINDS = ["SequenceClassifier", "SequenceRegressor", "SequenceLabeller", "SequenceModel", "SequenceTranslator"]


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="session")
def estimator():
    return make


@pytest.fixture(scope="session")
def problem():
    return problem_of


@pytest.fixture(scope="session")
def answers():
    return answers_of


@pytest.fixture(scope="session")
def fitted():
    """Give each estimator fitted once, with two members; nobody changes it."""
    made = {}

    def fit(name):
        if name not in made:
            made[name] = make(name, members=2).fit(*problem_of(name))
        return made[name]

    return fit
