"""How good are the forecasts of fit_theta and fit_ets, beside AutoTheta and AutoETS of statsforecast where it is there?

    python benchmarks/smoothing_m1.py --data DATA [--m4]

sMAPE in percent, the mean over all series and steps: M1 by frequency, its own past and outcomes. With --m4 also the
weekly and a quarter of the hourly training series of M4, whose last 13 and 48 values are held back. For theirs:

    python3 -m venv peers && peers/bin/pip install statsforecast==2.1.1
    PYTHONPATH=src peers/bin/python benchmarks/smoothing_m1.py --data DATA
"""

import argparse
import csv
import gzip
import json
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from longshort.smoothing import PanelRows, fit_ets, fit_theta
from longshort.smoothing.rows import offsets_of

Values = NDArray[np.float64]
Pairs = list[tuple[Values, Values]]
"""The past and the outcomes of each series."""

LENGTHS = {"YEARLY": 1, "QUARTERLY": 4, "MONTHLY": 12}
M4 = {"Weekly": (1, 13, 1), "Hourly": (24, 48, 4)}  # length of the season, values held back, every how many series


def competition(data: Path, with_m4: bool) -> Iterator[tuple[str, int, Pairs]]:
    with gzip.open(data / "m1" / "m1_data.json.gz", "rt") as file:
        series = list(json.load(file).values())
    for name, length in LENGTHS.items():
        chosen = [one for one in series if one["period"] == [name]]
        yield f"M1 {name.lower()}", length, [(np.array(one["x"], float), np.array(one["xx"], float)) for one in chosen]
    for name, (length, held, every) in M4.items() if with_m4 else ():
        with gzip.open(data / "m4_train" / f"{name}-train.csv.gz", "rt") as file:
            lines = list(csv.reader(file))[1:]
        whole = [np.array([cell for cell in line[1:] if cell not in ("", "NA")], float) for line in lines[::every]]
        yield f"M4 {name.lower()}", length, [(values[:-held], values[-held:]) for values in whole]


def ours(fit: Callable[..., object], length: int, series: Pairs) -> Values:
    offsets = offsets_of(np.array([len(past) for past, _ in series]))
    sessions = np.arange(offsets[-1]) - np.repeat(offsets[:-1], np.diff(offsets))
    rows = PanelRows(np.concatenate([past for past, _ in series]), sessions, offsets)
    return fit(rows, length, threads=2).forecasts(rows, len(series[0][1]), offsets[1:] - 1)


def theirs(name: str, length: int, series: Pairs) -> Values:
    from statsforecast import models

    warnings.simplefilter("ignore")
    return np.array([getattr(models, name)(season_length=length).forecast(p, h=len(o))["mean"] for p, o in series])


def report(name: str, forecast: Callable[[int, Pairs], Values], length: int, series: Pairs) -> None:
    begun = perf_counter()
    ahead = forecast(length, series)
    took, outcomes = perf_counter() - begun, np.array([outcome for _, outcome in series])
    smape = 200 * (np.abs(outcomes - ahead) / (np.abs(outcomes) + np.abs(ahead))).mean()
    print(f"  {name:10} {smape:8.4f} %  {took:7.2f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--m4", action="store_true")
    asked = parser.parse_args()
    peer = find_spec("statsforecast") is not None
    print(f"beside statsforecast {version('statsforecast')}" if peer else "statsforecast is not installed")
    for name, length, series in competition(asked.data, asked.m4):
        print(f"{name}, {len(series)} series")
        for fit, model in ((fit_theta, "AutoTheta"), (fit_ets, "AutoETS")):
            report(fit.__name__, partial(ours, fit), length, series)
            if peer:
                report(model, partial(theirs, model), length, series)


if __name__ == "__main__":
    main()
