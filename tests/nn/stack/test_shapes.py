import pytest

from longshort.errors import SettingsError
from longshort.nn.stack import (
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Image,
    MaxPool,
    Pool,
    Recurrent,
    Stack,
    count_parameters,
    layer_table,
    parameter_shapes,
)
from longshort.nn.stack.shapes import reads_both_ways


def test_the_table_counts_as_by_hand_and_leaves_measured_numbers_out():
    stack = Stack(
        inputs=(28, 28),
        layers=(
            Image(),
            Convolution(filters=16, size=5, padding=2),
            MaxPool(),
            Convolution(filters=32, stride=2),
            Flatten(),
            BatchNorm(),
            Dense(units=10),
        ),
    )
    assert [(row["layer"], row["output_shape"], row["parameters"]) for row in layer_table(stack)] == [
        ("image0", [None, 28, 28, 1], 0),
        ("convolution1", [None, 28, 28, 16], 16 * 25 + 16),
        ("maxpool2", [None, 14, 14, 16], 0),
        ("convolution3", [None, 6, 6, 32], 32 * 16 * 9 + 32),
        ("flatten4", [None, 1152], 0),
        ("batchnorm5", [None, 1152], 2 * 1152),
        ("dense6", [None, 10], 11520 + 10),
    ]
    assert count_parameters(stack) == 416 + 4640 + 2304 + 11530


@pytest.mark.parametrize(
    ("cell", "count"),
    [("lstm", 10_400), ("peephole", 10_550), ("textbook", 12_900), ("gru", 7_950), ("gru_reset_before", 7_800)],
)
def test_a_recurrent_layer_from_one_input_to_fifty_units_has_the_textbooks_count(cell, count):
    assert count_parameters(Stack(inputs=(60, 1), layers=(Recurrent(cell=cell, hidden_size=50),))) == count
    both = Recurrent(cell=cell, hidden_size=50, bidirectional=True)
    assert count_parameters(Stack(inputs=(60, 1), layers=(both,))) == 2 * count


def test_a_text_classifiers_table_has_a_time_that_varies():
    layers = (Embedding(size=8), Recurrent(cell="rnn", hidden_size=5, bidirectional=True), Pool(), Dense(units=2))
    rows = layer_table(Stack(inputs=(None,), vocabulary=100, layers=layers))
    assert [row["output_shape"] for row in rows] == [[None, None, 8], [None, None, 10], [None, 10], [None, 2]]
    assert [row["parameters"] for row in rows] == [800, 2 * (8 * 5 + 25 + 5), 0, 22]


def test_what_is_measured_stands_last():
    stack = Stack(inputs=(3, 2), layers=(BatchNorm(), Pool(), Dense(units=1)))
    names = list(parameter_shapes(stack))
    assert names[-2:] == ["batchnorm0.running_mean", "batchnorm0.running_variance"]
    assert names[:2] == ["batchnorm0.weight", "batchnorm0.bias"]


@pytest.mark.parametrize(
    ("inputs", "layers", "message"),
    [
        ((5, 2), (Pool(), Recurrent()), r"'recurrent1' reads a sequence .* shape \(2,\)"),
        ((5, 2), (Pool(), Pool()), r"'pool1' pools a sequence"),
        ((5, 2), (Convolution(filters=2),), r"'convolution0' slides over an image .* shape \(5, 2\)"),
        ((5, 2), (MaxPool(),), r"'maxpool0' pools an image"),
        ((2, 2), (Image(), Convolution(filters=1, size=3)), r"'convolution1' needs an image of at least 3 pixels"),
        ((None, 2), (Flatten(),), r"'flatten0' needs a fixed shape"),
        ((4, 4), (Image(depth=3),), r"'image0' has a depth of 3"),
        ((4, 4), (Image(), Dense(units=2)), r"'dense1' needs a vector or a sequence"),
    ],
)
def test_a_layer_that_cannot_follow_is_named_with_the_shape_that_reaches_it(inputs, layers, message):
    with pytest.raises(SettingsError, match=message):
        layer_table(Stack(inputs=inputs, layers=layers))


def test_only_a_recurrent_layer_that_nothing_mixed_since_still_has_two_halves():
    both = Recurrent(bidirectional=True)
    assert reads_both_ways([both, Dropout(rate=0.5), BatchNorm()])
    assert not reads_both_ways([both, Recurrent()])
    assert not reads_both_ways([both, Dense(units=2)])
    assert not reads_both_ways([])
