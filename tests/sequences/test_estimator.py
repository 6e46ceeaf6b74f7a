"""What all five estimators do alike."""

from _thread import interrupt_main

import numpy as np
import pytest

import longshort as ls
from longshort.errors import LongshortError, SettingsError
from longshort.nn.stack import BatchNorm, Dense, Flatten, Pool, Recurrent
from longshort.sequences import NotFittedError, memory
from longshort.sequences.settings import Settings


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
        ({"hidden_size": 0}, "hidden_size of layer 'recurrent.' is 0"),
        ({"num_layers": 0}, "num_layers is 0"),
        ({"cell": "lsmt"}, "cell='lsmt'"),
        ({"dropout": 1.0}, "rate of layer 'dropout"),
        ({"epochs": 0}, "epochs is 0"),
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
        ("SequenceClassifier", (Flatten(),), "but these layers take 8"),
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
    with pytest.raises(ls.LongshortError, match=r"sequence 1 has 3 time steps, but these layers take 4 \(1 such"):
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
    monkeypatch.setattr(memory, "physical_memory", lambda: 10**6)
    X = [np.zeros((5, 2)), np.zeros((20_000, 2)), np.ones((3, 2))]
    with pytest.raises(LongshortError, match=r"sequence 1 has 20,000 time steps: a batch of 3 as long needs about"):
        estimator("SequenceClassifier").fit(X, [0, 1, 0])


def test_settings_nest_and_come_back():
    assert ls.SequenceModel.from_settings(Settings(seed=3)).settings() == Settings(seed=3)
