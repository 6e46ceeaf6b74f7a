"""From seconds to the document that `--json` prints: medians, ratios, floors."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from longshort.bench.jobs import Part
from longshort.bench.machine import Peak, floor

Row = dict[str, Any]
NOTHING = {"fp32": None, "best": None}


def timing(seconds: Sequence[float]) -> dict[str, Any]:
    """Give the median of the repeats, their least and their largest."""
    return {"seconds": median(seconds), "low": min(seconds), "high": max(seconds), "repeats": len(seconds)}


def compare(part: Part, engines: Sequence[Row], against: str, threads: int) -> Row:
    """Divide the peer's times by ours: float32 at the same threads, and the best of all; larger is better for us."""
    ours = [row for row in engines if row["what"] == part.what and row["name"] == "longshort"]
    theirs = [row for row in engines if row["what"] == part.what and row["name"] == against]
    alike = [row for row in theirs if row["precision"] == "fp32" and row["threads"] == threads]
    single = [row for row in ours if row["precision"] == "fp32"]
    return {"what": part.what, "ratio": {"fp32": divide(alike, single), "best": divide(theirs, ours)}}


def divide(theirs: Sequence[Row], ours: Sequence[Row]) -> float | None:
    """Divide their shortest time by ours; None where one has none."""
    if not (theirs and ours):
        return None
    shortest, mine = (min(float(row["seconds"]) for row in rows) for rows in (theirs, ours))
    return shortest / mine


def floors(part: Part, peak: Peak | None) -> Row:
    """Give the seconds that a unit takes at least; mixed where this machine's peak of bfloat16 products is known."""
    return {"floor": {precision: floor(part.operations, peak, precision) for precision in ("fp32", "mixed")}}


def ours_beside_ours(parts: Sequence[Part], engines: Sequence[Row]) -> list[Row]:
    """Set the first part beside the second where both are ours alone to compare: float32, the share of its time."""
    if not any(part.alone for part in parts):
        return []
    first, second = (
        next(row for row in engines if row["name"] == "longshort" and row["what"] == part.what) for part in parts
    )
    return [{"what": first["what"], "against": second["what"], "times": first["seconds"] / second["seconds"]}]


def document(
    job: str,
    against: str,
    parts: Sequence[Row],
    engines: Sequence[Row],
    own: Sequence[Row],
    left_out: Sequence[Row],
    machine: Row,
) -> Row:
    """Put the document together; its ratio and its floor are the first part's."""
    first = parts[0] if parts else {"ratio": NOTHING, "floor": {"fp32": None, "mixed": None}}
    return {
        "schema": 1,
        "job": job,
        "against": against,
        "engines": list(engines),
        "ratio": first["ratio"],
        "floor": first["floor"],
        "parts": list(parts),
        "own": list(own),
        "left_out": list(left_out),
        "machine": machine,
    }
