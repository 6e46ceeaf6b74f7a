import numpy as np
import pytest
import torch

from longshort.errors import SettingsError
from longshort.kernels import CELLS
from longshort.nn.stack import BUFFERS, BatchNorm, Dense, Embedding, Pool, Recurrent, Stack
from longshort.nn.stack.forward import Pass
from longshort.nn.translation import (
    Translation,
    begin,
    decode,
    encode,
    initialise,
    layer_table,
    parameter_shapes,
    validate,
)
from longshort.nn.variants import VARIANTS

LENGTHS = torch.tensor([4, 2])
READ = (Recurrent(hidden_size=3, bidirectional=True),)


def translation_of(*layers, cell="lstm", **others):
    encoder = Stack(inputs=(None, 2), layers=layers or READ, head="numbers")
    return Translation(
        encoder=encoder, vocabulary=5, decoder=Recurrent(cell=cell, hidden_size=4), embedding=3, **others
    )


def tensors_of(translation):
    return {name: torch.from_numpy(value) for name, value in initialise(translation, 0).items()}


def inputs(seed=0):
    return torch.randn(2, 4, 2, generator=torch.Generator().manual_seed(seed))


def answer(translation, parameters, given, symbols, lengths=LENGTHS):
    read = encode(translation, parameters, given, lengths, Pass("torch"))
    state = begin(translation, parameters, read[0])
    return decode(translation, parameters, symbols, read, state, "torch")[0]


@pytest.mark.parametrize("layers", [READ, (*READ, Pool(), Dense(units=6))])
def test_what_lies_behind_an_end_reaches_no_answer(layers):
    translation = translation_of(*layers)
    parameters, given = tensors_of(translation), inputs()
    spoiled = given.clone()
    spoiled[1, 2:] = 1e3
    symbols = torch.tensor([[6, 0, 1], [6, 4, 4]])
    assert torch.equal(
        answer(translation, parameters, given, symbols), answer(translation, parameters, spoiled, symbols)
    )
    alone = answer(translation, parameters, given[1:, :2], symbols[1:], None)
    torch.testing.assert_close(alone[0], answer(translation, parameters, given, symbols)[1])


@pytest.mark.parametrize("cell", ["rnn", *CELLS, *VARIANTS])
def test_decoding_step_by_step_is_decoding_at_once(cell):
    translation = translation_of(cell=cell)
    parameters = tensors_of(translation)
    read = encode(translation, parameters, inputs(), LENGTHS, Pass("torch"))
    state = begin(translation, parameters, read[0])
    symbols = torch.tensor([[6, 0, 1, 3], [6, 4, 4, 2]])
    whole, _ = decode(translation, parameters, symbols, read, state, "torch")
    steps = []
    for step in range(4):
        made, state = decode(translation, parameters, symbols[:, step : step + 1], read, state, "torch")
        steps.append(made)
    torch.testing.assert_close(torch.cat(steps, dim=1), whole)


def test_an_answer_hangs_on_the_inputs_and_on_the_symbols_before_it_alone():
    translation = translation_of()
    parameters = tensors_of(translation)
    symbols = torch.tensor([[6, 0, 1], [6, 4, 4]])
    first = answer(translation, parameters, inputs(), symbols)
    later = symbols.clone()
    later[:, 2] = 2
    changed = answer(translation, parameters, inputs(), later)
    assert torch.equal(first[:, :2], changed[:, :2])
    assert not torch.allclose(first[:, 2], changed[:, 2])
    assert not torch.allclose(first[:, 0], answer(translation, parameters, inputs(1), symbols)[:, 0])


def test_attention_is_the_softmax_of_learnt_products_with_the_steps_that_count():
    translation = translation_of()
    parameters = tensors_of(translation)
    summary, steps, inside = encode(translation, parameters, inputs(), LENGTHS, Pass("torch"))
    assert inside.tolist() == [[True] * 4, [True, True, False, False]]
    assert torch.equal(summary[1], torch.cat([steps[1, 1, :3], steps[1, 0, 3:]]))
    # by hand for the second sequence: the decoder's own state first
    state = begin(translation, parameters, summary)
    bare = {**parameters, "combine.weight": torch.zeros(4, 10), "combine.bias": torch.zeros(4)}
    bare["combine.weight"][:, 4:8] = torch.eye(4)  # let the first four numbers of the context through
    bare["readout.weight"], bare["readout.bias"] = torch.eye(6, 4), torch.zeros(6)
    made, after = decode(translation, bare, torch.tensor([[6], [6]]), (summary, steps, inside), state, "torch")
    scores = steps[1, :2] @ (parameters["attention.weight"] @ after[0][0, 1])
    context = scores.softmax(0) @ steps[1, :2]
    torch.testing.assert_close(made[1, 0, :4], torch.tanh(context[:4]))


def test_parameters_begin_in_their_shapes_and_the_table_counts_those_that_are_learnt():
    translation = translation_of(*READ, BatchNorm())
    shapes, begun = parameter_shapes(translation), initialise(translation, 0)
    assert {name: value.shape for name, value in begun.items()} == shapes
    learnt = sum(int(np.prod(shape)) for name, shape in shapes.items() if not name.endswith(BUFFERS))
    rows = {row["layer"]: row for row in layer_table(translation)}
    assert sum(row["parameters"] for row in rows.values()) == learnt
    assert rows["bridge"] == {"layer": "bridge", "output_shape": [None, None, 8], "parameters": 8 * 6 + 8}
    assert rows["decoder"]["parameters"] == 4 * 4 * (3 + 6 + 4 + 1)
    assert rows["readout"]["parameters"] == 6 * 4 + 6
    assert begun["decoder.bias"].tolist() == [0.0] * 4 + [1.0] * 4 + [0.0] * 8


@pytest.mark.parametrize(
    ("cell", "parts"), [("gru", 1), ("rnn", 1), ("lstm", 2), ("nig", 2), ("fgr", 2), ("min_gru", 1)]
)
def test_the_bridge_has_a_part_for_each_part_of_the_state_that_a_sequence_can_begin(cell, parts):
    assert parameter_shapes(translation_of(cell=cell))["bridge.weight"] == (parts * 4, 6)


@pytest.mark.parametrize(
    ("translation", "message"),
    [
        (translation_of(Pool(), Pool()), "'pool1' pools a sequence"),
        (translation_of(cell="lsmt"), "'decoder' has cell='lsmt'"),
        (
            Translation(
                encoder=Stack(inputs=(None,), vocabulary=3, layers=(Embedding(size=2), *READ)),
                vocabulary=2,
                decoder=Recurrent(bidirectional=True),
            ),
            "backwards",
        ),
    ],
)
def test_what_cannot_be_is_refused(translation, message):
    with pytest.raises(SettingsError, match=message):
        validate(translation)
