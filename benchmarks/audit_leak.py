"""Print the rows of the leak test: the pipelines written for it, a random one many times, and a released library.

    nice python benchmarks/audit_leak.py [--runs 100] [--python peers/bin/python]

`--runs` audits of each of three honest random pipelines count false alarms; `--python` names an environment with
benchmarks/requirements-peers.txt for the row of neuralforecast.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from longshort.audit.leak import Leak, audit_command, audit_leakage

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "audit" / "leak"))

import pipelines  # noqa: E402 - the pipelines of the tests


def show(name: str, leak: Leak, seconds: float) -> None:
    said = f"leak in {', '.join(leak.columns)}; nearest {leak.distance}, farthest {leak.reach}; {leak.kind}"
    other = ", ".join(finding.code for finding in leak.findings) or "none"
    print(f"{name:34} {said if leak.found else other:70} {leak.count:3} runs {seconds:6.1f} s", flush=True)


def timed(name: str, pipeline: object, data: pl.DataFrame) -> None:
    start = time.perf_counter()
    leak = audit_leakage(pipeline, data, target="y")
    show(name, leak, time.perf_counter() - start)


def moved_together(frame: pl.DataFrame) -> pl.DataFrame:
    """Add one random number to all honest forecasts."""
    random = np.random.default_rng()
    return pipelines.honest_filled_forwards(frame).with_columns(pl.col("mean") + 0.1 * random.standard_normal())


def moved_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """Add random numbers to honest forecasts, in two columns."""
    forecasts, random = pipelines.honest_filled_forwards(frame), np.random.default_rng()
    noise = 0.1 * random.standard_normal((2, forecasts.height))
    return forecasts.with_columns(mean=pl.col("mean") + noise[0], low=pl.col("mean") - 1 + noise[1])


def false_alarms(runs: int, data: pl.DataFrame) -> None:
    for pipeline in (pipelines.honest_random, moved_together, moved_apart):
        found = sum(audit_leakage(pipeline, data, target="y").found for _ in range(runs))
        print(f"honest and random: {pipeline.__name__}: accused in {found} of {runs} audits", flush=True)


def released(python: str) -> None:
    """Test neuralforecast 3.3's cross-validation, with one fit and with a fit for each window."""
    random = np.random.default_rng(1)
    days = np.arange("2024-01-01", np.datetime64("2024-01-01") + 120, dtype="datetime64[D]")
    with TemporaryDirectory() as folder:
        data = Path(folder) / "walk.csv"
        walk = 100 + random.standard_normal(len(days)).cumsum()
        pl.DataFrame({"unique_id": ["A"] * len(days), "ds": days, "y": walk.round(3)}).write_csv(data)
        for refit in (False, True):
            start = time.perf_counter()
            command = f"{python} '{HERE / 'leak_neuralforecast.py'}' {{data}} {{out}} {refit}"
            leak = audit_command(command, data, target="y", changes=["noise", "scaled"], cutoffs=1)
            show(f"neuralforecast LSTM, refit={refit}", leak, time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--python")
    chosen = parser.parse_args()
    data = pipelines.make_data()
    for case in pipelines.LEAKING:
        timed(case.run.__name__, case.run, data)
    for pipeline in pipelines.HONEST:
        timed(pipeline.__name__, pipeline, data)
    if chosen.runs:
        false_alarms(chosen.runs, data)
    if chosen.python:
        released(chosen.python)


if __name__ == "__main__":
    main()
