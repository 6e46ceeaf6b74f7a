"""The document of a measurement as text."""

from collections.abc import Sequence
from typing import Any

SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (0.0, "ns"))
HEAD = ["what", "engine", "precision", "threads", "median", "low to high", "x floor", "settings"]


def as_text(document: dict[str, Any]) -> str:
    """Draw the table, and say the ratios in a sentence each."""
    machine, rows = document["machine"], document["engines"]
    per = rows[0]["per"] if rows else ""
    floors = {part["what"]: part["floor"]["fp32"] for part in document["parts"]}
    lines = [
        f"{document['job']}, per {per}, on {machine['processor']} ({machine['isa']}, {machine['cores']} cores)",
        "",
        *table([HEAD, *(_cells(row, floors.get(row["what"])) for row in rows)]),
        "",
        *(_sentence(part, document["against"]) for part in document["parts"]),
        *(_own(row) for row in document["own"]),
        *_busy(machine),
        *(f"Left out: {item['name']}: {item['why']}" for item in document["left_out"]),
    ]
    return "\n".join(lines).rstrip()


def duration(seconds: float | None) -> str:
    """Write seconds in a unit that reads well.

    >>> duration(0.00123)
    '1.23 ms'
    """
    if seconds is None:
        return "-"
    scale, unit = next((scale, unit) for scale, unit in SCALES if seconds >= scale)
    return f"{seconds / (scale or 1e-9):.3g} {unit}"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align the columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cells(row: dict[str, Any], floor: float | None) -> list[str]:
    spread = f"{duration(row['low'])} to {duration(row['high'])}"
    times = f"{row['seconds'] / floor:.2f}" if floor and row["precision"] == "fp32" else "-"
    name = [row["what"], row["name"], row["precision"], str(row["threads"])]
    return [*name, duration(row["seconds"]), spread, times, row["settings"]]


def _sentence(part: dict[str, Any], against: str) -> str:
    ratio, floor = part["ratio"], part["floor"]["fp32"]
    said = [f"{ratio['fp32']:.2f} x faster than {against} in float32 at the same threads"] if ratio["fp32"] else []
    said += [f"{ratio['best']:.2f} x best against best"] if ratio["best"] else []
    said += [f"this machine's floor is {duration(floor)}"] if floor else []
    return f"{part['what']}: {'; '.join(said) or 'nothing to compare with'}."


def _own(row: dict[str, Any]) -> str:
    steps = f" ({row['steps']} steps against {row['steps_against']})" if "steps" in row else ""
    return f"{row['what']}: {row['times']:.2f} x {row['against']}{steps}."


def _busy(machine: dict[str, Any]) -> list[str]:
    load = machine["load_before"]
    if load is None or load < machine["cores"] / 2:
        return []
    return [f"This machine was busy (load {load:.1f} before the start): time again when it is not."]
