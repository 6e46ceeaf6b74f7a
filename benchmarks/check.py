"""How long does `longshort check` take for 10,000 series of 300 rows? Type `python benchmarks/check.py`."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

SERIES, ROWS = 10_000, 300

if __name__ == "__main__":
    random = np.random.default_rng(0)
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 1, 1) + pl.duration(days=ROWS - 1), eager=True)
    frame = pl.DataFrame(
        {
            "unique_id": np.repeat([f"S{i:05}" for i in range(SERIES)], ROWS),
            "ds": pl.concat([days] * SERIES),
            "y": np.round(100 * np.exp(np.cumsum(0.01 * random.standard_normal((SERIES, ROWS)), axis=1)).ravel(), 4),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("csv", frame.write_csv), ("parquet", frame.write_parquet)):
            path = Path(folder) / f"many.{name}"
            write(path)
            for _ in range(3):
                begin = time.perf_counter()
                command = [sys.executable, "-m", "longshort", "check", str(path), "--json"]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                print(f"{name}: {time.perf_counter() - begin:.2f} s")
