from dataclasses import replace

import numpy as np
import pytest

from longshort.errors import NotEnoughHistory
from longshort.forecasting.dataset import build, split_rows, training_ends, validation_ends
from longshort.training.batch import TRAINING, VALIDATION


def test_targets_of_training_validation_and_test_never_meet(prices, small):
    panel = prices(series=3)
    split, begin = split_rows(panel, small.horizon, 0.2)
    for series in range(3):
        rows = panel.rows(series)
        train = rows.start + np.flatnonzero(split[rows] == TRAINING)
        held_back = rows.start + np.flatnonzero(split[rows] == VALIDATION)
        assert train.max() + small.horizon < held_back.min()
        assert panel.times[held_back].min() == begin
        assert held_back.max() + small.horizon == rows.stop - 1


def test_without_validation_everything_trains_but_what_is_not_known_yet(prices, small):
    panel = prices()
    split, begin = split_rows(panel, small.horizon, 0.0)
    assert begin is None
    assert (split == TRAINING).sum() == 120 - small.horizon


def test_training_chunks_end_on_training_rows_with_a_full_context(prices, small):
    dataset = build(small, prices(series=2))
    windows = dataset.windows
    assert (windows.split[windows.train] == TRAINING).all()
    assert (windows.train - windows.first[windows.train] >= windows.length - 1).all()


def test_a_series_too_short_for_a_chunk_ends_one_at_its_last_training_row(prices):
    panel = prices(series=1, rows=30)
    split = np.where(np.arange(30) < 10, TRAINING, 0).astype(np.int8)
    assert training_ends(panel, split, 12).tolist() == [9]


def test_validation_chunks_answer_for_every_validation_row(prices):
    panel = prices(series=2, rows=100)
    split, _ = split_rows(panel, 3, 0.4)
    step = 8
    ends = validation_ends(panel, split, step)
    answered = {row for end in ends for row in range(end - step + 1, end + 1)}
    assert set(np.flatnonzero(split == VALIDATION)) <= answered


def test_the_ledger_counts_sessions(prices, small):
    ledger = build(small, prices()).ledger
    assert ledger["known"]["sessions"] == 120
    purged = 120 - ledger["train"]["sessions"] - ledger["validation"]["sessions"]
    assert purged == 2 * small.horizon


def test_one_target_per_window_has_loss_at_the_last_position_only(prices, small):
    windows = build(small.replace({"window.method": "single"}), prices()).windows
    assert windows.burn_in == windows.length - 1


def test_inputs_are_centred_on_the_training_rows_alone(prices, small):
    panel = prices()
    windows = build(small, panel).windows
    train = windows.split == TRAINING
    np.testing.assert_allclose(windows.inputs[train].mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(windows.inputs[train].std(axis=0), 1.0, atol=1e-4)


def test_too_little_history_says_what_to_type(prices, small):
    with pytest.raises(NotEnoughHistory) as caught:
        build(small, prices(series=2, rows=14))
    assert "'S0' has 14 sessions" in caught.value.message
    assert "needs 15" in caught.value.message
    assert "min_history" not in caught.value.hint  # it would leave nothing


def test_leaving_short_series_out_is_offered_where_others_stay(prices, small):
    panel = prices(series=2, rows=40)
    cut = {name: getattr(panel, name)[:70] for name in ("values", "times", "sessions")}
    panel = replace(panel, offsets=np.array([0, 40, 70]), **cut)
    with pytest.raises(NotEnoughHistory) as caught:
        build(small.replace({"window.context_length": 30}), panel)
    assert "--set window.min_history=33 to leave short series out (1 of 2 would go)" in caught.value.hint


@pytest.mark.parametrize("horizon", [3, 5, 40, 200])
@pytest.mark.parametrize("way", [0, 1])
def test_what_a_too_short_series_is_told_to_type_works(prices, small, horizon, way):
    recipe, panel = (
        small.replace({"horizon": horizon, "window.context_length": 60, "window.burn_in": 20}),
        prices(rows=62),
    )
    with pytest.raises(NotEnoughHistory) as caught:
        build(recipe, panel)
    ways = caught.value.hint.removeprefix("Pass ").partition(";")[0].split(", or ")
    typed = ways[min(way, len(ways) - 1)].replace("--horizon ", "--set horizon=").split("--set ")[1:]
    if caught.value.hint.startswith("Pass"):
        changed = recipe.replace({key: int(value) for key, value in (text.strip().split("=") for text in typed)})
        assert len(build(changed, panel).windows.train)
    else:
        assert horizon > 52
