"""The section on money: what positions taken from the forecasts would have earned."""

from collections.abc import Mapping
from typing import Any

from longshort.report import figures, svg
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
    """Arrange the yearly result beside its yardsticks; the growth of one unit where `money_curve` is there."""
    rows, network = summary.get("money") or [], summary.get("network") or ""
    lines = (("line", "network", words["net_line"]), ("line", "actual", words["hold_line"]))
    return {
        "answer": answer,
        "table": measures(rows, network, words, SHOWN),
        "figure": figures.results(rows, network, words),
        "curve": figures.growth(summary.get("money_curve") or [], network, words),
        "legend": svg.legend(lines),
    }
