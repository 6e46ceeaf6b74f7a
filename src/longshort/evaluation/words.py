"""Numbers and times in words that need no statistician."""

from dataclasses import dataclass

import numpy as np

from longshort.data.calendars.protocol import DAY
from longshort.data.panel import Panel


def percent(share: float, digits: int = 1) -> str:
    """Write a share in percent, with a thin habit: a space before the sign and no trailing zero.

    >>> percent(0.055), percent(0.8), percent(12.5)
    ('5.5 %', '80 %', '1,250 %')
    """
    text = f"{100 * share:,.{digits}f}"
    return f"{text.removesuffix('.' + '0' * digits)} %"


def p_text(p_value: float | None) -> str:
    """Write a p-value as a person reads it.

    >>> p_text(0.613), p_text(0.0421), p_text(0.00002), p_text(None)
    ('p = 0.61', 'p = 0.042', 'p < 0.001', 'too few to test')
    """
    if p_value is None:
        return "too few to test"
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.2f}" if p_value >= 0.095 else f"p = {p_value:.3f}"


@dataclass(frozen=True)
class Words:
    """Hold how to speak of time: what is forecast (`ahead`) and what naive does (`repeating`)."""

    ahead: str
    repeating: str


def is_daily(panel: Panel) -> bool:
    """Say whether the first series' rows are usually a day apart, so that today and tomorrow can be spoken of."""
    gaps = np.diff(panel.times[panel.rows(0)]) if len(panel) else np.array([])
    return panel.dated and len(gaps) > 0 and int(np.median(gaps)) == DAY


def words_for(panel: Panel, horizon: int) -> Words:
    """Choose the words: tomorrow and today are said of daily series only."""
    daily = is_daily(panel)
    one = "for tomorrow" if daily else "one session ahead"
    repeating = "simply repeating today" if daily else "simply repeating the last value"
    return Words(one if horizon == 1 else f"for the next {horizon} sessions", repeating)
