"""The claim about money: more than nothing, than holding, and than the same positions in random order."""

from typing import Any

import numpy as np
import polars as pl

from longshort.claims.structs import Money
from longshort.evaluation.claims.thresholds import ONE_SIDED
from longshort.evaluation.comparison import holm
from longshort.evaluation.trials import deflated

RIVALS = {"zero": "net_return", "holding": "over_holding", "shuffled": "shuffled"}  # and the row that tests each


def money_claim(
    table: pl.DataFrame, model: str, *, trials: int = 1, mechanical: bool = False, reason: str = ""
) -> Money:
    """Judge what trading on a model's forecasts would have earned; `table` is that of `money.money_table`.

    "Yes" needs all three tests, so the largest p-value decides; "no" needs one that refutes, after Holm's correction.
    """
    rows = {row["metric"]: row for row in table.filter(pl.col("model") == model).iter_rows(named=True)}
    if reason or "net_return" not in rows:
        return Money(model=model, reason=reason or "no_trades")
    p_values: dict[str, float | None] = {rival: rows[metric]["p_value"] for rival, metric in RIVALS.items()}
    about = _about(rows) | {"model": model, "mechanical": mechanical}
    known = {rival: p for rival, p in p_values.items() if p is not None}
    if len(known) < len(RIVALS):
        return Money(answer="not_shown", **about)
    against = max(known, key=known.__getitem__)
    p_value = deflated(known[against], trials)
    if p_value < ONE_SIDED:
        return Money(answer="yes", against=against, p_value=p_value, **about)
    below = rows["gross_return"]["value"] < rows["shuffled"]["low"]  # orders that earn the same prove nothing
    worse = holm(np.array([1 - p if below or rival != "shuffled" else 1.0 for rival, p in known.items()]))
    if worse.min() < ONE_SIDED:
        return Money(answer="no", against=list(known)[int(np.argmin(worse))], p_value=float(worse.min()), **about)
    return Money(answer="not_shown", against=against, p_value=p_value, **about)


def _about(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    over, net = rows["over_holding"], rows["net_return"]
    return {
        "over_holding": over["value"],
        "low": over["low"],
        "high": over["high"],
        "net": net["value"],
        "net_low": net["low"],
        "net_high": net["high"],
        "holding": rows["buy_and_hold"]["value"],
        "shuffled": rows["shuffled"]["value"],
        "fee_bps": rows["fee_bps"]["value"],
        "sharpe": rows["sharpe"]["value"] if "sharpe" in rows else None,
        "drawdown": rows["drawdown"]["value"],
        "moments": net["n"],
    }
