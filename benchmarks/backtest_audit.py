"""Does an audit of a run's folder say what the backtest said, number for number?

    python benchmarks/backtest_audit.py --data DATA --keep agreed.jsonl

Every regular series of the test data that version 0.4.0 could read goes through a quick backtest in two folds; the run
is saved, its folder audited. Claims, verdict, findings and tables must be the same, numbers to 1e-12. A file that
cannot be backtested is printed with its reason. Each file is written to `--keep` as it ends; the same command goes on
there.
"""

import argparse
import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import to_builtins

import longshort as ls

MINUTE = {"columns": "time,low,high,open,close,volume"}
READ: dict[str, dict[str, Any]] = {  # what must be typed for a file, as its own error message says
    "data/classic/ILINet.csv": {"target": "% WEIGHTED ILI"},
    "data/classic/taylor.csv": {"no_dates": True},
    **{f"data/crypto_minute/{coin}-USD.csv.gz": MINUTE for coin in ("BTC", "ETH", "LTC", "BCHABC")},
    "data/ett/ETTh1.csv": {"target": "OT"},
    "data/ett/ETTm1.csv.gz": {"target": "OT"},
    "data/exchange_rate/exchange_rate.txt.gz": {"columns": list("abcdefgh"), "target": "a", "no_dates": True},
    "data/fx/ecb_usdkrw_eurusd_daily.csv": {"target": "usd_krw"},
    "data/goog_lab/data-02-stock_daily.csv": {"target": "Close", "no_dates": True, "newest_first": True},
    "data/m4_train/Hourly-train.csv.gz": {"no_dates": True},
    "data/m4_train/Weekly-train.csv.gz": {"no_dates": True},
    "data/realised_vol/oxford_spx_rv5_2000_2020.csv": {"target": "rv5"},
    "data/sp500_minute/sp500_minute_7col.csv": {"target": "SP500"},
    "field/07_sales_train.csv": {"target": "Sales", "id": "Store"},
    "field/13_walmart_store_dept.csv": {"target": "Weekly_Sales"},
}
STOCKS = [
    *("AAPL", "AMZN", "AXP", "BA", "CAT", "CSCO", "CVX", "DIS"),
    *("GE", "GOOGL", "GS", "HD", "INTC", "JNJ", "JPM", "MSFT"),
]
PLAIN = (
    *(
        "btc/btcusd_bitstamp_daily_clean.csv",
        "btc/btc_222josey.csv",
        "classic/AirPassengers.csv",
        "classic/Lynx.csv",
        "classic/ausbeer.csv",
    ),
    *("classic/monthly-sunspots.csv", "classic/taxi_new_york_passengers.csv", "classic/temps.csv"),
    *("classic/us_gasoline.csv", "vix/vix-daily.csv", "djia30"),
    *(f"djia30/{stock}_2006-01-01_to_2018-01-01.csv" for stock in STOCKS),
)
SIMPLE = (
    *("01_noise", "01_weekly_pattern", "03_krx_week_plus0900", "04_yahoo_null_row", "04_yfinance_aapl_btc"),
    *("06_dot_thousands_around_1000", "08_amzn_history", "09_fx_24_5_hourly", "14_spike_times_100"),
    *("16_johannesburg", "16_tadawul", "21_mt5_vol_zero", "22_prophet_cv", "23_intermittent_demand"),
)
CASES = {**{f"data/{name}": {} for name in PLAIN}, **{f"field/{name}.csv": {} for name in SIMPLE}, **READ}
HORIZONS = {"AirPassengers": 12, "temps": 3, "djia30/AMZN": 5, "ausbeer": 4}


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Name every place at which two nested values differ; numbers may differ by 1e-12 of their size."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [each for key in one for each in differences(one[key], other[key], f"{where}/{key}")]
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [each for place, (a, b) in pairs for each in differences(a, b, f"{where}/{place}")]
    if isinstance(one, float) and isinstance(other, float):
        same = math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    else:
        same = one == other
    return [] if same else [f"{where}: {one!r} is not {other!r}"]


def said(judged: Any) -> dict[str, Any]:
    """Collect what a run or an audit says: claims, verdict, findings, tables."""
    findings = [(each.code, each.severity, str(each.text), each.value) for each in judged.findings]
    run = getattr(judged, "run", None) or judged
    tables = {name: getattr(run, name).rows() for name in ("scores", "skill", "coverage", "reliability", "lag")}
    return {"claims": to_builtins(judged.claims), "verdict": judged.verdict, "findings": findings, **tables}


def compared(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Backtest a file, audit the folder of the run, and give what differs."""
    horizon = next((steps for name, steps in HORIZONS.items() if name in str(path)), 1)
    try:
        run = ls.backtest(ls.Recipe(horizon=horizon).quick(), ls.read(str(path), **options), folds=2)
    except ls.LongshortError as error:
        return {"refused": str(error).splitlines()[0]}
    with TemporaryDirectory() as folder:
        run.save(Path(folder) / "run")
        audit = ls.audit(Path(folder) / "run")
    return {"differs": differences(said(run), said(audit)), "verdict": run.verdict}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder that holds data/ and field/")
    parser.add_argument("--keep", type=Path, required=True)
    asked = parser.parse_args()
    lines = asked.keep.read_text().splitlines() if asked.keep.exists() else []
    done = {row["file"]: row for row in map(json.loads, lines)}
    for name, options in CASES.items():
        if name not in done:
            done[name] = {"file": name} | compared(asked.data / name, options)
            with asked.keep.open("a") as file:
                file.write(json.dumps(done[name]) + "\n")
        row = done[name]
        found = f"refused: {row['refused']}" if "refused" in row else "; ".join(row["differs"][:3]) or "the same"
        print(f"{name}: {found}", flush=True)
    tried = [row for row in done.values() if "differs" in row]
    print(f"{sum(not row['differs'] for row in tried)} of {len(tried)} the same")


if __name__ == "__main__":
    main()
