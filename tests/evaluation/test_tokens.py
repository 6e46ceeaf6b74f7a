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
    assert judged["verdict"].startswith("Skill: lstm is surprised by 0.300 nats a token over 200 test characters")
    assert [finding.code for finding in judged["findings"]] == ["parameters_exceed_targets"]


def test_a_language_model_that_knows_frequencies_alone_has_no_skill():
    tokens = np.array([0, 1, 0, 2] * 50)
    judged = generated(unigram(tokens, tokens), tokens, tokens, model="lstm")
    assert judged["verdict"].startswith("No skill")


def test_a_token_that_training_never_held_is_possible():
    assert np.isfinite(unigram(np.array([5]), np.array([0, 0]))).all()


def test_losses_that_do_not_belong_to_the_tokens_are_refused():
    with pytest.raises(DataError, match="2 losses do not belong to 3 tokens"):
        generated([0.1, 0.2], [0, 1, 0], [0], model="m")
