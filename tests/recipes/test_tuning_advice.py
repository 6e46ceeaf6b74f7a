import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.errors import SettingsError
from longshort.learn import memory
from longshort.recipes import tuning_advice
from longshort.recipes.running import run
from longshort.recipes.shared.reach import reach
from longshort.recipes.tuning_advice import Trial, answers


def test_the_sweep_tries_cells_layers_and_optimisers_and_answers_three_claims():
    found = run("tuning-advice", synthetic=True)
    table = found.details["sweep"]
    assert table["choice"].to_list() == [
        "lstm", "np", "softsign", "1 layer", "2 layers", "adam", "nesterov", "rmsprop", "adagrad",
    ]  # fmt: skip
    own, plain, variant = (table.filter(pl.col("choice") == name) for name in ("1 layer", "lstm", "np"))
    assert own.drop("choice").equals(plain.drop("choice"))  # trained once
    assert plain["accuracy"].equals(variant["accuracy"])  # the same cell, in our kernel and through PyTorch
    said = found.samples[0]["lines"]
    assert [line.split(":")[0] for line in said] == [
        "Softsign is faster",
        "More layers are better",
        "Start from Nesterov",
    ]
    assert all(line in found.verdict for line in said)
    assert found.predictions.height == 200


def test_an_interrupted_sweep_goes_on_with_what_it_has_tried(tmp_path, monkeypatch):
    trained = []

    def train(ask, fit, known, looked):
        if len(trained) == 4:
            raise KeyboardInterrupt
        trained.append(fit)
        return Trial(fit, 0.5 + 0.01 * len(trained), 1.0, 0.1, 9)

    monkeypatch.setattr(tuning_advice, "train", train)
    with pytest.raises(KeyboardInterrupt):
        run("tuning-advice", synthetic=True, out=tmp_path)
    first = trained[1:]  # the very first one is for warming up
    trained.clear()
    monkeypatch.setattr(
        tuning_advice, "train", lambda ask, fit, *rest: trained.append(fit) or Trial(fit, 0.4, 1, 0.1, 9)
    )
    found = run("tuning-advice", synthetic=True, out=tmp_path)
    assert not any(fit in trained[1:] for fit in first)
    assert found.details["sweep"]["accuracy"][0] == "0.525 (0.52 to 0.53)"


def trials(*values):
    return [Trial(None, accuracy, seconds, 0.1, 1) for accuracy, seconds in values]


def test_a_claim_is_answered_only_where_the_seeds_ranges_do_not_overlap():
    same = trials((0.9, 1.0), (0.92, 1.2))
    tried = dict.fromkeys(("lstm", "np", "1 layer", "adam", "rmsprop", "adagrad"), same)
    tried |= {"softsign": trials((0.9, 0.8), (0.9, 0.9)), "2 layers": trials((0.91, 3), (0.95, 3))}
    said = answers(tried | {"nesterov": trials((0.5, 1), (0.6, 1))})
    assert said[0].startswith("Softsign is faster: yes; it takes 0.85 (0.8 to 0.9) s where tanh takes 1.1 (1 to 1.2) s")
    assert said[1].startswith("More layers are better: not told apart, 2 layers against 1 layer;")
    assert said[2].startswith("Start from Nesterov: no, against adam;")


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_reach_of_one_native_layer_is_that_of_the_learning_book(cell):
    inputs = np.random.default_rng(0).normal(size=(24, 9, 3)).astype(np.float32)
    network = ls.SequenceClassifier(cell=cell, hidden_size=5, epochs=2, scale="none", device="cpu")
    network.fit(inputs, np.arange(24) % 2)
    weights = {
        name.partition(".")[2]: value[None].astype(float)
        for name, value in network.parameters_[0].items()
        if name.startswith("recurrent0.")
    }
    expected = np.mean([memory.reach(cell, each.astype(float), weights)["hidden"][1] for each in inputs[:3]])
    assert reach(network, inputs[:3]) == pytest.approx(expected, rel=1e-4)


def test_the_reach_goes_through_all_layers_of_any_cell():
    inputs = np.random.default_rng(0).normal(size=(24, 6, 3)).astype(np.float32)
    network = ls.SequenceClassifier(cell="softsign", hidden_size=4, num_layers=2, epochs=1, device="cpu")
    network.fit(inputs, np.arange(24) % 2)
    assert 0.0 < reach(network, inputs[:1]) < 10.0
    cut = {
        name: 0.0 * value if name == "recurrent1.input_weight" else value
        for name, value in network.parameters_[0].items()
    }
    network.parameters_ = [cut]
    assert reach(network, inputs[:1]) == 0.0  # the second layer no longer hears the first


@pytest.mark.parametrize(
    ("changes", "said"), [({"layers": []}, "layers has 0 items"), ({"seeds": 1}, "seeds=1 shows no spread")]
)
def test_nothing_to_compare_is_refused(changes, said):
    with pytest.raises(SettingsError, match=said):
        run("tuning-advice", synthetic=True, changes=changes)
