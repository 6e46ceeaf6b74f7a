import numpy as np
import pytest

from longshort.data import tasks
from longshort.data.strokes import distances

MAKERS = {
    "adding": lambda seed: tasks.adding(50, 20, seed),
    "copying": lambda seed: tasks.copying(50, 12, seed),
    "he_she": lambda seed: tasks.he_she(50, 8, seed),
    "reversing": lambda seed: tasks.reversing(50, seed),
    "digits": lambda seed: tasks.digits(30, seed),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_same_seed_makes_the_same_data_and_another_seed_others(make):
    first, again, other = make(3), make(3), make(4)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[0], other[0])


def test_adding_marks_one_step_of_each_half_and_asks_for_their_sum():
    inputs, y = tasks.adding(2000, 11, seed=0)
    assert inputs.dtype == y.dtype == np.float32
    marks = inputs[:, :, 1]
    assert (marks[:, :5].sum(axis=1) == 1).all()
    assert (marks[:, 5:].sum(axis=1) == 1).all()
    assert marks.any(axis=0).all()
    np.testing.assert_allclose(y, (inputs[:, :, 0] * marks).sum(axis=1))
    assert np.square(y - 1.0).mean() == pytest.approx(1 / 6, rel=0.1)


def test_copying_asks_for_the_symbols_behind_the_signal_and_for_nothing_before():
    inputs, y = tasks.copying(300, 12, seed=0, symbols=4, length=3)
    assert inputs.shape == y.shape == (300, 18)
    np.testing.assert_array_equal(inputs[:, :3], y[:, -3:])
    assert set(inputs[:, :3].ravel()) == {1, 2, 3, 4}
    assert (inputs[:, 15] == 5).all()
    assert not inputs[:, 3:15].any()
    assert not inputs[:, 16:].any()
    assert not y[:, :15].any()


def test_a_passage_says_who_by_its_first_word_alone():
    texts, labels = tasks.he_she(400, 7, seed=0)
    assert {len(text.split()) for text in texts} == {8}
    for text, label in zip(texts, labels, strict=True):
        name, *rest = text.split()
        assert name in tasks.NAMES[label]
        assert set(rest) <= set(tasks.FILLERS)
    assert 0.4 < labels.count("he") / 400 < 0.6


def test_sequences_to_be_reversed_are_all_different_and_of_every_length():
    sources, targets = tasks.reversing(500, seed=0, shortest=2, longest=4, symbols=20)
    assert len(set(sources)) == 500
    assert {len(source) for source in sources} == {2, 3, 4}
    assert all(target == source[::-1] for source, target in zip(sources, targets, strict=True))


def test_drawn_digits_are_of_ten_kinds_that_a_nearest_mean_tells_apart():
    images, labels = tasks.digits(600, seed=0)
    assert images.dtype == np.float32
    assert images[:, 0].mean() < 0.01
    assert (images.min(), images.max()) == (0.0, 1.0)
    assert not np.array_equal(images, tasks.digits(600, seed=0, part="test")[0])
    flat = images.reshape(600, -1)
    means = np.stack([flat[:400][labels[:400] == digit].mean(axis=0) for digit in range(10)])
    distances = np.square(flat[400:, None] - means[None]).sum(axis=-1)
    assert (distances.argmin(axis=1) == labels[400:]).mean() > 0.8


def test_a_pixel_is_as_far_from_a_line_as_from_its_nearest_point():
    random = np.random.default_rng(0)
    pixels, tail, head = random.integers(0, 28, (40, 2)), random.normal(12, 5, (3, 2)), random.normal(12, 5, (3, 2))
    along = np.linspace(0, 1, 5001)[:, None, None]
    points = tail + along * (head - tail)
    expected = np.linalg.norm(points[:, :, None] - pixels, axis=-1).min(axis=0)
    np.testing.assert_allclose(distances(pixels, tail, head), expected, atol=1e-2)
