"""The form of a run's account (`Run.info`) and of its folds, to which a folder that is read is held.

What is there is of its type; it may be absent.
"""

from typing import Any

from msgspec import Struct


class Calendars(Struct, frozen=True):
    """The different calendars of the data, and which of them each series has."""

    each: list[dict[str, Any]]
    of: list[int]


class Data(Struct, frozen=True):
    """What the data are."""

    fingerprint: str | None = None
    rows: int | None = None
    series: int | None = None
    calendar: str | None = None
    calendars: Calendars | None = None
    kind: str | None = None
    unit: str | None = None
    notes: list[Any] = []
    files: list[str] = []


class Judged(Struct, frozen=True):
    """What the judgement of a backtest rests on beside its forecasts; `longshort audit` makes it again."""

    model: str
    baselines: list[str]
    left_out: list[tuple[Any, Any]]
    chosen: list[str]
    season: int | None
    fee_bps: float | None
    direction: str | None
    why_mechanical: Any
    knows_more: bool
    judged_findings: int


class Account(Struct, frozen=True):
    """What was done when, on what and with which versions, as far as anybody computes with it."""

    versions: dict[str, str | None] = {}
    seconds: dict[str, float] = {}
    data: Data = Data()
    notes: list[Any] = []
    context: Judged | None = None


class Fold(Struct, frozen=True):
    """The stretches of one fold: from when to when, and how many sessions."""

    fold: int
    known: dict[str, Any] | None = None
    train: dict[str, Any] | None = None
    validation: dict[str, Any] | None = None
    test: dict[str, Any] | None = None
