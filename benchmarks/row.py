"""What the scripts of the table share: a measurement's document becomes one row of Markdown."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from longshort.bench.run import bench


def peers_python(description: str | None) -> str:
    """Read `--peer-python`, that of the environment of benchmarks/requirements-peers.txt, from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--peer-python", default=sys.executable)
    return parser.parse_args().peer_python


def ratio(document: dict[str, Any], name: str, part: int = 0) -> str:
    """Say how many times as fast as the peer we are."""
    value = document["parts"][part]["ratio"][name]
    return "not applicable" if value is None else f"{value:.2f} x faster"


def times(value: float | None, of: str) -> str:
    return "not measured" if value is None else f"{value:.2f} x {of}"


def ours(document: dict[str, Any], precision: str = "fp32", part: int = 0) -> dict[str, Any] | None:
    """Find our own engine of one precision."""
    what = document["parts"][part]["what"]
    rows = [row for row in document["engines"] if row["name"] == "longshort" and row["what"] == what]
    return next((row for row in rows if row["precision"] == precision), None)


def over_floor(document: dict[str, Any]) -> str:
    row, floor = ours(document), document["floor"]["fp32"]
    return times(row["seconds"] / floor if row and floor else None, "this machine's floor")


def row(title: str, beside: str, value: Callable[[dict[str, Any]], str], **options: Any) -> None:
    """Measure and print one row: the job, beside whom, the value, the processor; `options` are those of `bench`."""
    document = bench(**options, tell=lambda what: print(f"\r{what}\x1b[K", end="", file=sys.stderr))
    show(title, beside, value(document), document["machine"])


def show(title: str, against: str, value: str, machine: dict[str, Any]) -> None:
    busy = machine.get("load_before") or 0.0
    load = f", busy before the start: load {busy:.1f}" if busy >= machine["cores"] / 2 else ""
    processor = f"{machine['processor']}, {machine['isa']}, {machine['cores']} cores{load}"
    print(f"\r\x1b[K| {title} | {against} | {value} | {processor} |", flush=True)
