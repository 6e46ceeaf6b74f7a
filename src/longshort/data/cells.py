"""Cells of a table, before they are numbers."""


def is_number(cell: str) -> bool:
    """Say whether a cell holds a number, as Python writes one: nan and inf are numbers, nothing is not.

    >>> is_number("-1.5e3"), is_number("nan"), is_number("1,5"), is_number("")
    (True, True, False, False)
    """
    try:
        float(cell)
    except ValueError:
        return False
    return True
