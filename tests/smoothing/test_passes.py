"""The passes over a panel, whoever computes them: numbers of others, and what must hold of any."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.smoothing import PanelRows, SmoothingParameters, forecasts, losses

GOLDEN = json.loads((Path(__file__).parent / "statsforecast.json").read_text())  # says what made it
MANY = settings(max_examples=60, deadline=None)


@pytest.fixture(params=["native", "reference"], autouse=True)
def kernel(request, monkeypatch):
    """Let the compiled twin, where it is built, and the definition do the work."""
    monkeypatch.setenv("LONGSHORT_KERNEL", request.param if request.param == "reference" else "")


@pytest.mark.parametrize("name", GOLDEN["cases"])
def test_fitted_values_and_forecasts_are_those_of_statsforecast(rows_of, states_of, parameters_of, name):
    case, values = GOLDEN["cases"][name], GOLDEN["values"]
    states = states_of(1, 0, case["level"], case["trend"], case["seasonal"], case["season"])
    parameters = parameters_of(case["alpha"], case["beta"], case["gamma"], case["phi"])
    rows = rows_of(values)
    found = forecasts(rows, states, parameters, len(case["ahead"]))
    np.testing.assert_allclose(found[-1], case["ahead"], rtol=1e-9)
    np.testing.assert_allclose(found[:-1, 0], case["fitted"][1:], rtol=1e-9)
    errors = np.array(values) - case["fitted"]
    np.testing.assert_allclose(losses(rows, states, parameters).squares, [[errors @ errors]], rtol=1e-9)


def test_a_step_is_what_the_equations_say(rows_of, states_of, parameters_of):
    states = states_of(1, 3, level=10.0, trend=2.0, seasonal=2, season=(1.0, 0.5))
    parameters = parameters_of(alpha=0.5, beta=0.25, gamma=0.1, phi=0.5)
    # the mean is 11, the forecast 5.5, the error 0.5; what the level learns is doubled by the season
    level, trend, season = 11 + 0.5 * 1.0, 1 + 0.25 * 1.0, 0.5 + 0.1 * 0.5 / 11
    found = forecasts(rows_of([6.0], sessions=[[3]]), states, parameters, 2)
    np.testing.assert_allclose(found, [[level + 0.5 * trend, (level + 0.75 * trend) * season]], rtol=1e-14)
    outcome = losses(rows_of([6.0], sessions=[[3]]), states, parameters)
    assert (outcome.squares.item(), outcome.count.item()) == (0.25, 1)
    assert (outcome.level.item(), outcome.trend.item()) == (level, trend)


def test_every_candidate_has_the_losses_that_it_would_have_alone(rows_of, states_of):
    random = np.random.default_rng(0)
    rows, states = rows_of(random.normal(size=30), random.normal(size=20)), states_of(2, level=0.3)
    drawn = random.random((4, 2, 70))
    together = losses(rows, states, SmoothingParameters(*drawn))
    alone = [losses(rows, states, SmoothingParameters(*drawn[:, :, k : k + 1])).squares for k in range(70)]
    assert np.array_equal(together.squares, np.concatenate(alone, axis=1))
    assert together.count.tolist() == [30, 20]


@MANY
@given(data=st.data())
def test_a_blank_row_is_a_missing_session(panels, drawn_parameters, bits, data):
    rows, states = data.draw(panels(steps=st.integers(1, 4)))
    parameters = data.draw(drawn_parameters((len(rows),)))
    kept = np.flatnonzero(np.isfinite(rows.values))
    with_blanks, without = (forecasts(part, states, parameters, 3) for part in (rows, rows.take(kept)))
    assert np.array_equal(bits(with_blanks[kept]), bits(without))


@MANY
@given(data=st.data(), gap=st.integers(1, 60))
def test_a_gap_is_passed_as_session_after_session_would_be(panels, drawn_parameters, data, gap):
    _, states = data.draw(panels(most=1, rows=0))
    parameters = data.draw(drawn_parameters((1,)))
    phi, level, trend = parameters.phi[0], states.level[0], states.trend[0]
    for _ in range(gap):
        level, trend = level + phi * trend, phi * trend
    first = states.before + gap
    row = PanelRows(np.ones(1), first, np.array([0, 1]))
    still = SmoothingParameters(*np.zeros((3, 1, 1)), parameters.phi[:, None])
    found = losses(row, states, still)
    begun = losses(row, replace(states, before=first, level=np.array([level]), trend=np.array([trend])), still)
    np.testing.assert_allclose(found.level, begun.level, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.trend, begun.trend, rtol=1e-9, atol=1e-12)


def test_a_gap_of_any_size_is_passed_at_once(rows_of, states_of, parameters_of):
    rows = rows_of([1.0, 2.0], sessions=[[0, 2**60]])
    found = forecasts(rows, states_of(trend=1.0), parameters_of(phi=0.5), 1)
    assert found[-1, 0] == 1.0  # 0.5 + 0.25 + ...
    assert forecasts(rows, states_of(trend=1.0), parameters_of(), 1)[-1, 0] == float(2**60)


@MANY
@given(data=st.data())
def test_a_later_value_never_changes_a_forecast(panels, drawn_parameters, bits, data):
    rows, states = data.draw(panels(most=1))
    parameters = data.draw(drawn_parameters((1,)))
    row = data.draw(st.integers(0, len(rows.values)))
    changed = rows.values.copy()
    changed[row:] = data.draw(st.sampled_from([np.nan, 1e6]))
    ends = [forecasts(replace(rows, values=values), states, parameters, 4)[:row] for values in (rows.values, changed)]
    assert np.array_equal(*map(bits, ends))


@MANY
@given(data=st.data(), threads=st.integers(1, 3))
def test_series_do_not_depend_on_their_company_or_on_threads(panels, drawn_parameters, bits, data, threads):
    rows, states = data.draw(panels())
    parameters = data.draw(drawn_parameters((len(rows),)))
    together, trials = forecasts(rows, states, parameters, 3, threads=threads), data.draw(drawn_parameters((2,)))
    squares = losses(rows, states, trials, threads).squares
    order = data.draw(st.permutations(range(len(rows))))
    for number in order:
        part = np.array([number])
        mine = SmoothingParameters(*(array[part] for array in vars(parameters).values()))
        alone = forecasts(rows.of(part), states.of(part), mine, 3)
        assert np.array_equal(bits(alone), bits(together[slice(*rows.offsets[number : number + 2])]))
        assert np.array_equal(bits(losses(rows.of(part), states.of(part), trials).squares), bits(squares[part]))
    mixed = np.array(order)
    assert np.array_equal(bits(losses(rows.of(mixed), states.of(mixed), trials).squares), bits(squares[mixed]))


@MANY
@given(data=st.data(), shift=st.floats(-1e3, 1e3), exponent=st.integers(-20, 20))
def test_another_unit_gives_the_same_forecasts_in_that_unit(panels, drawn_parameters, bits, data, shift, exponent):
    plain = st.integers(-8000, 8000).map(lambda number: number / 8)
    rows, states = data.draw(panels(plain, st.integers(1, 4), rows=6, states_of=plain))
    parameters = data.draw(drawn_parameters((len(rows),)))
    factor = 2.0**exponent
    adds = np.repeat(states.seasonal == 1, states.lengths())
    scaled = replace(
        states,
        level=states.level * factor,
        trend=states.trend * factor,
        season=np.where(adds, factor, 1.0) * states.season,
    )
    found = forecasts(rows, states, parameters, 3)
    in_unit = forecasts(replace(rows, values=rows.values * factor), scaled, parameters, 3)
    whole = np.abs(found) > 1e-280  # numbers near the smallest lose digits in a smaller unit
    assert np.array_equal(bits(found * factor)[whole], bits(in_unit)[whole])
    no_factor = np.repeat(states.seasonal != 2, np.diff(rows.offsets))
    moved = forecasts(
        replace(rows, values=rows.values + shift), replace(states, level=states.level + shift), parameters, 3
    )
    np.testing.assert_allclose(moved[no_factor], found[no_factor] + shift, rtol=1e-9, atol=1e-6)


def test_rows_before_the_states_begin_are_not_looked_at(rows_of, states_of, parameters_of):
    found = forecasts(rows_of([5.0, 6.0, 7.0]), states_of(before=1, level=1.0), parameters_of(alpha=1.0), 1)
    np.testing.assert_array_equal(found[:, 0], [np.nan, 6.0, 7.0])
    assert losses(rows_of([5.0, 6.0, 7.0]), states_of(before=1), parameters_of()).count.tolist() == [2]


def test_forecasts_that_leave_the_finite_numbers_are_nan(rows_of, states_of, parameters_of):
    found = forecasts(rows_of([1.7e308, -1.7e308]), states_of(trend=1e308), parameters_of(alpha=1.0, beta=1.0), 2)
    assert not np.isinf(found).any()
    assert np.isnan(found[-1]).all()


def test_nothing_gives_nothing(rows_of, states_of, parameters_of):
    none = np.zeros(0, np.int64)
    assert losses(rows_of(), states_of(0), parameters_of()).squares.shape == (0, 1)
    assert forecasts(rows_of(), states_of(0), parameters_of(count=0), 2).shape == (0, 2)
    assert forecasts(rows_of([1.0]), states_of(), parameters_of(), 2, none).shape == (0, 2)
    assert losses(rows_of([]), states_of(), parameters_of()).squares.tolist() == [[0.0]]


@pytest.mark.parametrize("asked", [[-1], [0, 0], [1, 0], [2]])
def test_rows_that_are_not_there_are_refused(rows_of, states_of, parameters_of, asked):
    with pytest.raises(ValueError, match="must rise from 0 on and lie below 2"):
        forecasts(rows_of([1.0, 2.0]), states_of(), parameters_of(), 1, np.array(asked))


def test_shapes_that_do_not_fit_are_refused(rows_of, states_of, parameters_of):
    rows = rows_of([1.0], [2.0])
    with pytest.raises(ValueError, match="states are of 1 series, rows of 2"):
        losses(rows, states_of(1), parameters_of())
    with pytest.raises(ValueError, match="one state and one parameter set for each of the 2 series"):
        forecasts(rows, states_of(2), parameters_of(), 1)
    with pytest.raises(ValueError, match="horizon is 0"):
        forecasts(rows, states_of(2), parameters_of(count=2), 0)
    with pytest.raises(ValueError, match="shape mismatch"):
        losses(rows, states_of(2), SmoothingParameters(*(np.zeros((3, 1)),) * 4))
