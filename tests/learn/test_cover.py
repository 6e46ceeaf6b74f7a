import numpy as np
import pytest

from longshort.learn import cover
from longshort.learn.prices import sp500


def test_the_interval_widens_with_the_root_of_the_days_ahead() -> None:
    closes = np.array([100.0, 103.0, 99.0, 100.0])
    near, far = (np.log(np.divide(*cover.interval(closes, ahead)[::-1])) for ahead in (1, 4))
    assert far == pytest.approx(2 * near)


def test_a_price_that_stands_still_leaves_no_doubt() -> None:
    assert cover.interval(np.full(5, 50.0), 3) == (50.0, 50.0)


def test_over_all_years_about_four_of_five_closes_come_to_lie_inside() -> None:
    closes, inside = sp500().target, []
    for now in range(cover.WINDOW, len(closes) - cover.AHEAD, 7):
        low, high = cover.interval(closes[now - cover.WINDOW : now], cover.AHEAD)
        inside.append(low <= closes[now - 1 + cover.AHEAD] <= high)
    assert 0.75 < np.mean(inside) < 0.85
