"""Files that unpack to more than is read are refused by what they say of themselves."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from longshort.audit.leak.bounds import MOST, most_bytes, refuse_too_large
from longshort.errors import DataError

ROWS = 200_000


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a 32nd of 32 MiB for a file."""
    monkeypatch.setenv("LONGSHORT_MEMORY", "32M")


def write(path: Path, kind: str, rows: int) -> Path:
    frame = pl.DataFrame({"cutoff": pl.repeat(1, rows, eager=True)})
    if kind == "gzip":
        path.write_bytes(gzip.compress(b"2021-01-01,1,1\n" * rows))
    elif kind == "parquet":
        frame.write_parquet(path)
    elif kind == "arrow":
        frame.write_ipc(path, compression="zstd")
    else:
        path.write_bytes(b"2021-01-01,1,1\n" * rows)
    return path


@pytest.mark.parametrize("kind", ["gzip", "parquet", "arrow", "text"])
def test_a_file_that_unpacks_to_too_much_is_refused_and_a_small_one_is_not(tmp_path: Path, kind: str) -> None:
    refuse_too_large(write(tmp_path / "small", kind, 2000), "it")
    with pytest.raises(DataError, match="it is larger than 1 MiB, or unpacks to more"):
        refuse_too_large(write(tmp_path / "large", kind, ROWS), "it")
    assert kind == "text" or (tmp_path / "large").stat().st_size < 1 << 16


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_lists_are_refused_whose_length_no_footer_tells(tmp_path: Path, kind: str) -> None:
    frame = pl.DataFrame({"cutoff": [1], "many": [[1.0] * 10]})
    (frame.write_parquet if kind == "parquet" else frame.write_ipc)(tmp_path / "lists")
    with pytest.raises(DataError, match="'many' holds lists"):
        refuse_too_large(tmp_path / "lists", "it")


@pytest.mark.parametrize("magic", [b"\x1f\x8b\x08", b"PAR1", b"ARROW1", b""])
def test_a_damaged_file_is_left_for_the_reader(tmp_path: Path, magic: bytes) -> None:
    (tmp_path / "damaged").write_bytes(magic + b"nothing")
    refuse_too_large(tmp_path / "damaged", "it")


def test_no_more_than_one_gibibyte_is_read_with_any_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGSHORT_MEMORY", "900G")
    assert most_bytes() == MOST == 1 << 30
