import numpy as np
import pytest

from longshort.training.chunks import choose, steps_per_epoch


def test_every_chunk_is_taken_once_an_epoch_without_a_number_of_steps(settings_of, windows):
    settings = settings_of(steps_per_epoch=None, batch_size=16)
    steps = steps_per_epoch(settings, windows)
    first, second = (np.concatenate(choose(settings, windows, 0, epoch * steps, steps)) for epoch in (0, 1))
    assert sorted(first) == sorted(second) == windows.train.tolist()
    assert first.tolist() != second.tolist()


def test_with_a_number_of_steps_each_takes_different_chunks_none_twice(settings_of, windows):
    chosen = choose(settings_of(batch_size=16), windows, 0, 0, 6)
    assert [len(set(ends)) for ends in chosen] == [16] * 6
    assert set(np.concatenate(chosen)) <= set(windows.train)
    assert len({tuple(ends) for ends in chosen}) == 6


def test_a_batch_is_no_larger_than_there_are_chunks(settings_of, windows):
    (all_of_them,) = choose(settings_of(batch_size=1000), windows, 0, 0, 1)
    assert sorted(all_of_them) == windows.train.tolist()


@pytest.mark.parametrize("per_epoch", [None, 7])
def test_a_steps_chunks_do_not_depend_on_where_the_call_began(settings_of, windows, per_epoch):
    settings = settings_of(steps_per_epoch=per_epoch)
    whole = choose(settings, windows, 3, 0, 50)
    parts = [chosen for first in range(0, 50, 6) for chosen in choose(settings, windows, 3, first, min(6, 50 - first))]
    assert all(np.array_equal(one, other) for one, other in zip(whole, parts, strict=True))
    assert not np.array_equal(whole[0], choose(settings, windows, 4, 0, 1)[0])
