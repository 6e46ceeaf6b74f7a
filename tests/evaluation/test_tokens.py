import numpy as np
import polars as pl
import pytest

from longshort.errors import DataError
from longshort.evaluation.tokens import generated, unigram


def value(judged, model):
    return judged["scores"].filter((pl.col("model") == model) & (pl.col("metric") == "cross_entropy"))["value"].item()


def test_a_language_model_is_judged_in_nats_beside_the_frequencies():
    learnt = np.array([0] * 70 + [1] * 20 + [2] * 8)
    tokens = np.array([0, 1, 0, 2] * 50)
    judged = generated(np.full(200, 0.3), tokens, learnt, model="lstm", parameters=500)
    expected = -np.log((np.array([70, 20, 8]) + 1) / 101)[tokens].mean()
    assert value(judged, "lstm") == pytest.approx(0.3)
    assert value(judged, "unigram") == pytest.approx(expected)
    assert judged["skill"]["value"][0] == pytest.approx(1 - 0.3 / expected)
    assert judged["verdict"].startswith("Skill: over 200 test characters the cross-entropy of lstm is 0.3 nats each, ")
    claim = judged["claims"].distribution
    assert (claim.answer, claim.metric, claim.baseline) == ("yes", "cross_entropy", "unigram")
    assert [finding.code for finding in judged["findings"]] == ["parameters_exceed_targets"]


def test_a_language_model_that_knows_frequencies_alone_has_no_skill():
    tokens = np.array([0, 1, 0, 2] * 50)
    judged = generated(unigram(tokens, tokens), tokens, tokens, model="lstm")
    assert judged["claims"].distribution.answer == "not_shown"
    assert judged["verdict"].startswith("No skill shown: ")


def test_a_language_model_worse_than_the_frequencies_is_called_worse():
    tokens, noise = np.array([0, 1, 0, 2] * 50), np.random.default_rng(0).random(200)
    judged = generated(unigram(tokens, tokens) + noise, tokens, tokens, model="lstm")
    assert judged["claims"].distribution.answer == "no"
    assert judged["verdict"].startswith("No skill shown, and worse than a simple rule: ")


def test_one_token_is_too_few_to_speak_of_skill():
    judged = generated([0.1], [1], [0, 1], model="lstm")
    assert judged["verdict"].startswith("1 test characters are too few") or "too few" in judged["verdict"]


def test_a_token_that_training_never_held_is_possible():
    assert np.isfinite(unigram(np.array([5]), np.array([0, 0]))).all()


def test_losses_that_do_not_belong_to_the_tokens_are_refused():
    with pytest.raises(DataError, match="2 losses do not belong to 3 tokens"):
        generated([0.1, 0.2], [0, 1, 0], [0], model="m")
