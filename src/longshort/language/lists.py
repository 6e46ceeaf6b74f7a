"""Lists in sentences: the first few items, and how many more there are."""

from collections.abc import Sequence

from longshort.language.message import Message, message

SHOWN = 3


def listed(items: Sequence[object], shown: int = SHOWN, total: int | None = None) -> Message:
    """List the first items, names or messages, and count the rest; `total` tells how many there are in all.

    Only what is shown is kept, so that a sentence about many series stays small.

    >>> listed(["day", "week"]), listed(["a", "b", "c", "d", "e"]), listed(["a"], total=1_001)
    ('day, week', 'a, b, c and 2 more', 'a and 1,000 more')
    """
    few, rest = _cut(items, shown, total)
    return message("lists.items_more", items=few, n=rest) if rest else message("lists.items", items=few)


def quoted(names: Sequence[object], shown: int = SHOWN, total: int | None = None) -> Message:
    """List the first names in quotes and count the rest, as `errors.examples` does for errors.

    >>> quoted(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 more"
    """
    few, rest = _cut(names, shown, total)
    return listed([repr(name) for name in few], shown, len(few) + rest)


def cases(items: Sequence[object], shown: int = SHOWN, total: int | None = None) -> Message:
    """List the first cases, which may hold commas themselves, and count the rest.

    >>> cases(["row 1 (2015-01-01, 3 rows)", "row 9 (2015-01-09, 2 rows)"], total=4)
    'row 1 (2015-01-01, 3 rows); row 9 (2015-01-09, 2 rows); and 2 more'
    """
    few, rest = _cut(items, shown, total)
    return message("lists.cases_more", items=few, n=rest) if rest else message("lists.cases", items=few)


def _cut(items: Sequence[object], shown: int, total: int | None) -> tuple[list[object], int]:
    few = list(items[:shown])
    return few, (len(items) if total is None else total) - len(few)
