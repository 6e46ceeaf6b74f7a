"""Build the whole book once for all tests that look at it."""

from pathlib import Path

import pytest

from longshort.learn import build


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a book that was built with all its pages."""
    folder = tmp_path_factory.mktemp("book")
    build(folder)
    return folder
