"""How long does it take to judge the forecasts of many series, and how much memory?

    python benchmarks/audit_scale.py
    python benchmarks/audit_scale.py --own-times

Random walks, one model with nine quantiles judged beside five baselines: 10,000 series, 20 cutoffs and 5 steps are 11
million forecast values. With `--own-times` no two series share a cutoff time, as in orders of many shops or sensors
that report when they please. The time is that of the baselines and of `evaluate`, without reading and without a page.
"""

import argparse
import resource
from time import perf_counter, process_time

import numpy as np
from scipy.special import ndtri

from longshort.baselines import default_baselines
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import Pairs
from longshort.evaluation import evaluate
from longshort.results.forecast import QUANTILE_LEVELS, Forecast, from_arrays

MINUTE = 60_000_000


def walks(series: int, rows: int, own_times: bool) -> Panel:
    values = 100 + np.cumsum(np.random.default_rng(0).standard_normal((series, rows)), axis=1)
    sessions = np.tile(np.arange(rows), series)
    times = sessions * MINUTE * 60
    if own_times:
        times = times + np.repeat(np.arange(series), rows) * (MINUTE // 10)
    return Panel(
        values=values.reshape(-1, 1),
        times=times,
        sessions=sessions,
        offsets=np.arange(series + 1) * rows,
        ids=tuple(f"series {i}" for i in range(series)),
        columns=(Column("y"),),
        calendars=(named("numbered"),) * series,
        dated=False,
    )


def noisy(panel: Panel, pairs: Pairs, horizon: int) -> Forecast:
    """Forecast the last value plus noise, with normal quantiles."""
    last = panel.target[pairs.rows]
    mean = last[:, None] + 0.2 * np.random.default_rng(1).standard_normal((len(last), horizon))
    spread = np.sqrt(np.arange(1, horizon + 1))[:, None] * ndtri(np.array(QUANTILE_LEVELS))
    return from_arrays("mine", panel, pairs, mean, quantile_levels=QUANTILE_LEVELS, quantiles=mean[:, :, None] + spread)


def measure(series: int, cutoffs: int, horizon: int, history: int, own_times: bool) -> None:
    rows = history + cutoffs + horizon
    panel = walks(series, rows, own_times)
    starts = (np.arange(series)[:, None] * rows + history + np.arange(cutoffs)).ravel()
    pairs = Pairs(np.repeat(np.arange(series), cutoffs), starts)
    judged = noisy(panel, pairs, horizon)
    before, used = perf_counter(), process_time()
    others = []
    for baseline in default_baselines(panel, horizon, QUANTILE_LEVELS):
        started = perf_counter()
        others.append(baseline.fit(panel, [0])[0].predict(panel, pairs))
        print(f"    {baseline.name}: {perf_counter() - started:.2f} s")
    ready = perf_counter()
    found = evaluate([judged, *others], network="mine", panel=panel)
    done = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    values = series * cutoffs * horizon * (len(QUANTILE_LEVELS) + 2)
    print(f"    {found.verdict}")
    print(
        f"{series:,} series{' at times of their own' if own_times else ''}, {cutoffs} cutoffs, {horizon} steps, "
        f"{values / 1e6:.1f} million values: baselines {ready - before:.1f} s, evaluate {done - ready:.1f} s, "
        f"together {done - before:.1f} s ({process_time() - used:.1f} s of processors), peak {peak:.2f} GiB"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--cutoffs", type=int, default=20)
    parser.add_argument("--horizon", type=int, default=5)
    parser.add_argument("--history", type=int, default=100)
    parser.add_argument("--own-times", action="store_true")
    arguments = parser.parse_args()
    measure(arguments.series, arguments.cutoffs, arguments.horizon, arguments.history, arguments.own_times)
