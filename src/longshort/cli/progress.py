"""One line on stderr that shows how training goes: epochs, folds, share done, time left and a learning curve."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from longshort.training.records import Record

_BARS = "▁▂▃▄▅▆▇█"
_REDRAW_S = 0.1
_CURVE_LENGTH = 12


@contextmanager
def progress(members: int, stream: TextIO | None = None) -> Iterator["Callable[[Record], None] | None"]:
    """Give a listener that draws the progress of training so many members, or None where stderr is no terminal."""
    stream = stream or sys.stderr
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    line = _Line(Tally(members), stream)
    try:
        yield line
    finally:
        line.clear()


@contextmanager
def counting(what: str, stream: TextIO | None = None) -> Iterator["Callable[[int, int], None] | None"]:
    """Give a listener that shows how many of how many things are done, or None where stderr is no terminal."""
    stream = stream or sys.stderr
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return

    def show(done: int, planned: int) -> None:
        print(f"\r{done} of {planned} {what}\x1b[K", end="", file=stream, flush=True)

    try:
        yield show
    finally:
        print("\r\x1b[K", end="", file=stream, flush=True)


@dataclass
class Tally:
    """Count what has been heard of so many `members`: the newest epoch of each, and the losses of the newest fold."""

    members: int
    epochs: dict[str, tuple[int, int]] = field(default_factory=dict)
    _silent_since: dict[str, int] = field(default_factory=dict)
    _losses: dict[int, list[float]] = field(default_factory=dict)
    group: str = ""

    def add(self, record: "Record") -> None:
        """Take in one record of one member's epoch."""
        group = record.key.rpartition(".")[0] or record.key
        if record.key not in self.epochs and group != self.group:
            self.group, self._losses = group, {}
        self.epochs[record.key] = (record.epoch, record.epochs)
        self._silent_since[record.key] = len(self.epochs)
        loss = record.train_loss if record.validation_loss is None else record.validation_loss
        if group == self.group:
            self._losses.setdefault(record.epoch, []).append(loss)

    @property
    def epoch(self) -> tuple[int, int]:
        """Give the newest epoch of the newest fold and the number of epochs."""
        ours = [at for key, at in self.epochs.items() if (key.rpartition(".")[0] or key) == self.group]
        return max(ours, default=(0, 0))

    @property
    def share(self) -> float:
        """Estimate the share of all work that is done, 0 to 1.

        A member that fell silent while others began has stopped early: the rest of its epochs will not come.
        """
        at_once = os.cpu_count() or 1
        done = 0.0
        for key, (epoch, epochs) in self.epochs.items():
            stopped = len(self.epochs) - self._silent_since[key] >= at_once
            done += 1.0 if stopped else epoch / max(epochs, 1)
        return min(done / max(self.members, len(self.epochs)), 1.0)

    @property
    def curve(self) -> list[float]:
        """Give the mean loss of the newest fold's members after each epoch."""
        return [sum(losses) / len(losses) for _, losses in sorted(self._losses.items())]


def render(tally: Tally, elapsed_s: float, width: int, bars: bool = True) -> str:
    """Describe a tally in at most `width` characters, leaving out what matters least first."""
    share, (epoch, epochs), curve = tally.share, tally.epoch, tally.curve
    left_s = elapsed_s * (1 - share) / share if share > 0 else 0.0
    parts = {  # in the order of display, each with its rank: the highest goes first where room is short
        "fold": (3, tally.group.replace("-", " ")),
        "epoch": (2, f"epoch {epoch}/{epochs}"),
        "share": (0, f"{share:.0%}"),
        "left": (1, f"{left_s // 60:.0f}:{left_s % 60:02.0f} left" if elapsed_s > 1 and 0 < share < 1 else ""),
        "curve": (4, f"loss {sparkline(curve) + ' ' if bars else ''}{curve[-1]:.4g}" if curve else ""),
    }
    parts = {name: part for name, part in parts.items() if part[1]}
    while len(text := " · ".join(part for _, part in parts.values())) > width and len(parts) > 1:
        parts.pop(max(parts, key=lambda name: parts[name][0]))
    return text[:width]


def sparkline(values: list[float]) -> str:
    """Draw the newest values as bars between their least and their largest.

    >>> sparkline([4.0, 2.0, 1.0, 0.5])
    '█▄▂▁'
    """
    shown = [value for value in values if abs(value) < 1e300][-_CURVE_LENGTH:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    span = high - low or 1.0
    return "".join(_BARS[round((value - low) / span * (len(_BARS) - 1))] for value in shown)


class _Line:
    """Redraw one terminal line in place, at most ten times a second; members may report from several threads."""

    def __init__(self, tally: Tally, stream: TextIO) -> None:
        self.tally, self.stream = tally, stream
        self.begun = time.monotonic()
        self.drawn = 0.0
        self.lock = Lock()
        self.bars = _can_show(_BARS, stream)

    def __call__(self, record: "Record") -> None:
        with self.lock:
            self.tally.add(record)
            now = time.monotonic()
            if now - self.drawn >= _REDRAW_S:
                self.drawn = now
                self._write(render(self.tally, now - self.begun, _width(self.stream) - 1, self.bars))

    def clear(self) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        # One write for the whole line, overwriting before erasing the rest: the line never blinks.
        self.stream.write(f"\r{text}\x1b[K")
        self.stream.flush()


def _width(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _can_show(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
