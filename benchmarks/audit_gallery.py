"""Print five verdicts on real data, and write their pages: the gallery of docs/audit.md.

python benchmarks/audit_gallery.py --data ../shared/data --out gallery/
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

import longshort as ls

BITCOIN = [[17, 10, 17], [883, 2908, 882], [49, 25, 36]]  # rows are predicted: down, level, up


def smoothed(prices: pl.DataFrame, target: str, weight: float = 0.6) -> pl.DataFrame:
    """Forecast tomorrow by exponential smoothing: what it calls a forecast is a mixture of past days."""
    level = prices.get_column(target).ewm_mean(alpha=weight, adjust=False)
    return prices.select(ds=pl.col("Date").shift(-1), cutoff="Date", smoothing=level).drop_nulls().tail(500)


def lagged(values: np.ndarray, lags: int) -> np.ndarray:
    """Give the newest `lags` values at each position, `[position, lag]`, from position `lags - 1` on."""
    return np.lib.stride_tricks.sliding_window_view(values, lags)[:, ::-1]


def seasonal_regression(days: pl.DataFrame, target: str, test: int = 730) -> pl.DataFrame:
    """Forecast a daily temperature one to three days ahead by six days and the time of year, fitted once, before."""
    y, dates, lags = days[target].to_numpy(), days["Date"], 6
    angle = 2 * np.pi * dates.dt.ordinal_day().to_numpy() / 365.25
    season = np.column_stack([f(k * angle) for k in (1, 2) for f in (np.sin, np.cos)])
    x = np.column_stack([np.ones(len(y) - lags + 1), lagged(y, lags), season[lags - 1 :]])
    parts = []
    for step in (1, 2, 3):
        known, outcome = x[:-step], y[lags - 1 + step :]
        past = len(known) - test
        weights = np.linalg.lstsq(known[:past], outcome[:past], rcond=None)[0]
        spread = 1.2816 * (outcome[:past] - known[:past] @ weights).std()
        centre = known[past:] @ weights
        part = {"ds": dates[lags - 1 + step :][past:], "cutoff": dates[lags - 1 : len(y) - step][past:]}
        bounds = {"regression-lo-80": centre - spread, "regression-hi-80": centre + spread}
        parts.append(pl.DataFrame({**part, "regression": centre, **bounds}))
    return pl.concat(parts).filter(pl.col("ds") - pl.col("cutoff") <= pl.duration(days=3))  # some days are missing


def overfitted(prices: pl.DataFrame, target: str, lags: int = 60, rows: int = 130, test: int = 500) -> pl.DataFrame:
    """Forecast a rate's change from 60 changes, fitted to 130 days; the interval believes the fit's own residuals."""
    change = np.diff(np.log(prices[target].to_numpy()))
    x, out = lagged(change, lags), []
    for end in range(len(change) - test, len(change)):
        at = end - lags  # the row of x whose newest change is that of the cutoff
        known, outcome = x[at - rows : at], change[end - rows : end]
        weights = np.linalg.lstsq(known, outcome, rcond=None)[0]
        spread = 1.2816 * (outcome - known @ weights).std()
        centre, last = x[at] @ weights, prices[target][end]
        row = [last * np.exp(centre + k * spread) for k in (0, -1, 1)]
        out.append((prices["Date"][end + 1], prices["Date"][end], *row))
    names = ["ds", "cutoff", "overfitted", "overfitted-lo-80", "overfitted-hi-80"]
    return pl.DataFrame(out, schema=names, orient="row")


def scaled_on_everything(prices: pl.DataFrame) -> pl.DataFrame:
    """Forecast the next close by a regression on scaled closes; the scaler has seen the whole file."""
    y = prices["Close"].to_numpy()
    scaled = (y - y.min()) / (y.max() - y.min())
    x, test = np.column_stack([np.ones(len(y) - 4), lagged(scaled, 5)]), 250
    past = len(x) - 1 - test
    gram = x[:past].T @ x[:past] + 1e-2 * np.eye(6)
    weights = np.linalg.solve(gram, x[:past].T @ scaled[5 : 5 + past])
    centre = (x[past:-1] @ weights) * (y.max() - y.min()) + y.min()
    dates = prices["Date"]
    return pl.DataFrame({"ds": dates[5 + past :], "cutoff": dates[4 + past : -1], "regression": centre})


def gallery(data: Path) -> Iterator[tuple[str, ls.Audit]]:
    """Audit five cases, each with its name."""
    amazon = _dated(data / "djia30" / "AMZN_2006-01-01_to_2018-01-01.csv", "%Y-%m-%d", "Date")
    weather = _dated(data / "classic" / "temps.csv", "%m/%d/%Y", "Date")
    rates = _dated(data / "fx" / "ecb_usdkrw_eurusd_daily.csv", "%Y-%m-%d", "date").rename({"date": "Date"})
    (degrees,) = [name for name in weather.columns if name != "Date"]
    yield "copy", ls.audit(smoothed(amazon, "Close"), amazon, target="Close")
    yield "weather", ls.audit(seasonal_regression(weather, degrees), weather, target=degrees)
    won = rates.select("Date", "usd_krw")
    yield "miscalibrated", ls.audit(overfitted(won, "usd_krw"), won, target="usd_krw")
    yield "leak", ls.audit_leakage(scaled_on_everything, amazon, target="Close")
    yield "bitcoin", ls.audit_confusion(BITCOIN, rows="predicted")


def _dated(path: Path, form: str, date: str) -> pl.DataFrame:
    table = pl.read_csv(path).with_columns(pl.col(date).str.to_date(form)).sort(date)
    return table.drop_nulls()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="folder for the pages")
    asked = parser.parse_args()
    for name, found in gallery(asked.data):
        print(
            f"{name}: {found.verdict}", *(f"  [{finding.code}] {finding.text}" for finding in found.findings), sep="\n"
        )
        if asked.out:
            found.report(asked.out / f"{name}.html")
