import numpy as np
import pytest

from longshort.training.dropout import dropout_masks


def test_dropout_leaves_out_its_share_and_keeps_the_mean(network_of):
    (mask,) = dropout_masks(network_of(dropout=0.25), (50, 40), seed=0, step=0)
    assert mask.shape == (50, 40, 4)
    assert np.unique(mask).tolist() == pytest.approx([0.0, 4 / 3])
    assert float((mask == 0).mean()) == pytest.approx(0.25, abs=0.02)


def test_dropout_depends_on_seed_and_step_alone_and_differs_between_layers(network_of):
    network = network_of(dropout=0.5, num_layers=3)
    first, second = dropout_masks(network, (6, 5), seed=1, step=2)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, dropout_masks(network, (6, 5), seed=1, step=2)[0])
    for seed, step in ((1, 3), (2, 2)):
        assert not np.array_equal(first, dropout_masks(network, (6, 5), seed, step)[0])


def test_no_dropout_draws_nothing(network_of):
    assert dropout_masks(network_of(dropout=0.0), (6, 5), 0, 0) == []


def test_a_value_keeps_its_fate_in_any_company(network_of):
    small, wide = (network_of(dropout=0.5, hidden_size=size) for size in (3, 17))
    (crowd,) = dropout_masks(wide, (6, 5), 0, 0)
    (alone,) = dropout_masks(small, (4, 2), 0, 0)
    np.testing.assert_array_equal(crowd[:4, :2, :3], alone)


def test_units_rows_positions_and_layers_have_fates_of_their_own(network_of):
    first, second = dropout_masks(network_of(dropout=0.5, num_layers=3, hidden_size=40), (30, 30), 0, 0)
    kept = first > 0
    pairs = {
        "units": (kept[:, :, 1:], kept[:, :, :-1]),
        "units of two draws": (kept[:, :, 8:], kept[:, :, :-8]),
        "rows": (kept[:, 1:], kept[:, :-1]),
        "positions": (kept[1:], kept[:-1]),
        "layers": (kept, second > 0),
    }
    for name, (one, other) in pairs.items():
        assert (one == other).mean() == pytest.approx(0.5, abs=0.02), name
