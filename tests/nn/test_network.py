import msgspec
import pytest

from longshort.errors import SettingsError
from longshort.nn.network import Model, Network, count_parameters, parameter_shapes, validate

LEVELS = (0.1, 0.5, 0.9)


def network(**model):
    return Network(
        model=Model(**({"hidden_size": 32, "num_layers": 2} | model)), inputs=7, horizon=5, quantile_levels=LEVELS
    )


@pytest.mark.parametrize(
    ("model", "count"),
    [
        # 4 gates of 32 x (7 + 32) + 32, then 4 of 32 x (32 + 32) + 32; 15 outputs of 32 + 1
        ({"cell": "lstm"}, 4 * 32 * 40 + 4 * 32 * 65 + 15 * 33),
        ({"cell": "gru"}, 3 * 32 * 41 + 3 * 32 * 66 + 15 * 33),
        ({"cell": "rnn", "num_layers": 1}, 32 * 40 + 15 * 33),
        ({"head": "point"}, 4 * 32 * 40 + 4 * 32 * 65 + 5 * 33),
        ({"head": "student_t"}, 4 * 32 * 40 + 4 * 32 * 65 + 15 * 33),
    ],
)
def test_parameters_are_counted_as_the_layers_say(model, count):
    assert count_parameters(network(**model)) == count


def test_a_second_layer_reads_the_first():
    assert parameter_shapes(network(hidden_size=8))["layer1.input_weight"] == (32, 8)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"hidden_size": 0}, "model.hidden_size is 0"),
        ({"num_layers": -1}, "model.num_layers is -1"),
        ({"dropout": 1.0}, "model.dropout is 1.0"),
        ({"dropout": -0.1}, "model.dropout is -0.1"),
        ({"dropout": float("nan")}, "model.dropout is nan"),
        ({"forget_bias": float("inf")}, "model.forget_bias is inf"),
        ({"head": "bounded"}, "between two limits"),
        ({"head": "bounded", "low": 1.0, "high": 1.0}, "model.low is 1.0"),
        ({"head": "point", "low": 0.0}, "limits of a bounded head"),
    ],
)
def test_a_setting_out_of_range_is_refused_with_its_value(wrong, word):
    with pytest.raises(SettingsError, match=word) as caught:
        validate(Model(**wrong))
    assert caught.value.hint


@pytest.mark.parametrize("model", [{}, {"dropout": 0.0}, {"head": "bounded", "low": 0.0, "high": 1.0}])
def test_sensible_settings_pass(model):
    validate(Model(**model))


def test_a_misspelt_setting_is_not_swallowed():
    with pytest.raises(msgspec.ValidationError, match="hiden_size"):
        msgspec.convert({"hiden_size": 3}, Model)
