"""Compressed files: their bytes, counted while they are unpacked."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from longshort.data.tables.memory import CHUNK, Budget
from longshort.errors import DataError, SettingsError, examples

ENDINGS = (".gz", ".bz2", ".xz", ".zst", ".zip")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an empty archive
_SHEETS = ("xl/", "mimetype", "[Content_Types].xml")  # members of a zip archive that is a spreadsheet


def _zstd(stream: BinaryIO) -> BinaryIO:
    try:
        import zstandard
    except ImportError:
        raise SettingsError(
            "zstd files need the package zstandard.", hint="Install it: pip install zstandard (or longshort[files])."
        ) from None
    return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True))


_OPENERS: dict[bytes, tuple[str, Callable[[Any], Any]]] = {
    b"\x1f\x8b": ("gzip", gzip.open),
    b"BZh": ("bzip2", bz2.open),
    b"\xfd7zXZ": ("xz", lzma.open),
    b"\x28\xb5\x2f\xfd": ("zstd", _zstd),
}
MAGIC = (*_OPENERS, *_ZIP)
"""How packed files begin, spreadsheets among them."""
_FAULTS = (EOFError, OSError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def unpacked(path: Path, name: str) -> bytes | None:
    """Give the bytes of a compressed file; None where it is none.

    A zip archive must hold one table. Raise DataError for a damaged file and for more bytes than fit into memory.
    """
    with path.open("rb") as stream:
        head = stream.read(8)
        stream.seek(0)
        if head.startswith(_ZIP):
            return _from_zip(path, name)
        opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
        if opener is None:
            return None
        kind, decompress = opener
        try:
            with decompress(stream) as plain:
                return _counted(plain, name)
        except (DataError, SettingsError):
            raise
        except _FAULTS as error:
            raise _damaged(name, kind, error) from error
        except Exception as error:  # zstandard's own ZstdError, whose package may be absent
            if type(error).__module__.partition(".")[0] != "zstandard":
                raise
            raise _damaged(name, kind, error) from error


def _counted(stream: Any, name: str) -> bytes:
    budget, parts = Budget(name), []
    while chunk := stream.read(CHUNK):
        budget.take(len(chunk))
        parts.append(chunk)
    return b"".join(parts)


def _from_zip(path: Path, name: str) -> bytes | None:
    """Give the only member of an archive; None where the archive is a spreadsheet."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one.filename)]
            if any(one.filename.startswith(_SHEETS) for one in members):
                return None
            if len(members) == 1:
                with archive.open(members[0]) as plain:
                    return _counted(plain, name)
    except DataError:
        raise
    except _FAULTS as error:
        raise _damaged(name, "zip", error) from error
    inside = examples([one.filename for one in members]) if members else "nothing"
    raise DataError(
        f"{name} is a zip archive with {len(members)} files: {inside}.",
        hint="Unpack it, and pass the folder or the file that you mean.",
    )


def _hidden(member: str) -> bool:
    return member.startswith(("__MACOSX/", ".")) or "/." in member


def _damaged(name: str, kind: str, error: Exception) -> DataError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return DataError(f"{name} is a damaged {kind} file ({reason}).", hint="Copy or download it again.")
