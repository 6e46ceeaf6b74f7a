"""Helpers for tests of tables and readers: small files made in place."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

DAYS = tuple(str(np.datetime64("2017-01-03") + day) for day in range(12))


@pytest.fixture
def days() -> tuple[str, ...]:
    """Give twelve consecutive days as text."""
    return DAYS


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write text or bytes into a file and give its path."""

    def make(content: str | bytes, name: str = "prices.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture
def ohlcv() -> str:
    """Give a price file: the close is 1.5, 2.5, ... and every column tells itself apart."""
    rows = [f"{day},{i + 1},{i + 2},{i + 0.5},{i + 1.5},{i * 10}" for i, day in enumerate(DAYS)]
    return "\n".join(["Date,Open,High,Low,Close,Volume", *rows, ""])


@pytest.fixture
def dated() -> Callable[..., str]:
    """Make a file of two columns from values, one a day."""

    def make(values: Sequence[object], header: str = "Date,Close") -> str:
        return "\n".join([header, *(f"{day},{value}" for day, value in zip(DAYS, values, strict=False)), ""])

    return make
