import sys
from types import SimpleNamespace

import pytest

from longshort.cli.command import wrapped

LONG = "  warning: Open is above High 1 time: 'AMZN' row 1,405.\nshort"


@pytest.fixture
def terminal(monkeypatch):
    """Give a function that makes stdout a terminal of so many columns, or none."""

    def of(columns):
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: columns is not None))
        monkeypatch.setenv("COLUMNS", str(columns))

    return of


def test_long_lines_break_between_words_under_their_own_indent(terminal):
    terminal(30)
    assert wrapped(LONG).splitlines() == [
        "  warning: Open is above High",
        "    1 time: 'AMZN' row 1,405.",
        "short",
    ]


def test_nothing_is_broken_for_a_file_or_another_program(terminal):
    terminal(None)
    assert wrapped(LONG) == LONG
