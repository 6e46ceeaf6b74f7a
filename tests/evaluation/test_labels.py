import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.errors import DataError
from longshort.evaluation.labels import claim_of, classified, independent, labelled, worst
from longshort.language import say


def overall(judged, model, metric):
    rows = judged["scores"].filter((pl.col("model") == model) & (pl.col("metric") == metric))
    return rows["value"].item()


def codes(judged):
    return [finding.code for finding in judged["findings"]]


def spread(confusion):
    """Turn counts (rows: predicted) into one label an example."""
    table = np.array(confusion)
    said, true = (np.repeat(axis.ravel(), table.ravel()) for axis in np.indices(table.shape))
    return true, said


def test_the_published_confusion_matrix_scores_as_it_was_checked():
    judged = classified(*spread([[17, 10, 17], [883, 2908, 882], [49, 25, 36]]), model="theirs")
    assert overall(judged, "theirs", "accuracy") == pytest.approx(0.6134, abs=5e-5)
    assert overall(judged, "majority", "accuracy") == pytest.approx(0.6097, abs=5e-5)
    assert overall(judged, "theirs", "macro_recall") == pytest.approx(0.348, abs=5e-4)
    assert judged["verdict"].startswith("No skill shown: theirs gets 61.3 % of 4,827 test examples right")
    assert "would go unnoticed" in judged["verdict"]


def test_the_matrix_and_the_table_of_classes_hold_the_published_counts():
    judged = classified(*spread([[17, 10, 17], [883, 2908, 882], [49, 25, 36]]), model="theirs")
    cells = {(row["predicted"], row["true"]): row["n"] for row in judged["details"]["matrix"].to_dicts()}
    assert cells["0", "2"] == 17
    assert cells["1", "0"] == 883
    assert sum(cells.values()) == 4827
    middle = judged["details"]["classes"].row(1, named=True)
    assert (middle["n"], middle["predicted"]) == (2943, 4673)
    assert middle["recall"] == pytest.approx(2908 / 2943)
    assert middle["precision"] == pytest.approx(2908 / 4673)
    assert middle["low"] < middle["recall"] < middle["high"]


def test_probabilities_are_scored_in_nats_beside_the_shares_of_the_classes():
    rows = [[0.1, 0.1, 0.8], [0.6, 0.2, 0.2], [0.01, 0.97, 0.02]]
    judged = classified([3, 3, 2], [3, 1, 2], model="softmax", classes=[1, 2, 3], probabilities=rows)
    assert overall(judged, "softmax", "cross_entropy") == pytest.approx(0.6210, abs=5e-5)
    assert overall(judged, "softmax", "brier") == pytest.approx(0.3671, abs=5e-5)
    assert overall(judged, "majority", "cross_entropy") == pytest.approx(-(np.log(2 / 3) * 2 + np.log(1 / 3)) / 3)
    assert overall(judged, "majority", "brier") == pytest.approx(1 - 5 / 9)
    assert judged["predictions"]["probability"].to_list() == [0.8, 0.6, 0.97]


def test_a_probability_of_nothing_costs_much_and_not_everything():
    judged = classified([0, 1], [0, 0], model="m", probabilities=[[1.0, 0.0], [1.0, 0.0]])
    assert 300 < overall(judged, "m", "cross_entropy") < 400


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=60))
def test_scores_agree_with_scikit_learn(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    true, said = map(list, zip(*pairs, strict=True))
    if len(set(true)) < 2:
        return
    judged = classified(true, said, model="m")
    assert overall(judged, "m", "accuracy") == pytest.approx(metrics.accuracy_score(true, said))
    recall = metrics.recall_score(true, said, average="macro", labels=sorted(set(true)), zero_division=0)
    assert overall(judged, "m", "macro_recall") == pytest.approx(recall)
    assert overall(judged, "m", "balanced_accuracy") == pytest.approx(recall)


def test_a_clear_gain_is_named_with_interval_and_test():
    true = np.arange(1000) % 10
    said = np.where(np.arange(1000) < 985, true, (true + 1) % 10)
    judged = classified(true, said, model="LSTM", things="test digits")
    assert judged["verdict"] == (
        "Skill: LSTM gets 98.5 % of 1,000 test digits right (95 % interval 97.5 % to 99.2 %); always naming the most "
        "frequent, 0, gets 10 % (p < 0.001)."
    )
    claim = judged["claims"].direction
    assert (claim.answer, claim.kind, claim.baseline, claim.model) == ("yes", "class", "majority", "LSTM")
    assert say(judged["verdict"], "ko").startswith("예측력 있음: LSTM이 test digits 1,000개 중 98.5%를 맞혔고")
    row = judged["skill"].row(0, named=True)
    assert row["value"] == pytest.approx(1 - 0.015 / 0.9)
    assert row["low"] < row["value"] < row["high"]
    assert row["p_value"] < 1e-9


def test_steps_of_one_sequence_are_not_counted_as_independent_cases():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 2, 400)
    good = np.repeat(rng.random(20) < 0.7, 20)  # a sequence is right throughout, or wrong
    said, sequence = np.where(good, true, 1 - true), np.repeat(np.arange(20), 20)
    found = labelled(true, said, sequence=sequence)
    assert independent(found) == pytest.approx(20, rel=0.1)
    alone, together = (claim_of(labelled(true, said, sequence=s), "m") for s in (None, sequence))
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_what_not_even_all_right_could_show_is_said_to_be_too_few():
    judged = classified(list("ihello"), list("ihello"), model="rnn", sequence=[0] * 6, things="letters")
    assert judged["claims"].direction.answer == "not_shown"
    assert judged["claims"].direction.detectable is None
    assert judged["verdict"] == "6 of 6 letters right; too few to speak of skill."
    some = classified([0, 1, 0, 1] * 2, [1, 0, 1, 0] * 2, model="m")
    assert some["claims"].direction.answer == "no"


def test_a_gain_too_small_to_matter_is_called_so():
    true = np.arange(1_000_000) % 2
    said = np.where(np.arange(len(true)) < 503_000, true, 1 - true)
    judged = classified(true, said, model="m")
    assert judged["claims"].direction.too_small
    assert judged["verdict"].startswith("Skill, but too small to matter: ")


def test_labels_worse_than_the_majority_are_called_worse():
    true = np.arange(200) % 4 > 0
    judged = classified(true, ~true, model="m")
    assert judged["claims"].direction.answer == "no"
    assert judged["verdict"].startswith("No skill shown, and worse than always naming the most frequent: ")
    assert judged["skill"]["p_value"][0] > 0.99


def test_sequences_that_are_right_throughout_are_counted():
    judged = classified([0, 1, 0, 1, 1, 0], [0, 1, 0, 0, 1, 0], model="m", sequence=[7, 7, 7, 9, 9, 9])
    assert overall(judged, "m", "exact_match") == 0.5
    assert overall(judged, "majority", "exact_match") == 0.0
    assert judged["details"]["edge"].filter(pl.col("metric") == "exact_match")["value"].to_list() == [0.5]
    assert judged["predictions"]["sequence"].to_list() == [0, 0, 0, 1, 1, 1]


def test_of_many_sequences_the_share_right_from_first_to_last_is_said():
    true = np.tile([0, 1], 100)
    said = np.where(np.arange(200) < 190, true, 1 - true)
    judged = classified(true, said, model="m", sequence=np.arange(200) // 2)
    assert judged["verdict"].endswith(" Of 100 sequences, 95 % are right from the first step to the last.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"truth": ["a", "a"], "predicted": ["a", "b"]}, "one class, 'a'"),
        ({"truth": ["a", "b"], "predicted": ["a"]}, "1 labels were predicted for 2"),
        ({"truth": ["a", "b"], "predicted": ["a", "c"], "classes": ["a", "b"]}, "'c' is none of the classes"),
        ({"truth": ["a", "b"], "predicted": ["a", "b"], "probabilities": [[1.0], [1.0]]}, "2 classes but 1 prob"),
        ({"truth": [], "predicted": []}, "0 labels"),
    ],
)
def test_labels_that_cannot_be_judged_are_refused(arguments, words):
    with pytest.raises(DataError, match=words):
        classified(**arguments, model="m")


def test_what_a_reader_should_know_is_noticed():
    unseen = classified(["a", "b", "c"], ["a", "a", "a"], model="m", trained_on=["a", "b"], parameters=3)
    assert codes(unseen) == ["labels_unseen", "parameters_exceed_targets", "one_answer"]
    assert unseen["findings"][0].value == 1.0
    assert "'c'" in unseen["findings"][0].text
    assert unseen["findings"][1].value == 1.5
    one = classified(["a", "b"], ["a", "b"], model="m", trained_on=["a", "a", "a"], parameters=3)
    assert codes(one) == ["labels_unseen", "one_class"]
    assert codes(classified(["a", "b"], ["b", "a"], model="m", trained_on=["a", "b", "a"], parameters=3)) == []


def test_the_surest_mistakes_come_first():
    table = pl.DataFrame({"truth": list("aabb"), "predicted": list("abab"), "probability": [0.9, 0.6, 0.8, 0.7]})
    assert worst(table) == [2, 1]
    assert worst(table, 1) == [2]
    assert worst(table.drop("probability")) == [1, 2]


def test_of_many_classes_the_commonest_are_shown():
    true = [*range(100), 3, 3, 97]
    judged = classified(true, true, model="m")
    shown = judged["details"]["classes"]["label"].to_list()
    assert len(shown) == 40
    assert {"3", "97"} <= set(shown)
    assert len(judged["details"]["matrix"]) == 1600
