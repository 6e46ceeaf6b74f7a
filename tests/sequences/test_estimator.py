"""What all five estimators do alike."""

import copy
from _thread import interrupt_main

import numpy as np
import pytest

import longshort as ls
from longshort.errors import DataError, SettingsError
from longshort.nn.stack import BatchNorm, Dense, Flatten, Pool, Recurrent
from longshort.sequences import NotFittedError
from longshort.sequences.model import chunks
from longshort.sequences.settings import Settings
from longshort.sequences.splitting import split

WITH_CHANCES = ["SequenceClassifier", "SequenceRegressor", "SequenceLabeller", "SequenceModel"]


def test_the_same_seed_gives_the_same_bits_and_another_one_others(kind, estimator, problem, answers, fitted):
    again = estimator(kind, members=2).fit(*problem(kind))
    assert np.array_equal(answers(again, kind), answers(fitted(kind), kind))
    other = estimator(kind, members=2, seed=5).fit(*problem(kind))
    assert not all(np.array_equal(b, other.parameters_[0][name]) for name, b in again.parameters_[0].items())


def test_members_differ_by_their_seeds_alone(kind, estimator, problem, fitted):
    second = estimator(kind, seed=1).fit(*problem(kind))
    if kind in ("SequenceModel",):  # the others hold other sequences back for another seed
        assert all(np.array_equal(b, second.parameters_[0][name]) for name, b in fitted(kind).parameters_[1].items())
    assert len(fitted(kind).parameters_) == len(fitted(kind).records_) == 2


def alone(model, member):
    """Give an estimator of one member out of several."""
    one = copy.copy(model)
    one.parameters_ = [model.parameters_[member]]
    return one


@pytest.mark.parametrize("kind", WITH_CHANCES)
def test_answers_are_averaged_over_members(kind, answers, fitted):
    model = fitted(kind)
    first, second = (answers(alone(model, member), kind) for member in (0, 1))
    assert np.abs(first - second).max() > 1e-4
    assert answers(model, kind) == pytest.approx((first + second) / 2, rel=1e-6)


def test_translators_say_the_symbol_that_is_likeliest_on_average(fitted):
    model, chances = alone(fitted("SequenceTranslator"), 0), np.array([[0.6, 0.3, 0.1], [0.1, 0.7, 0.2]])
    silent = {name: np.zeros_like(value) for name, value in model.parameters_[0].items()}
    assert model.symbols_ == ["+", "-"]
    members = [silent | {"readout.bias": np.log(own).astype(np.float32)} for own in chances]
    said = []
    for model.parameters_ in (members[:1], members[1:], members, members[::-1]):
        said.append(model.predict([np.zeros((3, 2))])[0])
    assert said == [sign * model.longest_ for sign in "+---"]


def drawn(kind, count=400):
    """Draw a problem of long and short sequences, of which more are held back than are answered at once."""
    rng = np.random.default_rng(3)
    X = [rng.normal(size=(rng.integers(1, 40), 2)) for _ in range(count)]
    signs = [np.where(one[:, 0] > 0, "+", "-") for one in X]
    return X, {
        "SequenceClassifier": np.array([own[-1] for own in signs]),
        "SequenceRegressor": np.array([[one[-1, 0] * 100 + 1000, len(one)] for one in X]),
        "SequenceLabeller": signs,
        "SequenceTranslator": ["".join(own) for own in signs],
        "SequenceModel": list(np.concatenate(signs)),
    }[kind]


def cost(model, kind, X, y):  # noqa: N803 - the field's name
    """Give the mean loss of answers to what was held back, from what the estimator says to anybody."""
    parts = split(400, 0.4, 0, np.unique(y, return_inverse=True)[1] if kind == "SequenceClassifier" else None)
    if kind == "SequenceModel":
        learnt = chunks(model.encode(y), model.length, 0.4)
        texts = [learnt.tokens[start : start + learnt.length + 1] for start in learnt.validation]
        own = [model.next_proba(model.decode(one[:-1]))[np.arange(len(one) - 1), one[1:]] for one in texts]
        return -np.log(np.concatenate(own)).mean()
    X = [X[place] for place in parts[1]]
    y = [y[place] for place in parts[1]]
    assert len(X) == 160
    if kind == "SequenceRegressor":
        return (((model.predict(X) - np.array(y)) / model.spread_) ** 2).mean()
    said = model.predict_proba(X)
    if kind == "SequenceLabeller":
        said, y = np.concatenate(said), np.concatenate(y)
    return -np.log(said[np.arange(len(y)), np.searchsorted(model.classes_, y)]).mean()


@pytest.mark.parametrize("kind", WITH_CHANCES)
@pytest.mark.parametrize(
    "change",
    [
        {"dropout": 0.3, "dense": (5,), "batch_norm": True},
        {"cell": "gru", "bidirectional": True, "num_layers": 2, "pool": "max"},
        {"cell": "rnn", "pool": "mean", "scale": "none"},
        {"cell": "nig"},
    ],
)
def test_what_early_stopping_saw_is_what_everybody_is_told(kind, estimator, change):
    """Compute the kept epoch's validation loss anew from answers: the same weights, scale, mask and mode of use."""
    if kind == "SequenceModel":
        change = {name: value for name, value in change.items() if name != "bidirectional"}
    X, y = drawn(kind)
    # a rate so high that an epoch in the middle is the best, and its weights are to be kept
    model = estimator(kind, epochs=4, learning_rate=0.1, validation=0.4, batch_size=32, **change)
    model.fit(*((y,) if kind == "SequenceModel" else (X, y)))
    losses = [record.validation_loss for record in model.records_[0]]
    assert model.best_epochs_[0] == 1 + int(np.argmin(losses))
    assert cost(model, kind, X, y) == pytest.approx(min(losses), rel=2e-5)


@pytest.mark.parametrize("kind", ["SequenceClassifier", "SequenceRegressor", "SequenceLabeller", "SequenceTranslator"])
@pytest.mark.parametrize("change", [{}, {"cell": "gru", "bidirectional": True}, {"cell": "rnn", "pool": "max"}])
def test_a_sequence_is_answered_alike_alone_and_among_longer_ones(kind, estimator, problem, answers, change):
    model = estimator(kind, **change).fit(*problem(kind))
    X = problem(kind)[0]
    assert len({len(one) for one in X}) > 5
    ask = model.predict if kind in ("SequenceRegressor", "SequenceTranslator") else model.predict_proba
    for number, together in enumerate(ask(X)):
        (alone,) = ask([X[number]])
        if kind == "SequenceTranslator":
            assert alone == together
        else:
            assert alone == pytest.approx(together, rel=1e-6, abs=1e-7)


def test_parameters_are_known_by_name_and_changed_by_name(kind, estimator):
    model = estimator(kind, hidden_size=3)
    assert model.get_params()["hidden_size"] == 3
    assert model.set_params(cell="gru", epochs=1) is model
    assert model.settings().model.cell == "gru"
    assert "cell='gru'" in repr(model)
    with pytest.raises(SettingsError, match=f"{kind} has no parameter 'hiden_size'.*\n.*'hidden_size'"):
        model.set_params(hiden_size=4)
    assert type(model).from_settings(model.settings(), device="cpu").get_params() == model.get_params()


def test_a_parameter_of_the_wrong_type_is_refused_by_name(kind, estimator, problem):
    with pytest.raises(SettingsError, match=r"the estimator does not fit: .*model\.hidden_size"):
        estimator(kind, hidden_size="big").fit(*problem(kind))
    with pytest.raises(SettingsError, match=r"tokens"):
        estimator(kind, tokens="syllables").fit(*problem(kind))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden_size": 0}, "hidden_size is 0"),
        ({"num_layers": 0}, "num_layers is 0"),
        ({"cell": "lsmt"}, "cell='lsmt'"),
        ({"dropout": 1.0}, r"dropout is 1\.0"),
        ({"epochs": 0}, "epochs is 0"),
        ({"validation": 1.0}, r"validation is 1\.0"),
        ({"validation": float("nan")}, "validation is nan"),
        ({"loss": "pinball"}, "pinball"),
        ({"device": "gpu"}, "'gpu'"),
    ],
)
def test_a_parameter_out_of_range_is_refused_before_training(kind, estimator, problem, changes, message):
    with pytest.raises(SettingsError, match=message):
        estimator(kind, **changes).fit(*problem(kind))


def test_asked_before_the_fit_an_estimator_says_so(kind, estimator, problem, tmp_path):
    model, given = estimator(kind), problem(kind)
    methods = ["save", "layer_table", "score", "predict", "predict_proba", "next_proba", "generate", "encode"]
    for name in methods:
        method = getattr(model, name, None)
        if method is not None:
            arguments = {"save": (tmp_path,), "layer_table": (), "score": given}.get(name, given[:1])
            with pytest.raises(NotFittedError, match=f"this {kind} is not fitted yet"):
                method(*arguments)


def test_listeners_hear_every_epoch_of_every_member(kind, estimator, problem):
    heard = []
    model = estimator(kind, members=2).fit(*problem(kind), listen=heard.append)
    assert sorted((record.key, record.epoch) for record in heard) == [
        (f"seed-{seed}", epoch) for seed in (0, 1) for epoch in (1, 2)
    ]
    assert sorted(heard, key=lambda record: (record.key, record.epoch)) == [r for own in model.records_ for r in own]


def test_an_interrupted_fit_goes_on_where_it_stopped(kind, estimator, problem, answers, fitted, tmp_path):
    def stop(record):
        interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        estimator(kind, members=2).fit(*problem(kind), listen=stop, checkpoint=tmp_path)
    assert list(tmp_path.iterdir())
    resumed = estimator(kind, members=2).fit(*problem(kind), checkpoint=tmp_path)
    assert np.array_equal(answers(resumed, kind), answers(fitted(kind), kind))
    assert resumed.records_ == fitted(kind).records_


def test_the_table_lists_the_networks_layers(fitted, kind):
    rows = fitted(kind).layer_table()
    assert sum(row["parameters"] for row in rows) == sum(v.size for v in fitted(kind).parameters_[0].values())


@pytest.mark.parametrize(
    ("name", "layers", "message"),
    [
        ("SequenceClassifier", (Recurrent(hidden_size=4),), "one vector is needed for each sequence"),
        ("SequenceRegressor", (Dense(units=4),), "one vector is needed for each sequence"),
        ("SequenceLabeller", (Recurrent(hidden_size=4), Pool()), "one vector is needed for each step"),
    ],
)
def test_layers_that_answer_for_something_else_are_refused(estimator, problem, name, layers, message):
    with pytest.raises(SettingsError, match=message):
        estimator(name, layers=layers).fit(*problem(name))


def test_own_layers_replace_all_but_the_last(estimator, problem):
    layers = (Recurrent(cell="nig", hidden_size=3, bidirectional=True), BatchNorm(), Pool(over="max"), Dense(units=2))
    model = estimator("SequenceClassifier", layers=layers).fit(*problem("SequenceClassifier"))
    assert [row["layer"] for row in model.layer_table()] == ["recurrent0", "batchnorm1", "pool2", "dense3", "dense4"]


def test_layers_that_want_one_length_refuse_another(estimator):
    X = np.random.default_rng(0).normal(size=(30, 4, 2))
    model = estimator("SequenceClassifier", layers=(Flatten(), Dense(units=3, activation="relu")))
    model.fit(X, np.arange(30) % 2)
    with pytest.raises(DataError, match=r"sequence 1 has 3 time steps, but these layers take 4 \(29 such"):
        copy.copy(model).fit([X[0], *X[1:, :3]], np.arange(30) % 2)
    with pytest.raises(DataError, match=r"sequence 1 has 3 time steps, but these layers take 4 \(1 such"):
        model.predict([X[0], X[1, :3]])


@pytest.mark.parametrize(
    "change",
    [
        {"num_layers": 2, "dropout": 0.2},
        {"bidirectional": True, "dense": (4,)},
        {"pool": "max"},
        {"batch_norm": True},
        {"cell": "min_gru"},
        {"scale": "none"},
        {"scale": "all"},
        {"initial": "orthogonal"},
        {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
        {"schedule": "cosine"},
        {"l1": 0.01},
        {"validation": 0.0},
    ],
)
def test_every_parameter_changes_what_is_learnt(estimator, problem, answers, fitted, change):
    kind = "SequenceClassifier"
    changed = estimator(kind, members=2, **change).fit(*problem(kind))
    assert not np.array_equal(answers(changed, kind), answers(fitted(kind), kind))


def test_a_sequence_longer_than_memory_is_refused_with_its_number(estimator, monkeypatch):
    monkeypatch.setenv("LONGSHORT_MEMORY", "1M")
    X = [np.zeros((5, 2)), np.zeros((20_000, 2)), np.ones((3, 2))]
    with pytest.raises(DataError, match=r"sequence 1 has 20,000 time steps: a batch of 3 as long needs about"):
        estimator("SequenceClassifier").fit(X, [0, 1, 0])


def test_a_network_larger_than_memory_is_refused_with_its_size(estimator, monkeypatch):
    monkeypatch.setenv("LONGSHORT_MEMORY", "4G")
    X = np.random.default_rng(0).normal(size=(30, 4, 2))
    with pytest.raises(
        SettingsError, match=r"network has 1,024,224,002 parameters.*26.7 GiB, and 4.0 GiB.*\n.*hidden_size"
    ):
        estimator("SequenceClassifier", cell="lstm", hidden_size=16_000).fit(X, np.arange(30) % 2)


def test_settings_nest_and_come_back():
    assert ls.SequenceModel.from_settings(Settings(seed=3)).settings() == Settings(seed=3)
