import re

import msgspec
import numpy as np
import pytest

from longshort.errors import SettingsError
from longshort.kernels.native.interface import OPTIMIZER_NUMBERS
from longshort.training.settings import Training, native_knows, rate_at, validate

SCHEDULES = ("constant", "cosine", "step")


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
        ({"l1": -1.0}, "training.l1 is -1.0"),
        ({"l1": float("inf")}, "training.l1 is inf"),
        ({"momentum": 0.9}, "adamw has its own"),
        ({"momentum": 0.9, "optimizer": "adagrad"}, "adagrad has none"),
        ({"nesterov": True}, "the optimizer is adamw"),
        ({"nesterov": True, "optimizer": "sgd"}, "momentum 0.0"),
        ({"nesterov": True, "optimizer": "rmsprop", "momentum": 0.9}, "the optimizer is rmsprop"),
    ],
)
def test_a_setting_out_of_range_is_refused_with_its_value(wrong, word):
    with pytest.raises(SettingsError, match=word) as caught:
        validate(Training(**wrong))
    first_advice = caught.value.hint.split(", or")[0]
    typed = dict(re.findall(r"--set training\.(\w+)=(\S+)", first_advice))
    assert typed
    validate(msgspec.convert(wrong | typed, Training, strict=False))


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"steps_per_epoch": None, "patience": None},
        {"momentum": 0.9, "optimizer": "rmsprop"},
        {"momentum": 0.9, "optimizer": "sgd", "nesterov": True},
        {"optimizer": "adagrad", "l1": 0.1, "schedule": "step"},
    ],
)
def test_sensible_settings_pass(right):
    validate(Training(**right))


def test_a_constant_schedule_keeps_the_rate_and_the_others_fall_from_it_without_reaching_zero():
    rates = {name: [rate_at(Training(schedule=name, epochs=7), e) for e in range(7)] for name in SCHEDULES}
    assert set(rates["constant"]) == {1e-2}
    for falling in (rates["cosine"], rates["step"]):
        assert falling[0] == 1e-2
        assert falling == sorted(falling, reverse=True)
        assert falling[-1] > 0.0
    np.testing.assert_allclose(rates["step"], [1e-2] * 3 + [1e-3] * 3 + [1e-4], rtol=1e-12)


@pytest.mark.parametrize(
    ("settings", "unknown"),
    [
        ({"optimizer": "adagrad"}, "adagrad"),
        ({"optimizer": "sgd", "momentum": 0.9, "nesterov": True}, "Nesterov"),
        ({"l1": 0.1}, "L1"),
    ],
)
def test_what_the_compiled_step_lacks_is_named(settings, unknown):
    assert unknown in native_knows(Training(**settings))


def test_the_compiled_step_knows_every_other_optimizer_on_every_schedule():
    for optimizer in OPTIMIZER_NUMBERS:
        for schedule in SCHEDULES:
            assert native_knows(Training(optimizer=optimizer, schedule=schedule, weight_decay=0.1)) is None
