"""How long does the audit of many series' forecasts take, and how much memory? And that of a few?

    python benchmarks/audit_scale.py
    python benchmarks/audit_scale.py --cutoffs 100 --horizon 1
    python benchmarks/audit_scale.py --own-times
    python benchmarks/audit_scale.py --history 300
    python benchmarks/audit_scale.py --series 1 --cutoffs 500 --horizon 1

Random walks and one model with nine quantiles in a Parquet file (CSV for a single series), judged beside five baselines
by the whole command, `longshort audit FILE --json`, in a process of its own: 10,000 series, 20 cutoffs and 5 steps are
11 million forecast values. The outcomes inside the file are the history, unless `--history` gives each series so many
rows more in a file of actuals. With `--own-times` each series draws its cutoffs by itself, as in orders of many shops.
A single series is dated by the sessions of the New York exchange. The best of `--runs`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from scipy.special import ndtri

from longshort.data.calendars.exchange import session_days
from longshort.results.forecast import QUANTILE_LEVELS


def tables(series: int, cutoffs: int, horizon: int, history: int, own_times: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make forecasts with their outcomes, and the actuals."""
    rng = np.random.default_rng(0)
    rows = history + 1 + cutoffs * (2 if own_times else 1) + horizon
    values = 100 * np.exp(np.cumsum(0.01 * rng.standard_normal((series, rows)), axis=1))
    sessions = session_days("XNYS", 2000, 2025)[-rows:] if series == 1 else np.arange(rows)
    days, ids = (
        sessions.astype("datetime64[D]").astype("datetime64[ms]"),
        np.array([f"series {i}" for i in range(series)]),
    )
    starts = np.tile(np.arange(cutoffs), (series, 1))
    if own_times:
        starts = np.sort(rng.random((series, 2 * cutoffs)).argsort(axis=1)[:, :cutoffs], axis=1)
    owner, start = np.repeat(np.arange(series), cutoffs * horizon), np.repeat(history + starts.ravel(), horizon)
    step = np.tile(np.arange(1, horizon + 1), series * cutoffs)
    last = values[owner, start]
    mean = last * (1 + 0.002 * rng.standard_normal(len(last)))
    names = {"unique_id": ids[owner], "ds": days[start + step], "cutoff": days[start]}
    spread = {str(level): mean * (1 + 0.01 * np.sqrt(step) * ndtri(level)) for level in QUANTILE_LEVELS}
    forecasts = pl.DataFrame({**names, "y": values[owner, start + step], "mean": mean, **spread})
    actuals = pl.DataFrame({"unique_id": np.repeat(ids, rows), "ds": np.tile(days, series), "y": values.ravel()})
    return forecasts, actuals


def measure(command: list[str]) -> tuple[float, float, float]:
    """Run a command; give its seconds, those of processors, and its peak of memory in GiB."""
    begin = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"The command left with {process.returncode}.")
    return perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--cutoffs", type=int, default=20)
    parser.add_argument("--horizon", type=int, default=5)
    parser.add_argument("--history", type=int, default=0)
    parser.add_argument("--own-times", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    forecasts, actuals = tables(given.series, given.cutoffs, given.horizon, given.history, given.own_times)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("forecasts.csv" if given.series == 1 else "forecasts.parquet")
        command = [sys.executable, "-c", "import longshort.cli as c; c.main()", "audit", str(path), "--json"]
        if given.history:
            forecasts = forecasts.drop("y")
            actuals.write_parquet(Path(folder) / "actuals.parquet")
            command += ["--actuals", str(Path(folder) / "actuals.parquet")]
        forecasts.write_csv(path) if given.series == 1 else forecasts.write_parquet(path)
        rows, columns = len(forecasts), len(QUANTILE_LEVELS) + 2
        del forecasts, actuals
        wall, processors, memory = min(measure(command) for _ in range(given.runs))
    print(
        f"{given.series:,} series{' at times of their own' if given.own_times else ''}, {given.cutoffs} cutoffs, "
        f"{given.horizon} steps, {given.history} rows before, {rows * columns / 1e6:.1f} million values: "
        f"{wall:.2f} s ({processors:.2f} s of processors), peak {memory:.2f} GiB"
    )


if __name__ == "__main__":
    main()
