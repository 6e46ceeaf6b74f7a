"""The tables that look closer at the judged models: copies, directions, money."""

from collections.abc import Sequence

import polars as pl

from longshort.data.panel import Panel
from longshort.evaluation.claims.direction import direction_gains
from longshort.evaluation.copying import copy_table
from longshort.evaluation.coverage_tests import SCHEMA as COVERAGE_TESTS
from longshort.evaluation.coverage_tests import coverage_tests
from longshort.evaluation.direction import direction_table
from longshort.evaluation.money import FEE_BPS, money_table
from longshort.evaluation.money import SCHEMA as MONEY
from longshort.evaluation.tables import Tables
from longshort.results.forecast import Forecast

FROM_TABLES = ("confidence", "effective", "calibration", "pit")
TRADED = ("open", "close", "adj_close")  # kinds of columns at whose value one can trade


def is_traded(panel: Panel) -> bool:
    """Say whether the target's name is that of a price at which one can trade; a day's high or low is none."""
    return panel.columns[0].kind in TRADED


def details(
    judged: Sequence[Forecast],
    baselines: Sequence[Forecast],
    model: Forecast,
    panel: Panel,
    found: Tables,
    fee_bps: float | None = None,
) -> dict[str, pl.DataFrame]:
    """Make the tables beside scores and skill, by name.

    `confidence`, `effective`, `calibration` and `pit` are those of `found`; `copy`, `direction`, `money` and
    `coverage_tests` look at every judged model, `direction_gains` sets `model` beside the baselines. Money is measured
    on prices, with `fee_bps` basis points a trade; on other targets it is left empty where `fee_bps` is None.
    """
    numeric = [] if found.outcomes.is_class else list(judged)
    money = pl.DataFrame(schema=MONEY)
    if numeric and (fee_bps is not None or is_traded(panel)):
        money = money_table(numeric, FEE_BPS if fee_bps is None else fee_bps, found.grid)
    tests = [pl.DataFrame(schema=COVERAGE_TESTS), *(coverage_tests(forecast, found.grid) for forecast in numeric)]
    return {name: getattr(found, name) for name in FROM_TABLES} | {
        "copy": copy_table(numeric, panel, found.grid),
        "direction": direction_table(judged, found.outcomes, found.grid),
        "direction_gains": direction_gains(model, baselines, found.outcomes, found.grid),
        "coverage_tests": pl.concat(tests),
        "money": money,
    }
