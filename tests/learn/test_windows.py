import pytest

from longshort.learn.pages import p00_windows as page


@pytest.mark.parametrize("rows", range(1, 14))
@pytest.mark.parametrize("inputs", [1, 3, 6])
@pytest.mark.parametrize("targets", [1, 2, 5])
def test_the_formula_counts_what_trying_every_start_finds(rows: int, inputs: int, targets: int) -> None:
    assert page.windows_by_formula(rows, inputs, targets) == len(page.windows_by_hand(rows, inputs, targets))


@pytest.mark.parametrize(("rows", "inputs", "targets"), [(10, 3, 1), (9, 2, 5), (4, 4, 1)])
def test_the_dataset_gives_by_index_the_windows_that_trying_every_start_finds(
    rows: int, inputs: int, targets: int
) -> None:
    windows = page.Windows(rows, inputs, targets)
    assert [windows[at] for at in range(len(windows))] == page.windows_by_hand(rows, inputs, targets)
    with pytest.raises(IndexError):
        windows[len(windows)]


def test_the_lectures_example_has_seven() -> None:
    assert page.windows_by_formula(10, 3, 1) == 7


def test_windows_of_equal_shape_look_equal_whatever_the_price_and_one_inside_the_logarithm_spoils_it() -> None:
    small, large = [1.0, 1.0, 2.0, 2.0], [10.0, 10.0, 20.0, 20.0]
    assert page.relative_logarithms(small) == page.relative_logarithms(large) == "[−0.693, −0.693, 0, 0]"
    assert page.relative_logarithms(small, 1.0) == "[−0.405, −0.405, 0, 0]"
    assert page.relative_logarithms(large, 1.0) == "[−0.647, −0.647, 0, 0]"


def test_the_target_of_a_window_is_the_close_of_the_day_after_it() -> None:
    _, prices, following = page.last_days(page.ROWS)
    close = page.COLUMNS.index("Close")
    assert following[:-1].tolist() == prices[1:, close].tolist()


def test_a_relative_window_ends_at_zero_and_prices_stay_prices() -> None:
    assert page.closes_seen_as("window_log_ratio", 2008)[-1] == 0.0
    assert page.closes_seen_as("none", 2008).min() > 1000
