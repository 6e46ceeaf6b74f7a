"""Small pictures as PNG inside the page: pixels in, a data address out, with nothing but the standard library."""

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import Any


def png(pixels: Sequence[Sequence[Any]]) -> str:
    """Turn rows of levels 0 to 255 into the data address of a PNG; a coloured pixel is a list of three levels.

    Grey levels are drawn dark on light, as ink is: 0 is the paper. Empty where the rows are no picture.

    >>> png([[0, 255]])[:22], png([[1, 2], [3]])
    ('data:image/png;base64,', '')
    """
    width = len(pixels[0]) if pixels else 0
    coloured = bool(width) and isinstance(pixels[0][0], Sequence)
    if not width or any(len(row) != width for row in pixels):
        return ""
    try:
        flat = [[_level(v) for pixel in row for v in (pixel if coloured else (255 - pixel,))] for row in pixels]
        rows = b"".join(b"\0" + bytes(row) for row in flat)
    except (TypeError, ValueError):
        return ""
    if any(len(row) != width * (3 if coloured else 1) for row in flat):
        return ""
    head = struct.pack(">IIBBBBB", width, len(pixels), 8, 2 if coloured else 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    content = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def _level(value: Any) -> int:
    return min(255, max(0, int(value)))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
