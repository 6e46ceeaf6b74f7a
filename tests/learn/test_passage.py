import numpy as np
import pytest

from longshort.kernels.reference import layer
from longshort.learn import gates, passage


def test_half_of_the_passages_are_about_a_woman_and_the_name_says_so():
    words, she = passage.passages(2000, 5)
    assert words.shape == (2000, 7)
    assert she.mean() == pytest.approx(0.5, abs=0.05)
    np.testing.assert_array_equal(she, words[:, 0] < passage.NAMES)
    assert (words[:, -1] == passage.ASKED).all()
    assert words[:, 1:-1].min() == 2 * passage.NAMES
    assert words[:, 1:-1].max() < passage.ASKED


def test_passages_for_the_test_are_others_than_those_of_training():
    train, test = (passage.passages(50, 20, purpose=purpose)[0] for purpose in ("train", "test"))
    assert not (train == test).all(axis=1).any()


def test_the_vocabulary_has_a_word_in_both_languages_for_each_place():
    spoken = passage.vocabulary()
    assert len(spoken) == passage.ASKED + 1
    assert len(set(spoken)) == len(spoken)


def test_a_chunk_is_a_passage_and_only_its_last_word_is_asked_about():
    words, she = passage.passages(3, 2)
    windows = passage.windows_of(passage.one_hot(words, passage.ASKED + 1), she[:, None])
    assert windows.inputs.shape == (12, passage.ASKED + 1)
    np.testing.assert_array_equal(windows.inputs.argmax(axis=1), words.ravel())
    np.testing.assert_array_equal(np.flatnonzero(~np.isnan(windows.targets[:, 0])), [3, 7, 11])
    np.testing.assert_array_equal(windows.first, np.repeat([0, 4, 8], 4))


def test_a_network_reads_ten_words_between_the_name_and_the_question():
    for cell in ("rnn", "lstm"):
        assert min(passage.right(cell, 10)) > 0.98


def test_gradient_times_input_is_the_slope_of_the_log_odds_as_the_word_fades_in():
    reader, (words, _) = gates.passage_reader(), passage.passages(1, gates.FILLERS, purpose="sample")
    weights = reader.word_weights(words[0])
    step, inputs = 1e-6, reader.inputs(words)
    for at in range(words.shape[1]):
        ends = []
        for factor in (1 + step, 1 - step):
            moved = inputs.copy()
            moved[0, at] *= factor
            ends.append(reader.log_odds(moved)[0, -1])
        assert weights[at] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-7)


def test_leaving_a_word_out_is_the_difference_of_two_readings():
    reader, (words, _) = gates.passage_reader(), passage.passages(1, gates.FILLERS, purpose="sample")
    inputs = reader.inputs(words)
    without = inputs.copy()
    without[0, 0] = 0.0
    lost = reader.log_odds(inputs)[0, -1] - reader.log_odds(without)[0, -1]
    assert reader.left_out(words[0])[0] == pytest.approx(lost)


def test_the_name_is_missed_most_and_recency_and_frequency_are_not_why():
    found = gates.passage_weights(passage.vocabulary(), passage.W("asked"))
    assert found.left_out.argmax() == 0
    assert found.joint.argmax() == 0
    assert found.recency.argmin() == 0
    assert found.frequency[0] < found.frequency.max()


def test_the_unit_that_is_followed_has_the_gates_of_the_kernel():
    words, _ = gates.passages(1, gates.FILLERS, purpose="sample")
    reader = gates.passage_reader()
    unit, p_she = gates.read_passage(words[0], 0)
    _, (last, memory) = layer(reader.cell, reader.inputs(words), reader.weights)
    assert unit.memory[-1] == memory[0, 0, unit.unit]
    assert unit.hidden[-1] == last[0, 0, unit.unit]
    inside = unit.forget_gate[1:] * unit.memory[:-1]
    assert (np.abs(unit.memory[1:] - inside) <= unit.input_gate[1:] + 1e-12).all()
    assert p_she.shape == (words.shape[1],)


def test_the_five_lines_are_learnt_and_each_has_seven_words_and_an_answer():
    told, spoken = gates.lines()
    assert told.shape == (gates.LINES, 8)
    assert told.max() == len(spoken) - 1
    for line, reader in enumerate(gates.line_readers()):
        answers = reader.answer(told[:, :-1])[:, -1]
        assert int(answers.argmax()) == line
        assert answers[line] > 0.8


def test_prices_are_read_on_the_days_that_were_asked_for():
    rows, unit = gates.read_prices("2008-08-01", 30, 0)
    panel = gates.sp500()
    assert str(panel.labels(panel.times[rows[:1]])[0])[:10] == "2008-08-01"
    assert len(rows) == len(unit.forget_gate) == 30
    assert ((unit.forget_gate > 0) & (unit.forget_gate < 1)).all()
