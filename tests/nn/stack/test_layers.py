import msgspec
import pytest

from longshort.errors import SettingsError
from longshort.nn.stack import (
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Embedding,
    Initial,
    Pool,
    Recurrent,
    Stack,
    validate,
)

SEQUENCE = {"inputs": (5, 2)}


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        (Stack(layers=(Dense(units=0),), **SEQUENCE), "dense0.units is 0"),
        (Stack(layers=(Recurrent(hidden_size=-1),), **SEQUENCE), "recurrent0.hidden_size is -1"),
        (Stack(layers=(Recurrent(cell="lsmt"),), **SEQUENCE), "'recurrent0' has cell='lsmt'.*\n.*'lstm'"),
        (Stack(layers=(Recurrent(forget_bias=float("nan")),), **SEQUENCE), "recurrent0.forget_bias is nan"),
        (Stack(layers=(Recurrent(chrono=1),), **SEQUENCE), "recurrent0.chrono is 1"),
        (Stack(layers=(Dense(units=1, activation="rleu"),), **SEQUENCE), "'dense0' is 'rleu'.*\n.*'relu'"),
        (Stack(layers=(Dropout(rate=1.0),), **SEQUENCE), "dropout0.rate is 1.0"),
        (Stack(layers=(BatchNorm(momentum=0.0),), **SEQUENCE), "batchnorm0.momentum is 0.0"),
        (Stack(layers=(Pool(over="sum"),), **SEQUENCE), "'pool0' pools over 'sum'.*\n.*'last'"),
        (Stack(layers=(Convolution(filters=1, padding=-1),), **SEQUENCE), "convolution0.padding is -1"),
        (Stack(layers=(Embedding(size=3),), inputs=(5,)), "'embedding0' embeds tokens, and no tokens reach it"),
        (Stack(layers=(Pool(),), inputs=(5, 2), initial=Initial(name="xaver")), "'xaver'.*\n.*'xavier'"),
        (Stack(layers=(Pool(), Pool()), **SEQUENCE), "'pool1' pools a sequence"),
    ],
)
def test_a_setting_out_of_range_is_refused_with_the_layers_name(stack, message):
    with pytest.raises(SettingsError, match=message):
        validate(stack)


def test_a_stack_is_plain_data_that_comes_back_from_json():
    stack = Stack(inputs=(None,), vocabulary=9, layers=(Embedding(size=2), Recurrent(cell="gru"), Pool(over="max")))
    assert msgspec.json.decode(msgspec.json.encode(stack), type=Stack) == stack
    with pytest.raises(msgspec.ValidationError, match="unknown field `unit`"):
        msgspec.convert({"inputs": [3], "layers": [{"layer": "Dense", "unit": 1, "units": 1}]}, Stack)
