"""What every vocabulary has: its first two tokens, and the others by how often they occur."""

from collections import Counter

PADDING = 0  # stands behind the end of a shorter text
UNKNOWN = 1  # stands for whatever the vocabulary does not hold, and for a text in which nothing stands
SPECIAL = ("", "\ufffd")  # their texts: none, and Unicode's replacement character


def most_common(counts: Counter[str], size: int | None) -> tuple[str, ...]:
    """List the special tokens, then the most frequent others, `size` in all; ties stand in alphabetical order.

    >>> most_common(Counter("banana"), 4)
    ('', '�', 'a', 'n')
    """
    known = sorted((one for one in counts if one not in SPECIAL), key=lambda one: (-counts[one], one))
    return (*SPECIAL, *(known if size is None else known[: size - len(SPECIAL)]))
