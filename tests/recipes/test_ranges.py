import numpy as np
import pytest

from longshort.errors import DataError, SettingsError
from longshort.recipes.named import Ask
from longshort.recipes.running import prepare
from longshort.recipes.shared.classifying import learn_and_judge


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("btc-direction", "test_share", 0.0),
        ("btc-direction", "test_share", float("nan")),
        ("sp500-network", "training_share", 1.0),
        ("he-she", "fillers", []),
        ("he-she", "fillers", [0]),
        ("he-she", "cells", []),
        ("he-she", "passages", 0),
        ("translate", "longest", 0),
        ("translate", "symbols", 0),
        ("translate", "shortest", -1),
        ("translate", "shortest", 11),
        ("sentence", "length", 0),
        ("sentiment", "words", 0),
        ("regression", "rows", 0),
        ("xor", "starts", 0),
        ("perceptron", "probabilities", []),
        ("amzn-honest", "test_from", "nonsense"),
        ("stock-fx", "test_from", ""),
    ],
)
def test_a_recipes_own_setting_out_of_range_is_refused_by_name_before_data_are_looked_for(name, setting, value):
    with pytest.raises(SettingsError, match=setting) as caught:
        prepare(name, {setting: value})
    assert "--set " in str(caught.value)


def test_labels_of_the_test_that_training_lacks_are_refused_before_training():
    images, labels = np.zeros((4, 28, 28), np.float32), np.array([0, 1, 0, 1])
    with pytest.raises(DataError, match=r"labels that training did not see: 9\.\n.*Training saw 0, 1"):
        learn_and_judge(
            Ask(prepare("mnist-rows")[1]), (images, labels), (images, labels * 9), name="x", things="x", sample=dict
        )
