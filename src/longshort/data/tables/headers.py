"""Find the names of a text table's columns: in its first line, in a comment above it, or from the user."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from longshort.data.tables.cells import look
from longshort.data.tables.names import DATES, kinds, plain
from longshort.errors import DataError, examples
from longshort.language import message

COMMENTS = ("#", "//")


@dataclass(frozen=True)
class Header:
    """Hold the columns' names, how many lines of the table they take, and a sentence where they were not plain.

    Where the header has two levels, `levels` holds (upper, lower) for each column.
    """

    names: tuple[str, ...]
    lines: int
    note: str = ""
    levels: tuple[tuple[str, str], ...] | None = None


def given_names(columns: Sequence[str], rows: Sequence[list[str]], name: str) -> Header:
    """Take the user's names; raise `DataError` where there are more or fewer than columns."""
    top = rows[0]
    if len(columns) != len(top):
        raise DataError(
            f"{name} has {len(top)} columns, but {len(columns)} names were given: {examples(columns, 12)}.",
            hint=f"Give {len(top)} names; the first line is {','.join(top[:8])}.",
        )
    own = not looks_like_data(rows)
    note = message("notes.header.given_instead" if own else "notes.header.given")
    return Header(unique_names(columns), int(own), note)


def find_header(rows: Sequence[list[str]], comment: Sequence[str], name: str, numbered: bool) -> Header:
    """Find the names in the first of `rows` or in the cells of the `comment` line above them.

    Raise `DataError`, with what to type, for a table that seems to have none, unless its columns may be `numbered`.
    """
    top = rows[0]
    levels = _two_levels(rows)
    if levels is not None:
        named, lines = levels
        return Header(
            unique_names([f"{u} {v}".strip() for u, v in named]), lines, message("notes.header.levels"), named
        )
    if not looks_like_data(rows):
        return Header(unique_names(top), 1)
    if len(comment) == len(top) > 1 and not looks_like_data([list(comment), *rows]):
        return Header(unique_names(comment), 0, message("notes.header.comment"))
    if numbered:
        names = tuple(str(place) for place in range(1, len(top) + 1))
        return Header(names, 0, message("notes.header.numbered", n=len(top)))
    raise DataError(
        f"{name} seems to have no header: its first line is {','.join(top[:6])}{',...' if len(top) > 6 else ''}",
        hint=f"Name its {len(top)} columns, for example --columns {_guess(top)} (in Python columns=[...]);"
        " for a file without dates add --no-dates.",
    )


def looks_like_data(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row is like the rows under it rather than a header of theirs."""
    top, following = rows[0], rows[1:20]
    looks = [look(cell) for cell in top]
    if not top[0].strip() or not {"number", "date"} & set(looks) or _counts(top):
        return False
    for place, mine in enumerate(looks):
        below = next((o for row in following if place < len(row) and (o := look(row[place])) != "blank"), None)
        if below and ((mine == "text" and below != "text") or (mine == "date" and below == "number")):
            return False
    return bool(following) or looks[0] != "text"


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own: blanks are numbered, repetitions counted.

    >>> unique_names(["a", "a", ""])
    ('a', 'a (2)', 'column 3')
    """
    seen: Counter[str] = Counter()
    unique = []
    for place, raw in enumerate(names, start=1):
        name = raw.strip() or f"column {place}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def _counts(top: Sequence[str]) -> bool:
    """Say whether a row only counts its columns from 0 or 1, as tables without names are saved."""
    return len(top) > 2 and list(top) in ([str(i) for i in range(len(top))], [str(i + 1) for i in range(len(top))])


def _guess(top: Sequence[str]) -> str:
    usual = {6: "time,low,high,open,close,volume", 2: "date,close", 1: "value"}
    return usual.get(len(top), ",".join(["date", *(f"column{place}" for place in range(2, len(top) + 1))][:8]))


def _two_levels(rows: Sequence[list[str]]) -> tuple[tuple[tuple[str, str], ...], int] | None:
    """Recognise two levels of names, prices and tickers in either order, and how many lines they take.

    Under them may stand a line that names the dates alone, as a saved yfinance table has; else one of the two does.
    """
    if len(rows) < 3 or not len(rows[0]) == len(rows[1]) > 2:
        return None
    upper, lower = rows[0][1:], rows[1][1:]
    for prices, tickers in ((upper, lower), (lower, upper)):
        named = kinds(list(dict.fromkeys(prices)))
        if "close" in named.values() and "other" not in named.values() and _repeats(prices, tickers):
            break
    else:
        return None
    if not any(rows[2][1:]):
        return ((rows[2][0] or "Date", ""), *zip(upper, lower, strict=True)), 3
    date = next((row[0] for row in rows[:2] if plain(row[0]) in DATES), "Date")
    return ((date, ""), *zip(upper, lower, strict=True)), 2


def _repeats(prices: Sequence[str], tickers: Sequence[str]) -> bool:
    """Say whether tickers are text, each pair of price and ticker stands once, and some name stands again."""
    pairs = list(zip(prices, tickers, strict=True))
    texts = all(look(ticker) == "text" for ticker in tickers)
    again = len(set(prices)) < len(prices) or len(set(tickers)) < len(tickers)
    return texts and again and len(set(pairs)) == len(pairs)
