"""Sequences: the flat form against lists of arrays, and what is refused on the way in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.data.sequences import Sequences
from longshort.data.shaping import check_targets
from longshort.errors import DataError


@st.composite
def lists(draw):
    """Draw a list of arrays (time steps, features) of different lengths."""
    features = draw(st.integers(1, 3))
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=6))
    seed = draw(st.integers(0, 1000))
    random = np.random.default_rng(seed)
    return [random.standard_normal((length, features)).astype(np.float32) for length in lengths]


@settings(max_examples=40, deadline=None)
@given(lists())
def test_what_goes_in_comes_out_one_by_one(arrays):
    held = Sequences.of(arrays)
    assert len(held) == len(arrays)
    assert held.lengths.tolist() == [len(one) for one in arrays]
    for one, kept in zip(arrays, held, strict=True):
        np.testing.assert_array_equal(one, kept)


@settings(max_examples=40, deadline=None)
@given(lists(), st.data())
def test_choosing_by_index_mask_and_slice_is_choosing_from_the_list(arrays, data):
    held = Sequences.of(arrays)
    indices = np.array(data.draw(st.lists(st.integers(0, len(arrays) - 1), max_size=5)), dtype=np.int64)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(arrays), max_size=len(arrays))))
    for chosen, wanted in [
        (indices, [arrays[i] for i in indices]),
        (mask, [one for one, kept in zip(arrays, mask, strict=True) if kept]),
        (slice(1, None), arrays[1:]),
    ]:
        part = held[chosen]
        assert len(part) == len(wanted)
        assert all(np.array_equal(a, b) for a, b in zip(part, wanted, strict=True))


@settings(max_examples=40, deadline=None)
@given(lists(), st.one_of(st.none(), st.integers(1, 6)))
def test_padding_keeps_each_sequence_and_puts_zeros_behind_it(arrays, length):
    order = np.arange(len(arrays))[::-1]
    batch, lengths = Sequences.of(arrays).padded(order, length)
    steps = length or max(map(len, arrays))
    assert batch.shape == (len(arrays), steps, arrays[0].shape[1])
    for row, count, i in zip(batch, lengths, order, strict=True):
        assert count == min(len(arrays[i]), steps)
        np.testing.assert_array_equal(row[:count], arrays[i][:count])
        assert not row[count:].any()


def test_padding_in_place_leaves_the_sequences_alone():
    held = Sequences.of(np.ones((2, 3)))
    batch, _ = held.padded()
    batch[:] = 7
    assert held.values.tolist() == [[1]] * 6
    with pytest.raises(ValueError, match="read-only"):
        held.values[0] = 2


def test_tokens_pad_to_a_table():
    held = Sequences.of_tokens(np.array([5, 6, 7]), np.array([1, 2]))
    batch, lengths = held.padded()
    assert held.tokens
    assert batch.dtype == np.int32
    assert batch.tolist() == [[5, 0], [6, 7]]
    assert lengths.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        (np.ones((4, 3, 2)), (4, 3, 2)),
        (np.ones((4, 3), dtype=np.uint8), (4, 3, 1)),
        ([[1, 2], [3, 4]], (2, 2, 1)),
        ([np.ones((3, 2)), np.ones((3, 2))], (2, 3, 2)),
    ],
)
def test_arrays_of_one_length_are_taken_as_samples_by_steps_by_features(given, shape):
    held = Sequences.of(given)
    assert (len(held), int(held.lengths[0]), held.features) == shape
    assert Sequences.of(held) is held


def test_the_users_array_stays_writable_and_is_not_copied_where_it_need_not_be():
    array = np.zeros((2, 3, 1), dtype=np.float32)
    held = Sequences.of(array)
    array[0, 0, 0] = 5
    assert held.values[0, 0] == 5


def test_equal_sequences_have_equal_fingerprints_and_others_have_others():
    arrays = np.arange(12.0).reshape(2, 3, 2)
    same = Sequences.of(arrays.copy()).fingerprint()
    assert Sequences.of(arrays).fingerprint() == same
    assert Sequences.of(arrays[::-1]).fingerprint() != same
    assert Sequences.of(arrays.reshape(3, 2, 2)).fingerprint() != same


def test_it_says_what_it_holds():
    assert repr(Sequences.of(np.ones((1200, 28, 3)))) == "Sequences(1,200 of 28 steps × 3)"
    assert repr(Sequences.of_tokens(np.ones(5), np.array([2, 3]))) == "Sequences(2 of 2 to 3 tokens)"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.array([[1.0, np.nan]]), r"NaN at index \(0, 1\); 1 such values, the first in samples 0"),
        (np.array([[1.0, -np.inf]]), r"infinity"),
        (np.array([[1.0, 1e300]]), r"too large for float32"),
        ([np.ones(3), np.array([1.0, np.nan])], r"NaN at sequence 1, index \(1,\)"),
        (np.ones(5), r"\(5,\): expected a 2D or 3D array"),
        (np.ones((1, 2, 3, 4)), r"4"),
        ([], r"shape \(0,\)"),
        (np.ones((0, 3)), r"0 sample\(s\)"),
        (np.ones((3, 0)), r"0 feature\(s\)"),
        (np.ones((3, 0, 2)), r"0 time step\(s\)"),
        (np.ones((3, 2, 0)), r"0 feature\(s\)"),
        ([np.ones((3, 2)), np.ones((0, 2))], r"sequence 1 is empty"),
        ([np.ones((3, 2)), np.ones((4, 3)), np.ones((4, 3))], r"0 has 2 features, and 2 of 3 .*sequence 1 has 3"),
        ([np.ones((3, 7)), np.ones((3, 9))], r"Pass \[x\.T for x in X\]"),
        ([np.ones((3, 2, 2)), np.ones((4, 2, 2))], r"sequence 0 has shape \(3, 2, 2\)"),
        ([[1, 2], [3, "a"]], r"no number"),
        ([[[1, 2], [3]], [[1, 2], [3]]], r"sequence 0 holds what is no number"),
        (["text", "more"], r"tokenizer"),
        ("text", r"tokenizer"),
        (np.ones((2, 2)) * 1j, r"Complex data not supported"),
    ],
)
def test_what_is_no_sequence_of_numbers_is_refused_by_name(given, said):
    with pytest.raises(DataError, match=said):
        Sequences.of(given)


def test_large_numbers_that_are_finite_are_no_infinity():
    assert len(Sequences.of(np.full((2, 3), 3e38))) == 2


def test_a_sparse_matrix_is_named():
    scipy = pytest.importorskip("scipy.sparse")
    with pytest.raises(DataError, match="sparse"):
        Sequences.of(scipy.eye(3, format="csr"))


def test_time_and_samples_exchanged_is_said_with_the_line_that_mends_it():
    with pytest.raises(DataError, match=r"\(28, 100, 3\).*100 targets.*exchanged") as caught:
        check_targets(Sequences.of(np.ones((28, 100, 3))), np.zeros(100))
    assert caught.value.hint == "Pass X.transpose(1, 0, 2), of shape (100, 28, 3)."


def test_targets_that_are_too_few_are_counted_and_as_many_are_taken():
    held = Sequences.of(np.ones((5, 4)))
    check_targets(held, [0] * 5)
    with pytest.raises(DataError, match="5 sequences and y 3 targets"):
        check_targets(held, [0] * 3)


def test_an_empty_sequence_of_tokens_is_refused():
    with pytest.raises(DataError, match=r"sequence 1 is empty \(1 of 2 are\)"):
        Sequences.of_tokens(np.ones(2), np.array([2, 0]))


def test_a_batch_larger_than_memory_is_refused_with_its_size():
    steps = 1 << 50  # no processor has so many addresses, whatever its system promises
    long = Sequences(np.broadcast_to(np.float32(0), (steps, 1)), np.array([0, steps]))
    with pytest.raises(DataError, match=f"2 sequences padded to {steps:,} time steps"):
        long.padded(np.zeros(2, dtype=np.int64))
