"""Find the files of a collection under their usual names, and read them whole, gzipped or not."""

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from longshort.errors import DataError, examples

LIMIT = 4 << 30  # bytes, unzipped: the largest collection that the lectures use has 47 MB
_CHUNK = 1 << 24


def find(place: str | Path, names: Sequence[str], what: str) -> Path:
    """Find the first file whose name matches one of `names` (globs allowed), in a folder or as the file itself.

    Raises DataError that says where was looked, for which names, and what lies there instead.
    """
    path = Path(place).expanduser()
    if path.is_file():
        return path
    if not path.is_dir():
        raise DataError(f"there is no folder or file {str(path)!r}.", hint=f"Pass where {what} lie: {examples(names)}.")
    for name in names:
        found = sorted(one for one in path.glob(name) if one.is_file())
        if found:
            return found[0]
    raise DataError(
        f"the folder {str(path)!r} holds no {what}: looked for {examples(names, shown=4)}; {_present(path)}.",
        hint="Pass the folder in which they lie.",
    )


def beside(place: str | Path) -> Path:
    """Give a folder, or the folder of a file: the parts of a collection lie beside one another."""
    path = Path(place).expanduser()
    return path.resolve().parent if path.is_file() else path


def _present(folder: Path) -> str:
    present = sorted(one.name + ("/" if one.is_dir() else "") for one in folder.iterdir())
    return f"it has {examples(present)}" if present else "it is empty"


def read_bytes(path: Path, limit: int = LIMIT) -> bytes:
    """Read a file, unzipped where it is gzipped; DataError where it is missing, damaged or larger than `limit`."""
    try:
        with path.open("rb") as stream:
            zipped = stream.read(2) == b"\x1f\x8b"
        with gzip.open(path) if zipped else path.open("rb") as stream:
            return _whole(stream, limit, path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path.name!r} is a damaged gzip file ({error}).", hint="Copy or download it again."
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"{str(path)!r} cannot be read: {reason}.", hint="Check that you may read it.") from error


def _whole(stream: IO[bytes] | gzip.GzipFile, limit: int, path: Path) -> bytes:
    """Read to the end in pieces, so that a small file that unzips to something huge does not fill memory."""
    pieces, size = [], 0
    while piece := stream.read(_CHUNK):
        size += len(piece)
        if size > limit:
            raise DataError(
                f"{path.name!r} holds more than {limit:,} bytes.", hint="It is not the file it should be: look into it."
            )
        pieces.append(piece)
    return b"".join(pieces)
