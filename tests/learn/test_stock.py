import numpy as np
import pytest

from longshort.evaluation.lagged import lag_table
from longshort.learn import judging, stock
from longshort.learn.pages import p11_yesterday, p12_direction


def test_the_tutorials_network_stays_behind_where_prices_leave_its_range():
    one = stock.replay(2013)
    assert stock.outside(one) > 0.95
    assert stock.rmse(one.network) > 5 * stock.rmse(one.naive)
    assert "extrapolation" in [finding.code for finding in one.judgement().findings]


def test_its_answers_flatten_above_the_highest_close_of_training():
    one = stock.replay(2013)
    low, high = stock.training_range(one)
    inside, above = (
        stock.answers_at(one, np.array([low, high])),
        stock.answers_at(one, np.array([high, 2 * high - low])),
    )
    assert np.diff(above) < 0.5 * np.diff(inside)


def test_a_constant_window_is_answered_as_the_forecast_of_one():
    one = stock.replay(2003)
    flat = one.panel.with_values(np.full_like(one.panel.values, 1000.0))
    from longshort.data.windows import last_pairs

    forecast = one.fitted.predict(flat, last_pairs(flat))
    assert stock.answers_at(one, np.array([1000.0]))[0] == pytest.approx(forecast.mean[0, 0], rel=1e-6)


def test_the_distance_profile_is_that_of_the_evaluation():
    one = stock.honest(2013, 2014)
    table = lag_table([one.network], one.panel, {one.network.model: np.ones(len(one.network))})
    np.testing.assert_allclose(stock.distances(one.network, one.panel)[:11], table["rmse"].to_numpy())


@pytest.mark.parametrize("step", [1, 3, 5])
def test_a_forecast_that_repeats_today_stands_as_many_days_behind_as_it_looks_ahead(step):
    one = stock.honest(2013, 2014, 5)
    apart = stock.distances(one.naive, one.panel, step)
    assert int(apart.argmin()) == step
    assert apart[step] == 0.0


def test_the_honest_forecast_is_no_worse_than_a_hundredth_beyond_persistence():
    one = stock.honest(2013, 2014)
    assert stock.rmse(one.network) < 1.01 * stock.rmse(one.naive)


def test_least_squares_finds_the_weights_of_a_series_that_has_some():
    panel = stock.closes(1999, 2001)
    y = np.zeros(len(panel.target))
    y[:2] = 1.0, 2.0
    for at in range(2, len(y)):
        y[at] = 0.6 * y[at - 1] + 0.3 * y[at - 2] + 1.0
    weights, share = stock.least_squares_weights(panel.with_values(y[:, None]), 2)
    np.testing.assert_allclose(weights, [0.6, 0.3], atol=1e-6)
    assert share == pytest.approx(1.0)


def test_the_best_skill_is_what_a_long_simulation_reaches():
    random = np.random.default_rng(0)
    change = np.zeros(200_000)
    noise = random.normal(size=len(change))
    for at in range(1, len(change)):
        change[at] = 0.5 * change[at - 1] + noise[at]
    error = np.sqrt(np.mean(np.square(change[1:] - 0.5 * change[:-1])) / np.mean(np.square(change[1:])))
    assert p11_yesterday.best_skill(0.5) == pytest.approx(1 - error, abs=2e-3)


def test_the_lectures_matrix_scores_as_checked_and_ignorance_scores_a_third():
    from longshort.evaluation.confusion import judge_confusion

    found = {name: judge_confusion(matrix, "predicted")[0] for name, matrix in p12_direction.forecasters().items()}
    lecture = found["lecture"]
    assert round(lecture["accuracy"], 4) == 0.6134
    assert round(lecture["majority"], 4) == 0.6097
    assert round(lecture["macro_recall"], 3) == 0.348
    assert found["majority"]["accuracy"] == pytest.approx(lecture["majority"])
    for name in ("majority", "by_share", "alike"):
        assert found[name]["macro_recall"] == pytest.approx(1 / 3, abs=1e-3)
    assert found["half"]["macro_recall"] == pytest.approx(2 / 3, abs=1e-3)


def test_fees_take_what_is_traded_and_nothing_else():
    free, dear = p12_direction.earned(0.0), p12_direction.earned(20.0)
    assert free["gross_return"]["value"] == dear["gross_return"]["value"] == free["net_return"]["value"]
    lost = free["net_return"]["value"] - dear["net_return"]["value"]
    assert lost == pytest.approx(20e-4 * dear["turnover"]["value"])


def test_the_best_of_many_looks_better_and_the_count_takes_it_back():
    alone, many = judging.best_of(1, 250), judging.best_of(1000, 250)
    assert many[0] > alone[0]
    assert many[1] < 0.01
    assert many[2] > 0.05


def test_a_longer_test_finds_a_smaller_effect():
    short, long = judging.smallest_found(250), judging.smallest_found(2500)
    assert all(long[name] < short[name] for name in ("skill", "direction", "coverage"))


def test_intervals_are_best_where_they_hold_what_they_promise():
    forecast = stock.honest(2013, 2014).network
    found = [judging.coverage_and_score(judging.stretched(forecast, factor)) for factor in (0.5, 1.0, 2.0)]
    assert found[0][0] < found[1][0] < found[2][0]
    assert found[1][1] < min(found[0][1], found[2][1])
