"""What an outcome is follows from the data, and may be overridden."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from longshort.errors import SettingsError
from longshort.evaluation.outcomes import TURNS, Outcomes, outcomes_of, turns

Build = Callable[..., Any]
NAN = np.nan


def same(found: Any, expected: list[Any]) -> None:
    assert np.asarray(found)[:, 0].tolist() == pytest.approx(expected, nan_ok=True)


def kind(past: Build, values: Any, **more: Any) -> Outcomes:
    here = past(np.atleast_2d(values), history=10)
    return outcomes_of(here.panel, [here.forecast("m", shift=0.1234)], **more)


def test_the_data_decide_between_a_level_a_sign_and_classes(past: Build) -> None:
    random = np.random.default_rng(0)
    returns = random.standard_normal(300)
    assert kind(past, 100 + np.cumsum(returns)) == Outcomes("change")
    assert kind(past, returns) == Outcomes("sign")
    assert kind(past, np.abs(returns)) == Outcomes("change")  # never below zero: no sign to judge
    assert kind(past, np.cumsum(returns)) == Outcomes("change")  # a walk through zero seldom turns
    assert kind(past, random.integers(0, 2, 300)) == Outcomes("class", (0.0, 1.0))
    assert kind(past, np.where(returns > 0, 5.0, -1.0)) == Outcomes("class", (-1.0, 5.0))
    assert kind(past, random.poisson(20, 300)) == Outcomes("change")
    assert kind(past, random.poisson(0.4, 300)) == Outcomes("none")  # few values, no labels; most equal the one before


def test_few_values_are_labels_only_where_every_forecast_is_one_of_them(past: Build) -> None:
    here = past(np.random.default_rng(0).integers(0, 4, 300).astype(float)[None], history=10)
    labels, numbers = here.forecast("labels"), here.forecast("numbers", shift=0.5)
    assert outcomes_of(here.panel, [labels]) == Outcomes("class", (0.0, 1.0, 2.0, 3.0))
    assert outcomes_of(here.panel, [labels, numbers]).kind == "none"
    unsaid = replace(labels, mean=np.full(labels.mean.shape, NAN))
    assert outcomes_of(here.panel, [unsaid]).kind == "change"
    many = past(np.random.default_rng(0).integers(0, 11, 300).astype(float)[None], history=10)
    assert outcomes_of(many.panel, [many.forecast("labels")]).kind == "change"


def test_a_user_overrides_what_the_data_say(past: Build) -> None:
    values = np.random.default_rng(0).integers(0, 2, 300)
    for direction in ("change", "sign", "none"):
        found = kind(past, values, direction=direction)
        assert (found.kind, found.asked) == (direction, True)
    with pytest.raises(SettingsError, match="'chance'") as caught:
        kind(past, values, direction="chance")
    assert "change" in caught.value.hint


def test_turns_are_counted_within_a_series_and_zeros_are_passed_over(past: Build) -> None:
    table = np.array([[1.0, 2.0, -1.0, NAN, -2.0], [-1.0, 0.0, 1.0, 1.0, 1.0]])
    assert turns(past(table, history=0).panel) == pytest.approx(2 / 6)  # + - in one, - + over a zero in the other
    assert turns(past(np.zeros((1, 9)), history=0).panel) == 0
    walk = np.cumsum(np.random.default_rng(1).standard_normal(2000))
    assert turns(past(walk).panel) < TURNS < turns(past(np.diff(walk)).panel)


def test_a_change_is_called_and_judged_against_the_last_value(past: Build) -> None:
    here = past(np.array([[1.0, 2.0, 2.0, 1.0, 3.0]]), history=0)
    change, forecast = Outcomes("change"), here.forecast("a", shift=0.1)
    same(change.truth(forecast), [1, NAN, 0, 1])
    assert change.ties(forecast)[:, 0].tolist() == [False, True, False, False]
    same(change.called(forecast), [1, 1, 1, 1])
    same(change.called(here.forecast("naive")), [NAN] * 4)  # repeating the last value calls nothing
    same(change.called(replace(forecast, p_up=np.array([[0.4], [0.5], [0.6], [NAN]]))), [0, NAN, 1, 1])


def test_a_sign_is_called_and_judged_against_zero(past: Build) -> None:
    here = past(np.array([[1.0, -2.0, 0.0, 3.0, -4.0]]), history=0)
    sign, forecast = Outcomes("sign"), here.forecast("a")
    same(sign.truth(forecast), [0, NAN, 1, 0])
    assert sign.ties(forecast)[:, 0].tolist() == [False, True, False, False]
    same(sign.called(forecast), [1, 0, NAN, 1])  # the last value's own sign
    spread = here.forecast("a", sigma=1.0)
    chance = sign.probability(spread)[:, 0]
    assert chance[0] == pytest.approx(0.841, abs=0.03)
    assert chance[1] < 0.06
    assert chance[2] == pytest.approx(0.5)


def test_a_class_is_the_nearest_value_and_two_have_a_probability(past: Build) -> None:
    here = past(np.array([[1.0, 3.0, 1.0, 3.0]]), history=0)
    forecast = replace(here.forecast("a"), mean=np.array([[1.2], [2.5], [9.0]]))
    two = Outcomes("class", (1.0, 3.0))
    same(two.truth(forecast), [1, 0, 1])
    same(two.called(forecast), [0, 1, 1])
    same(two.probability(forecast), [0.1, 0.75, 1.0])
    assert two.categories == 2
    assert not two.ties(forecast).any()
    three = Outcomes("class", (1.0, 2.0, 3.0))
    same(three.called(forecast), [0, 1, 2])
    assert np.isnan(three.probability(forecast)).all()
    assert three.categories == 3


def test_where_no_direction_is_judged_there_is_no_truth(past: Build) -> None:
    forecast = past().forecast("a", shift=0.1)
    assert np.isnan(Outcomes("none").truth(forecast)).all()
    assert not Outcomes("none").ties(forecast).any()
