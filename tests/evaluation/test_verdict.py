"""One sentence, whatever was found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from longshort.evaluation.skill import Edge
from longshort.evaluation.verdict import Evidence, Wins, verdict
from longshort.evaluation.words import Words, words_for

TOMORROW = Words("for tomorrow", "simply repeating today")
WON = Edge(0.104, 0.052, 0.151, 0.0004)
LOST = Edge(-0.004, -0.012, 0.004, 0.61)
SHARPER = Edge(0.055, 0.03, 0.08, 0.0001)
BLUNT = Edge(0.002, -0.01, 0.014, 0.4)
BASE = Evidence(503, LOST, SHARPER, 0.8, None, None, None)


def test_no_skill_in_the_centre_but_in_the_spread_reads_as_in_the_issue() -> None:
    assert verdict(BASE, TOMORROW) == (
        "No skill: over 503 forecasts the network's error for tomorrow is 0.4 % above simply repeating today "
        "(p = 0.61); use its interval, not its centre: its spread is 5.5 % sharper than the history's "
        "(95 % interval 3 to 8 %, p < 0.001) and its 80 % interval holds 80 % of what happened."
    )


def test_a_win_is_said_with_its_size_interval_test_and_steps() -> None:
    text = verdict(replace(BASE, centre=WON), Words("for the next 5 sessions", "simply repeating today"))
    assert text.startswith(
        "Skill: over 503 forecasts the network's error for the next 5 sessions is 10.4 % below simply repeating today "
        "(95 % interval 5.2 to 15.1 %, p < 0.001); its spread is 5.5 % sharper"
    )


def test_no_skill_anywhere_says_so_of_both() -> None:
    text = verdict(replace(BASE, spread=BLUNT), TOMORROW)
    assert text.startswith("No skill")
    assert text.endswith(
        "; its spread is no better than the history's (0.2 % better, p = 0.40) "
        "and its 80 % interval holds 80 % of what happened."
    )


def test_skill_in_the_centre_alone_does_not_praise_the_spread() -> None:
    text = verdict(replace(BASE, centre=WON, spread=BLUNT), TOMORROW)
    assert text.startswith("Skill")
    assert "no better than the history's" in text


@pytest.mark.parametrize(
    ("centre", "named"), [(WON, True), (LOST, False), (None, False)], ids=["won", "lost", "not judged"]
)
def test_a_mechanical_gain_is_named_where_there_is_a_gain(centre: Edge | None, named: bool) -> None:
    text = verdict(replace(BASE, centre=centre, mechanical="the close is fresher than the high."), TOMORROW)
    assert ("; the gain is mechanical, not foresight: the close is fresher than the high;" in text) == named


def test_an_error_many_times_the_naive_one_is_said_in_times() -> None:
    text = verdict(replace(BASE, centre=Edge(-10.77, -12.0, -9.0, 0.0)), TOMORROW)
    assert "error for tomorrow is 11.8 times that of simply repeating today (p < 0.001)" in text


@pytest.mark.parametrize(
    ("skill", "said"),
    [(0.104, "10.4 % below"), (-0.0004, "0.04 % above"), (1e-9, "the same as that of"), (-0.9, "90 % above")],
)
def test_a_tiny_difference_keeps_a_digit_and_none_is_called_none(skill: float, said: str) -> None:
    text = verdict(replace(BASE, centre=replace(LOST, value=skill)), TOMORROW)
    assert f"error for tomorrow is {said} simply repeating today" in text


def test_wins_in_several_series_are_counted() -> None:
    text = verdict(replace(BASE, centre=WON, centre_wins=Wins(3, 16), spread_wins=Wins(1, 16)), TOMORROW)
    assert "p < 0.001, in 3 of 16 series after Holm's correction)" in text
    assert "in 1 of 16 series" in text


@pytest.mark.parametrize("centre", [WON, LOST, None])
@pytest.mark.parametrize("spread", [SHARPER, BLUNT, Edge(-0.1, None, None, None), None])
@pytest.mark.parametrize("coverage", [0.8, None])
def test_every_combination_is_one_sentence(centre: Edge | None, spread: Edge | None, coverage: float | None) -> None:
    text = verdict(replace(BASE, centre=centre, spread=spread, coverage=coverage), TOMORROW)
    assert text.endswith(".")
    assert ". " not in text
    assert text.count("(") == text.count(")")
    assert "None" not in text
    assert text.startswith("Skill") == (centre is WON)


def test_skill_is_claimed_only_when_positive_and_significant() -> None:
    assert WON.claimed
    assert not Edge(-0.1, -0.2, -0.05, 0.001).claimed
    assert not Edge(0.1, -0.01, 0.2, 0.05).claimed
    assert not Edge(0.1, None, None, None).claimed


def test_tomorrow_is_said_of_daily_series_only(past: Callable[..., Any]) -> None:
    panel = past().panel
    hourly = replace(panel, times=panel.times // 24)
    weekdays = replace(panel, times=panel.times + 2 * 86_400_000_000 * (np.arange(len(panel.times)) // 5))
    assert words_for(panel, 1) == TOMORROW
    assert words_for(weekdays, 1) == TOMORROW
    assert words_for(hourly, 1) == Words("one session ahead", "simply repeating the last value")
    assert words_for(replace(panel, dated=False), 1).ahead == "one session ahead"
    assert words_for(panel, 5).ahead == "for the next 5 sessions"
