"""The `.ts` files of the UCR and UEA archives of labelled series: a header of `@` lines, then one case a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from longshort.data.cells import is_number
from longshort.data.collections.files import beside, find
from longshort.data.collections.text import read_text
from longshort.data.sequences import Sequences
from longshort.errors import DataError, examples, nearest

_KEYWORDS = (
    "@problemName", "@timeStamps", "@missing", "@univariate", "@dimension", "@dimensions",
    "@equalLength", "@seriesLength", "@classLabel", "@data",
)  # fmt: skip


def read_archive(
    folder: str | Path, name: str = ""
) -> tuple[tuple[Sequences, NDArray[np.str_]], tuple[Sequences, NDArray[np.str_]]]:
    """Read the official training and test part of one problem, each as sequences and labels.

    `folder` holds NAME_TRAIN.ts and NAME_TEST.ts, or a folder NAME with them. Raises DataError.
    """
    place = beside(folder)
    place = place / name if name and (place / name).is_dir() else place
    train, test = (
        read_ts(find(place, [f"{name or '*'}_{part}.ts"], f"{name or '.ts'} files")) for part in ("TRAIN", "TEST")
    )
    if train[0].features != test[0].features:
        raise DataError(
            f"the training part has {train[0].features} dimensions and the test part {test[0].features}.",
            hint="Take both from the same problem.",
        )
    return train, test


def read_ts(path: str | Path) -> tuple[Sequences, NDArray[np.str_]]:
    """Read one `.ts` file as sequences (dimensions are features) and labels, as they are written.

    Raises DataError, with the line, for a header that is none, time stamps, missing values, a label that the header
    does not name, dimensions of different lengths or numbers, and a file without cases.
    """
    path = Path(path)
    lines = read_text(path).split("\n")
    header, first = _header(path.name, lines)
    cases, labels = [], []
    for number, line in enumerate(lines[first:], first + 1):
        if line.strip() and not line.startswith("#"):
            case, label = _case(_Line(path.name, number), line, header)
            cases.append(case)
            labels.append(label)
    if not cases:
        raise DataError(f"{path.name!r} has a header and no cases.", hint="Copy or download it again.")
    lengths = np.array([len(case) for case in cases])
    return Sequences(np.concatenate(cases), np.concatenate([[0], np.cumsum(lengths)])), np.array(labels)


@dataclass(frozen=True)
class _Line:
    file: str
    number: int

    def refuse(self, what: str, hint: str) -> NoReturn:
        raise DataError(f"{self.file!r}, line {self.number}: {what}.", hint=hint)


@dataclass(frozen=True)
class _Header:
    dimensions: int | None
    length: int | None
    labels: tuple[str, ...]


def _header(name: str, lines: list[str]) -> tuple[_Header, int]:
    """Read the header; give it and the number of lines up to and with `@data`."""
    said: dict[str, list[str]] = {}
    known = {keyword.lower(): keyword for keyword in _KEYWORDS}
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].lower() not in known:
            where = _Line(name, number)
            if not words[0].startswith("@"):
                where.refuse(
                    f"{line[:30]!r} stands in the header", "A .ts file begins with @ lines that end with @data."
                )
            where.refuse(f"{words[0]!r} is unknown", nearest(words[0], _KEYWORDS))
        said[words[0].lower()] = words[1:]
        if words[0].lower() == "@data":
            return _understood(name, said), number
    raise DataError(f"{name!r} has no line '@data'.", hint="It is no .ts file of the UCR archive, or truncated.")


def _understood(name: str, said: Mapping[str, list[str]]) -> _Header:
    if _true(name, said, "@timestamps"):
        raise DataError(f"{name!r} has time stamps (@timeStamps true).", hint="Only series without them can be read.")
    label, *labels = said.get("@classlabel", ["false"])
    if label.lower() != "true" or not labels:
        raise DataError(f"{name!r} has no labels (@classLabel true A B ...).", hint="Pass a classification problem.")
    one = _true(name, said, "@univariate", default=True)
    dimensions = _count(name, said, "@dimensions") or _count(name, said, "@dimension")
    equal = _true(name, said, "@equallength")
    return _Header(1 if one else dimensions, _count(name, said, "@serieslength") if equal else None, tuple(labels))


def _true(name: str, said: Mapping[str, list[str]], keyword: str, default: bool = False) -> bool:
    words = [word.lower() for word in said.get(keyword, [str(default)])]
    if words not in (["true"], ["false"]):
        raise DataError(f"{name!r}: {keyword} is {' '.join(words)!r}.", hint="It must be true or false.")
    return words == ["true"]


def _count(name: str, said: Mapping[str, list[str]], keyword: str) -> int | None:
    words = said.get(keyword)
    if words is None:
        return None
    if len(words) != 1 or not words[0].isdecimal() or not int(words[0]):
        raise DataError(f"{name!r}: {keyword} is {' '.join(words)!r}.", hint="It must be a whole number from 1.")
    return int(words[0])


def _case(at: _Line, line: str, header: _Header) -> tuple[NDArray[np.float32], str]:
    *dimensions, label = (part.strip() for part in line.strip().split(":"))
    if label not in header.labels:
        if not dimensions or "," in label:
            at.refuse("the line ends without a label", "It is truncated: copy or download the file again.")
        at.refuse(f"label {label!r} is none of {examples(header.labels)}", "Name it in @classLabel, or mend the line.")
    if header.dimensions and len(dimensions) != header.dimensions:
        at.refuse(
            f"{len(dimensions)} dimensions where the header says {header.dimensions}", "Mend the line or the header."
        )
    columns = [_numbers(at, text) for text in dimensions]
    lengths = [len(column) for column in columns]
    if len(set(lengths)) != 1:
        at.refuse(f"dimensions of different lengths, {min(lengths)} and {max(lengths)}", "Cut or fill them alike.")
    if header.length and lengths[0] != header.length:
        at.refuse(
            f"{lengths[0]} values where the header says @seriesLength {header.length}", "Mend the line or the header."
        )
    return np.stack(columns, axis=1), label


def _numbers(at: _Line, text: str) -> NDArray[np.float32]:
    cells = text.split(",")
    try:
        column = np.array(cells, dtype=np.float32)
    except ValueError:
        wrong = next(cell for cell in cells if not is_number(cell))
        missing = wrong.strip() in ("?", "")
        what = "a value is missing" if missing else f"{wrong!r} is no number"
        at.refuse(
            f"{what}, place {cells.index(wrong) + 1}", "Fill or leave out what is missing; longshort does not guess."
        )
    if not np.isfinite(column).all():
        place = int(np.flatnonzero(~np.isfinite(column))[0])
        at.refuse(f"{cells[place]!r} is not finite, place {place + 1}", "Fill or leave out what is missing.")
    return column
