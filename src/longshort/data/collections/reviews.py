"""Film reviews, good or bad: NSMC in Korean (CC0), the Large Movie Review Dataset in English (Maas et al. 2011)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longshort.data.collections.files import beside, find
from longshort.data.collections.text import read_text
from longshort.errors import DataError, nearest

_NSMC = {
    "train": ("ratings_train*.txt", "ratings_train*.txt.gz"),
    "test": ("ratings_test*.txt", "ratings_test*.txt.gz"),
}
_IMDB = ("imdb*.tsv", "imdb*.tsv.gz")


@dataclass(frozen=True, eq=False)
class Reviews:
    """Hold texts and their labels, 1 for good and 0 for bad; an empty text is kept as it is."""

    texts: tuple[str, ...]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the reviews."""
        return len(self.texts)

    @property
    def empty(self) -> int:
        """Count the texts in which nothing stands."""
        return sum(not text.strip() for text in self.texts)


def read_reviews(place: str | Path) -> tuple[str, Reviews, Reviews]:
    """Read whichever of the two lies in a folder: its name ("nsmc" or "imdb"), the training and the test part.

    Raises DataError where neither does.
    """
    found = find(place, (*_IMDB, *_NSMC["test"]), "reviews")
    if any(found.match(name) for name in _IMDB):
        return ("imdb", *read_imdb(found))
    return ("nsmc", *read_nsmc(place))


def read_nsmc(folder: str | Path) -> tuple[Reviews, Reviews]:
    """Read training and test part of NSMC: tab-separated id, document and label, quotes being plain characters.

    Raises DataError for a missing file or a line that is not of that form.
    """
    train, test = (_nsmc(find(beside(folder), _NSMC[part], f"{part} reviews")) for part in ("train", "test"))
    return train, test


def _nsmc(path: Path) -> Reviews:
    rows = _rows(path, ("id", "document", "label"))
    return _reviews(path, ((number, cells["document"], cells["label"]) for number, cells in rows))


def read_imdb(path: str | Path) -> tuple[Reviews, Reviews]:
    """Read training and test part from one table with the columns split, label and text.

    Raises DataError for a missing file, a column that is missing, an unknown split, or a part without reviews.
    """
    path = find(path, _IMDB, "IMDB reviews")
    parts: dict[str, list[tuple[int, str, str]]] = {"train": [], "test": []}
    for number, cells in _rows(path, ("split", "label", "text")):
        if cells["split"] not in parts:
            raise _wrong(path, number, f"split {cells['split']!r} is neither 'train' nor 'test'")
        parts[cells["split"]].append((number, cells["text"], cells["label"]))
    train, test = (_reviews(path, rows) for rows in parts.values())
    return train, test


def _rows(path: Path, wanted: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each line's number and its wanted cells; a tab always separates, a quote never quotes."""
    header, *lines = read_text(path).removesuffix("\n").split("\n")
    names = header.split("\t")
    for name in wanted:
        if name not in names:
            raise DataError(f"{path.name!r} has no column {name!r}.", hint=nearest(name, names))
    columns = [(name, names.index(name)) for name in wanted]
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != len(names):
            raise _wrong(path, number, f"{len(cells)} cells where the header has {len(names)}")
        yield number, {name: cells[at] for name, at in columns}


def _reviews(path: Path, rows: Iterable[tuple[int, str, str]]) -> Reviews:
    texts, labels = [], []
    for number, text, label in rows:
        if label not in ("0", "1"):
            raise _wrong(path, number, f"label {label!r} is neither 0 nor 1")
        texts.append(text)
        labels.append(label == "1")
    if not texts:
        raise DataError(f"{path.name!r} has a header and no reviews for one part.", hint="Copy or download it again.")
    return Reviews(tuple(texts), np.array(labels, dtype=np.int64))


def _wrong(path: Path, number: int, what: str) -> DataError:
    return DataError(
        f"{path.name!r}, line {number}: {what}.", hint="Mend the line, or copy or download the file again."
    )
