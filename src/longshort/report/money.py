"""The section on money: what positions taken from the forecasts would have earned."""

from collections.abc import Mapping
from typing import Any

from longshort.report import figures
from longshort.report.answers import Answer
from longshort.report.measures import measures

SHOWN = (
    "net_return",
    "gross_return",
    "buy_and_hold",
    "shuffled",
    "shifted",
    "sharpe",
    "drawdown",
    "turnover",
    "fee_bps",
    "breakeven_bps",
)
Words = Mapping[str, Any]


def money(summary: Mapping[str, Any], answer: Answer | None, words: Words) -> dict[str, Any]:
    """Arrange the yearly result beside its yardsticks."""
    rows, network = summary.get("money") or [], summary.get("network") or ""
    return {
        "answer": answer,
        "table": measures(rows, network, words, SHOWN),
        "figure": figures.results(rows, network, words),
    }
