"""Real series that ship with the `arch` package."""

from dataclasses import replace
from importlib import import_module

import longshort as ls

# by name: arch's module, and the column to forecast
SHIPPED = {"S&P 500": ("sp500", "Close"), "NASDAQ": ("nasdaq", "Close"), "crude oil (WTI)": ("wti", "DCOILWTICO")}


def real(name: str) -> "ls.Panel":
    """Read one of the shipped series; the S&P 500 is the demo's."""
    module, column = SHIPPED[name]
    table = import_module(f"arch.data.{module}").load().dropna()
    return replace(ls.read(table, target=column), ids=(name,))
