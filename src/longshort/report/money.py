"""The section on money: what positions taken from the forecasts would have earned."""

from collections.abc import Mapping
from typing import Any

from longshort.report import figures, svg
from longshort.report.csv import csv
from longshort.report.measures import measures
from longshort.report.rows import Row
from longshort.report.words import Words

SHOWN = (
    "over_holding",
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


def money(summary: Mapping[str, Any], answer: Row | None, words: Words) -> dict[str, Any]:
    """Arrange the yearly result beside its yardsticks."""
    rows, network = summary.get("money") or [], summary.get("network") or ""
    equity = [row for row in summary.get("equity") or [] if row]
    return {
        "answer": answer,
        "table": measures(rows, network, words, SHOWN),
        "figure": figures.results(rows, network, words),
        "equity": figures.equity(equity, words),
        "equity_legend": svg.legend(
            ("line", style, words(key)) for style, key in (("network", "equity_net"), ("naive", "equity_holding"))
        ),
        "csv": [("money", csv(rows)), ("equity", csv(equity))],
    }
