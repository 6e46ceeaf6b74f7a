"""What a test of so many sessions could find at all, said before training; and what it could have found, after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtri

from longshort.data.panel import Panel
from longshort.errors import SettingsError
from longshort.evaluation.detection import (
    POWER,
    QUESTIONS,
    Question,
    overlap_factor,
    sessions_needed,
    smallest_effect,
)
from longshort.evaluation.moves import Moves, moves_of
from longshort.evaluation.skill import CENTRE, edge
from longshort.evaluation.words import percent

EDGES: dict[str, tuple[float, ...]] = {
    "skill": (0.01, 0.02, 0.05),
    "direction": (0.01, 0.02, 0.05),
    "coverage": (0.02, 0.05, 0.1),
}
TEST_SHARE = 5  # a fifth of the sessions is what a backtest tests on unless told otherwise
SHOWN = 20  # steps in a table of them
SCHEMA = {
    "question": pl.String,
    "step": pl.Int64,
    "sessions": pl.Int64,
    "independent": pl.Float64,
    "smallest": pl.Float64,
    "edge": pl.Float64,
    "sessions_needed": pl.Int64,
}


@dataclass(frozen=True, eq=False)
class Power:
    """Hold what could be found: `table` (see `power_table`), `line` (one sentence), and what it was computed from.

    `naive_rmse` is the usual error of repeating the last value at each step over the newest 1,000 rows, in the target's
    unit (NaN for several series); `base_rate` the share of the more frequent direction over all steps.
    """

    table: pl.DataFrame
    line: str
    horizon: int
    sessions: int
    naive_rmse: tuple[float, ...]
    base_rate: float

    def summary(self) -> dict[str, Any]:
        """Give all of it as one plain dictionary, as `longshort power --json` prints it."""
        from longshort.results.plain import plain

        asked = {"horizon": self.horizon, "sessions": self.sessions}
        known = {"naive_rmse": self.naive_rmse, "base_rate": self.base_rate}
        summary: dict[str, Any] = plain(
            {"schema": 1, "line": self.line, "power": self.table.to_dicts(), **asked, **known}
        )
        return summary

    def __repr__(self) -> str:
        """Say the sentence."""
        return f"Power({self.line!r})"


def power(panel: Panel, *, horizon: int = 1, sessions: int | None = None) -> Power:
    """Say before training what a test could tell from chance: skill, an edge in direction, a fault in coverage.

    `horizon` is how many sessions ahead is forecast, `sessions` how many cutoffs are tested, by default a fifth of the
    longest series, as in a backtest. The target's own volatility and base rate enter. Several series count as one:
    what moves them all on one day is one piece of evidence.

    Raises SettingsError where either is below 1, NotEnoughHistory where the target has fewer than 30 changes.
    """
    if horizon < 1:
        raise SettingsError(f"a horizon of {horizon} is none.", hint="Pass horizon=1 or more.")
    if sessions is None:
        sessions = max(int(np.diff(panel.offsets).max(initial=0)) // TEST_SHARE, 1)
    if sessions < 1:
        raise SettingsError(f"{sessions} sessions cannot be tested on.", hint="Pass sessions=250, or leave it out.")
    moves = moves_of(panel, horizon)
    table = power_table(moves, sessions)
    base = max(float(np.mean(moves.base_rates)), 0.5)
    rmse = moves.naive_rmse if len(panel) == 1 else (float("nan"),) * horizon
    return Power(table, power_line(table, base), horizon, sessions, rmse, base)


def power_table(moves: Moves, sessions: int) -> pl.DataFrame:
    """Tabulate for each question, step and (null) all steps together what so many cutoffs could tell from chance.

    Of more than `SHOWN` steps as many are shown, the first and the last among them.

    `independent` is the number of forecasts that share no outcome and would be worth as much; `smallest` the effect
    that is found in 80 % of cases, two-sided at 5 % (null: not even the largest is); `sessions_needed` how many
    cutoffs an effect of `edge` would need (null: more than ten million). Effects: "skill" in RMSE against naive,
    "direction" as the share of right calls above the more frequent direction's, "coverage" as what the 80 %
    interval's falls short. Detection rates as simulated: benchmarks/audit_power.py.
    """
    horizon = len(moves.base_rates)
    rows = [
        row
        for question in QUESTIONS
        for step in [*shown_steps(horizon), None]
        for row in _rows(question, step, moves, sessions)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def shown_steps(horizon: int) -> list[int]:
    """List all steps where there are few, and a few, dense at first, where there are many.

    >>> shown_steps(4), len(shown_steps(251)), shown_steps(251)[-1]
    ([1, 2, 3, 4], 20, 251)
    """
    if horizon <= SHOWN:
        return list(range(1, horizon + 1))
    return [step + round((horizon - SHOWN) * ((step - 1) / (SHOWN - 1)) ** 3) for step in range(1, SHOWN + 1)]


def _rows(question: Question, step: int | None, moves: Moves, sessions: int) -> Iterator[tuple[Any, ...]]:
    steps = (1, len(moves.base_rates)) if step is None else (step, step)
    base = max(float(np.mean(moves.base_rates[steps[0] - 1 : steps[1]])), 0.5)
    independent = sessions / max(overlap_factor(question, *steps), 1.0)
    smallest = smallest_effect(question, sessions, steps, base, moves.clusters)
    for size in EDGES[question]:
        needed = sessions_needed(question, size, steps, base, moves.clusters)
        yield question, step, sessions, independent, smallest, size, needed


def power_line(table: pl.DataFrame, base_rate: float) -> str:
    """Say in one sentence what could be found over all steps together."""
    overall = table.filter(pl.col("step").is_null())
    first = {row["question"]: row for row in overall.unique("question", keep="first", maintain_order=True).to_dicts()}
    steps = table["step"].drop_nulls().to_list()[-1]
    ahead = "one session ahead" if steps == 1 else f"up to {steps} sessions ahead"
    needed = overall.filter((pl.col("question") == "skill") & (pl.col("edge") == EDGES["skill"][1]))
    more = needed["sessions_needed"].item()
    cost = f"{more:,} sessions" if more is not None else "more sessions than there will ever be"
    return (
        f"{first['skill']['sessions']:,} sessions, {ahead}, can tell from chance (found in {percent(POWER)} of cases, "
        f"two-sided at 5 %): a skill of {_size(first['skill'])}, a direction right {_points(first['direction'])} more "
        f"often than the {percent(base_rate, 0)} of always naming the more frequent one, an 80 % interval off by "
        f"{_points(first['coverage'])}; a skill of {percent(EDGES['skill'][1])} would need {cost}."
    )


def _size(row: dict[str, Any]) -> str:
    return "no size" if row["smallest"] is None else f"{percent(row['smallest'])} or more"


def _points(row: dict[str, Any]) -> str:
    return "by no number of points" if row["smallest"] is None else f"{100 * row['smallest']:.1f} points"


def power_after(skill: pl.DataFrame, direction: pl.DataFrame, coverage: pl.DataFrame, model: str) -> pl.DataFrame:
    """Tabulate, in `power_table`'s columns, what a finished test could have found, from the widths of its intervals.

    An effect of 2.8 standard errors is found in 80 % of cases, two-sided at 5 %. The tables are those of an evaluation;
    what was not judged has no row; `sessions`, `edge` and `sessions_needed` are null.
    """
    centre = edge(skill, model, CENTRE)
    ends: dict[str, tuple[float | None, float | None]] = {}
    if centre is not None:
        ends["skill"] = (centre.low, centre.high)
    mine = (pl.col("model") == model) & pl.col("step").is_null()
    for question, table, which in (
        ("direction", direction, pl.col("metric") == "accuracy"),
        ("coverage", coverage, (pl.col("nominal") - 0.8).abs() < 1e-6),
    ):
        rows = table.filter(mine & which)
        if len(rows):
            ends[question] = (rows["low"].item(), rows["high"].item())
    factor = float((ndtri(0.975) + ndtri(POWER)) / (2 * ndtri(0.975)))
    found = [
        (question, None, None, None, factor * (high - low), None, None)
        for question, (low, high) in ends.items()
        if low is not None and high is not None
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def after_line(table: pl.DataFrame) -> str:
    """Say in one sentence what a finished test could have found; nothing where nothing was judged."""
    smallest = dict(zip(table["question"], table["smallest"], strict=True))
    names = {
        "skill": "a skill of {}",
        "direction": "an edge in direction of {}",
        "coverage": "an error in coverage of {}",
    }
    sizes = {question: f"{100 * value:.1f} points" for question, value in smallest.items()}
    if "skill" in smallest:
        sizes["skill"] = percent(smallest["skill"])
    parts = [names[question].format(sizes[question]) for question in QUESTIONS if question in sizes]
    if not parts:
        return ""
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"With its uncertainty this test finds {listed} in {percent(POWER)} of cases; what is smaller may be missed."
