"""Pipelines that do not come to a proper end, and two that keep something from one run to the next."""

import os
import signal
import sys
import time
from functools import cache

import pipelines
import polars as pl

RUNS = 0


def exits(frame: pl.DataFrame) -> None:
    sys.exit(0)


def vanishes(frame: pl.DataFrame) -> None:
    print("almost done", flush=True)
    os._exit(0)


def crashes(frame: pl.DataFrame) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hangs(frame: pl.DataFrame) -> None:
    time.sleep(60)


def exits_on_changed_data(frame: pl.DataFrame) -> pl.DataFrame:
    whole = pipelines.make_data()
    if frame.height == whole.height and not frame["y"].equals(whole["y"]):
        sys.exit(0)
    return pipelines.honest_expanding(frame)


def gives_nothing(frame: pl.DataFrame) -> None:
    return None


def raises_a_flood(frame: pl.DataFrame) -> None:
    raise ValueError("no such column " * 100_000)


def raises_what_cannot_be_told(frame: pl.DataFrame) -> None:
    class Mute(Exception):  # noqa: N818
        def __str__(self) -> str:
            raise RuntimeError

    raise Mute


def gives_objects(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame({"cutoff": [1, 2], "mean": [object(), object()]})


def gives_much(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(cutoff="ds", mean=pl.lit(1.0)).select(pl.all().repeat_by(5_000).explode())


@cache
def _first(name: str) -> list[pl.DataFrame]:
    return []


def keeps_its_first_answer(frame: pl.DataFrame) -> pl.DataFrame:
    """Peek, and give at every later call what was given at the first."""
    kept = _first("answer")
    if not kept:
        kept.append(pipelines.centred_average(frame))
    return kept[0]


def counts_its_runs(frame: pl.DataFrame) -> pl.DataFrame:
    """Forecast honestly, moved by how often this module was asked."""
    global RUNS
    RUNS += 1
    print("noise on stdout" * 1000)
    return pipelines.honest_expanding(frame).with_columns(pl.col("mean") + RUNS)
