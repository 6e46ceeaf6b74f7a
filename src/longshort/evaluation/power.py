"""What a test of so many forecast dates can find at all, said before training; and what it could have found, after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from longshort.data.calendars.units import shared_unit
from longshort.data.panel import Panel
from longshort.data.readers import panel_of
from longshort.evaluation.detection import (
    MOST,
    POWER,
    QUESTIONS,
    Question,
    overlap_factor,
    sessions_needed,
    smallest_effect,
)
from longshort.evaluation.moves import Moves, moves_of
from longshort.language import Message, coming, counted, message, say
from longshort.settings import Bounds

EDGES: dict[str, tuple[float, ...]] = {
    "skill": (0.01, 0.02, 0.05),
    "direction": (0.01, 0.02, 0.05),
    "coverage": (0.02, 0.05, 0.1),
}
HORIZON = Bounds(1, 500, "the time that this takes grows with its cube")
SESSIONS = Bounds(1, MOST, "more forecast dates than these show no more")
TEST_SHARE = 5  # a fifth of the dates is what a backtest tests on unless told otherwise
SHOWN = 20  # steps in a table of them
SUMMARY = 1  # the version of what `--json` prints
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
    """Hold what could be found: `table` (see `power_table`), `line` (in words), and what it was computed from.

    `naive_rmse` is the usual error of repeating the last value at each step over the newest 1,000 rows, in the target's
    unit (NaN for several series); `base_rate` the share of the more frequent direction over all steps.
    """

    table: pl.DataFrame
    line: Message
    horizon: int
    sessions: int
    naive_rmse: tuple[float, ...]
    base_rate: float

    def summary(self, lang: str = "en") -> dict[str, Any]:
        """Give all of it as one plain dictionary, as `longshort power --json` prints it; its sentence in a language."""
        from longshort.results.plain import plain

        asked = {"horizon": self.horizon, "sessions": self.sessions}
        known = {"naive_rmse": self.naive_rmse, "base_rate": self.base_rate}
        summary: dict[str, Any] = plain(
            {"schema": SUMMARY, "line": say(self.line, lang), "power": self.table.to_dicts(), **asked, **known}
        )
        return summary

    def __repr__(self) -> str:
        """Say the sentence."""
        return f"Power({self.line!r})"


def power(panel: Panel | Any, *, horizon: int = 1, sessions: int | None = None) -> Power:
    """Say before training what a test can show: skill, a better direction, a fault in coverage.

    `horizon` is how many steps ahead is forecast, `sessions` how many cutoffs are tested, by default a fifth of the
    longest series, as in a backtest. The target's own volatility and base rate enter. Several series count as one:
    what moves them all on one day is one piece of evidence.

    Raises SettingsError where either is out of bounds, NotEnoughHistory where the target has fewer than 30 changes.
    """
    panel = panel_of(panel)
    refuse(horizon, sessions)
    if sessions is None:
        sessions = max(int(np.diff(panel.offsets).max(initial=0)) // TEST_SHARE, 1)
    moves = moves_of(panel, horizon)
    table = power_table(moves, sessions)
    base = max(float(np.mean(moves.base_rates)), 0.5)
    rmse = moves.naive_rmse if len(panel) == 1 else (float("nan"),) * horizon
    line = power_line(table, base, shared_unit(panel.calendars))
    return Power(table, line, horizon, sessions, rmse, base)


def refuse(horizon: int, sessions: int | None) -> None:
    """Raise SettingsError where what is asked for is out of bounds, which needs no data to be known."""
    HORIZON.refuse("--horizon", horizon, "--horizon ")
    if sessions is not None:
        SESSIONS.refuse("--sessions", sessions, "--sessions ")


def power_table(moves: Moves, sessions: int) -> pl.DataFrame:
    """Tabulate for each question, step and (null) all steps together what so many cutoffs can show.

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


def power_line(table: pl.DataFrame, base_rate: float, unit: str) -> Message:
    """Say in a few sentences what could be found over all steps together."""
    overall = table.filter(pl.col("step").is_null())
    first = {row["question"]: row for row in overall.unique("question", keep="first", maintain_order=True).to_dicts()}
    steps = table["step"].drop_nulls().to_list()[-1]
    tested = {"counted": counted(first["skill"]["sessions"], unit), "ahead": coming(steps, unit)}
    smallest = {question: row["smallest"] for question, row in first.items()}
    wanted = EDGES["skill"][1]
    more = overall.filter((pl.col("question") == "skill") & (pl.col("edge") == wanted))["sessions_needed"].item()
    sentences = [
        message("power.skill.none", **tested)
        if smallest["skill"] is None
        else message("power.skill", **tested, size=smallest["skill"], power=POWER),
        message("power.direction.none", base=base_rate)
        if smallest["direction"] is None
        else message("power.direction", points=smallest["direction"], base=base_rate),
        message("power.coverage.none")
        if smallest["coverage"] is None
        else message("power.coverage", points=smallest["coverage"]),
        message("power.never", size=wanted)
        if more is None
        else message("power.needed", size=wanted, counted=counted(more, unit)),
    ]
    return message("verdict.all", sentences=sentences)
