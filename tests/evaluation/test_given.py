"""Whose forecast is given, and what a simple forecast gives as its point."""

import numpy as np
import polars as pl
import pytest

from longshort.baselines import SeasonalNaive, Seasons
from longshort.claims import Claims, Direction, DistributionSkill, PointSkill
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import last_pairs
from longshort.evaluation.given import centred, is_given, ranked
from longshort.evaluation.skill import DISTRIBUTION, SCHEMA
from longshort.results.forecast import Forecast


def coming(levels: tuple[float, ...]) -> Forecast:
    """Repeat the last season of a series that grows by a hundred each season."""
    months = np.arange(60)
    values = 1000 + 100 * (months // 12) + 10 * (months % 12) + np.random.default_rng(0).normal(size=60)
    calendar = named("monthly")
    times = calendar.times(months)
    panel = Panel(values[:, None], times, months, np.array([0, 60]), ("a",), (Column("y"),), (calendar,))
    rule = SeasonalNaive(3, levels, seasons=Seasons(other=12))
    return rule.fit(panel, [int(times[-1])])[0].predict(panel, last_pairs(panel))


def test_the_point_is_the_median_of_the_distribution() -> None:
    forecast = coming((0.1, 0.5, 0.9))
    assert (forecast.mean < forecast.quantile(0.1)).all()  # by the growth of a season
    given = centred(forecast)
    np.testing.assert_array_equal(given.mean, forecast.quantile(0.5))
    np.testing.assert_array_equal(given.quantiles, forecast.quantiles)


@pytest.mark.parametrize("levels", [(), (0.1, 0.9)])
def test_without_a_median_the_point_stays(levels: tuple[float, ...]) -> None:
    forecast = coming(levels)
    np.testing.assert_array_equal(centred(forecast).mean, forecast.mean)


def claims(point: str = "not_shown", distribution: str = "not_shown", small: bool = False, **direction: str) -> Claims:
    return Claims(
        point=PointSkill(answer=point, too_small=small),
        distribution=DistributionSkill(answer=distribution, too_small=small, baselines=("naive", "mean", "garch")),
        direction=Direction(**direction),
    )


def test_the_network_is_given_where_its_distribution_is_better_or_its_point_is_and_its_distribution_not_worse() -> None:
    assert is_given(claims(distribution="yes"))
    assert is_given(claims(point="no", distribution="yes"))
    assert is_given(claims(point="yes"))
    assert not is_given(claims(point="yes", distribution="no"))
    assert not is_given(claims())
    assert not is_given(claims("yes", "yes", small=True))


def test_right_classes_are_given_and_right_directions_are_not() -> None:
    assert is_given(claims(kind="class", answer="yes"))
    assert not is_given(claims(kind="change", answer="yes"))
    assert not is_given(claims(kind="class", answer="yes", too_small=True))


def test_else_the_simple_forecast_with_the_lowest_loss_that_can_be_given() -> None:
    gains = {"naive": -0.1, "mean": 0.3, "garch": -0.2, "zero": -0.9}  # what the network saves of each one's loss
    rows = [{"model": "n", "baseline": name, "metric": DISTRIBUTION, "value": value} for name, value in gains.items()]
    skill = pl.DataFrame(rows, schema=SCHEMA)
    known = ["n", "naive", "mean", "garch", "zero"]
    assert ranked(claims(), skill, "n", known) == ["garch", "naive", "mean", "n"]
    assert ranked(claims(), skill, "n", ["n", "mean"]) == ["mean", "n"]
    assert ranked(claims(point="yes"), skill, "n", known) == ["n", "garch", "naive", "mean"]
