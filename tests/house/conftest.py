from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the repository's root."""
    return Path(__file__).parents[2]
