"""The tables that look closer at the judged models: copies, directions, money, and what the test could have found."""

from collections.abc import Sequence

import polars as pl

from longshort.data.panel import PRICES, Panel
from longshort.evaluation.copying import copy_table
from longshort.evaluation.direction import direction_table
from longshort.evaluation.money import SCHEMA as MONEY
from longshort.evaluation.money import money_table
from longshort.evaluation.power import power_after
from longshort.evaluation.tables import Tables
from longshort.results.forecast import Forecast

FROM_TABLES = ("confidence", "effective", "calibration", "pit")


def is_price(panel: Panel) -> bool:
    """Say whether the target's name is that of a price."""
    return panel.columns[0].kind in PRICES


def details(
    forecasts: Sequence[Forecast], judged: str, panel: Panel, found: Tables, fee_bps: float | None = None
) -> dict[str, pl.DataFrame]:
    """Make the tables beside scores and skill, by name; `forecasts` are those of the models that are no baselines.

    `confidence`, `effective`, `calibration` and `pit` are those of `found`; `copy`, `direction` and `money` look at
    every model of `forecasts`, `power` at the one named `judged`. Money is measured on prices, with `fee_bps` basis
    points a trade; on other targets it is left empty where `fee_bps` is None.
    """
    tables = {name: getattr(found, name) for name in FROM_TABLES}
    direction = direction_table(forecasts)
    money = pl.DataFrame(schema=MONEY)
    if fee_bps is not None or is_price(panel):
        money = money_table(forecasts, 5.0 if fee_bps is None else fee_bps, found.grid)
    power = power_after(found.skill, direction, found.coverage, judged)
    return tables | {
        "copy": copy_table(forecasts, panel, found.grid),
        "direction": direction,
        "money": money,
        "power": power,
    }
