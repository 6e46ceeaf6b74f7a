"""IDX files, the format of MNIST (LeCun, Cortes and Burges 1998): whole numbers and floats with a short header."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longshort.data.collections.files import beside, find, read_bytes
from longshort.errors import DataError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_PARTS = {"train": "train", "test": "t10k"}


def read_digits(
    folder: str | Path, part: Literal["train", "test"] = "train"
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read the images `[image, row, column]` (0 is white, 255 black) and the labels `[image]` of one part of MNIST.

    Raises DataError where images or labels are missing, exchanged, truncated, or not equally many.
    """
    images = _of(folder, part, "images", 3)
    labels = _of(folder, part, "labels", 1)
    if len(images) != len(labels):
        raise DataError(
            f"there are {len(images):,} {part} images and {len(labels):,} labels.",
            hint="Take both files from the same collection.",
        )
    return images, labels.astype(np.int64)


def _of(folder: str | Path, part: str, what: str, dimensions: int) -> NDArray[Any]:
    stem = _PARTS[part]
    path = find(
        beside(folder),
        [f"{stem}-{what}{joint}idx{dimensions}-ubyte{end}" for end in ("", ".gz") for joint in "-."],
        f"{part} {what}",
    )
    array = read_idx(path)
    if array.ndim != dimensions or array.dtype != np.uint8:
        raise DataError(
            f"{path.name!r} holds {array.dtype} of {array.ndim} dimensions where {what} are uint8 of {dimensions}.",
            hint="Are images and labels exchanged?",
        )
    return array


def read_idx(path: str | Path) -> NDArray[Any]:
    """Read one IDX file: two zeros, the type, the number of dimensions, their sizes, then the values.

    Raises DataError where the header is none, or where there are more or fewer values than it says.
    """
    path = Path(path)
    data = read_bytes(path)
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in _TYPES or not data[3]:
        raise DataError(
            f"{path.name!r} is no IDX file: it begins with {data[:4].hex(' ') or 'nothing'}, not with 00 00, a type "
            f"from {min(_TYPES):02x} to {max(_TYPES):02x} and the number of dimensions.",
            hint="Pass one of MNIST's four files, such as 'train-images-idx3-ubyte.gz'.",
        )
    kind, dimensions = np.dtype(_TYPES[data[2]]), data[3]
    start = 4 + 4 * dimensions
    if len(data) < start:
        raise DataError(f"{path.name!r} ends within its header.", hint="Copy or download it again.")
    shape = tuple(int.from_bytes(data[at : at + 4]) for at in range(4, start, 4))
    wanted = kind.itemsize
    for size in shape:
        wanted *= size
    if len(data) - start != wanted:
        fault = "is truncated" if len(data) - start < wanted else "is too long"
        raise DataError(
            f"{path.name!r} {fault}: its header says {' × '.join(map(str, shape))}, {wanted:,} bytes, and "
            f"{len(data) - start:,} follow.",
            hint="Copy or download it again.",
        )
    values = np.frombuffer(data, kind, offset=start).reshape(shape)
    return values.astype(kind.newbyteorder("="), copy=False)
