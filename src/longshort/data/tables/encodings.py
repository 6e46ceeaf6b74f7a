"""Tell in which encoding a text is written, and what is no text at all."""

import codecs
import re

from longshort.data.tables.legacy import legacy_encoding
from longshort.errors import DataError

_BINARY = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\x80\x04": "a pickle",
}
_WEB_PAGE = re.compile(rb"(?i)\s*(<!doctype html|<html|<head|<table|<\?xml)")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1a")


def encoding_of(head: bytes, name: str) -> str:
    """Tell the encoding from the first bytes: a byte-order mark, zeros as UTF-16 has them, UTF-8, else an older one.

    Raise `DataError` for what is no text: archives, pictures, and bytes that no text has.
    """
    for magic, what in _BINARY.items():
        if head.startswith(magic):
            raise DataError(f"{name} is {what}, not a table.", hint="Save it as CSV or Parquet and pass that file.")
    if _WEB_PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        hint = "Some sites name web pages .xls: open it in a spreadsheet program and save it as CSV."
        raise DataError(f"{name} is a web page (HTML or XML), not a table.", hint=hint)
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 4 and min(even, odd) == 0:
        return "utf-16-be" if even else "utf-16-le"
    if len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 1000:
        raise DataError(
            f"{name} is no text: it holds bytes such as {head[:8]!r}.", hint="Pass a CSV, TSV, Parquet or Arrow file."
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return legacy_encoding(head)
    return "utf-8"
