import re

import msgspec
import pytest

from longshort.errors import SettingsError
from longshort.training.settings import Training, validate


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"members": 0}, "training.members is 0"),
        ({"batch_size": 0}, "training.batch_size is 0"),
        ({"epochs": -2}, "training.epochs is -2"),
        ({"steps_per_epoch": 0}, "training.steps_per_epoch is 0"),
        ({"patience": 0}, "training.patience is 0"),
        ({"learning_rate": 0.0}, "training.learning_rate is 0.0"),
        ({"learning_rate": float("nan")}, "training.learning_rate is nan"),
        ({"gradient_clip": -1.0}, "training.gradient_clip is -1.0"),
        ({"time_budget_s": 0.0}, "training.time_budget_s is 0.0"),
        ({"weight_decay": -0.1}, "training.weight_decay is -0.1"),
        ({"validation": 1.0}, "training.validation is 1.0"),
        ({"momentum": 1.0, "optimizer": "sgd"}, "training.momentum is 1.0"),
        ({"momentum": 0.9}, "adamw has its own"),
    ],
)
def test_a_setting_out_of_range_is_refused_with_its_value(wrong, word):
    with pytest.raises(SettingsError, match=word) as caught:
        validate(Training(**wrong))
    (typed,) = re.findall(r"--set training\.(\w+)=(\S+?)(?=,|$)", caught.value.hint)[:1]
    validate(msgspec.convert(wrong | {typed[0]: float(typed[1])}, Training, strict=False))


@pytest.mark.parametrize(
    "right", [{}, {"steps_per_epoch": None, "patience": None}, {"momentum": 0.9, "optimizer": "rmsprop"}]
)
def test_sensible_settings_pass(right):
    validate(Training(**right))
