"""Fixtures that every room shares."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data that lies beside the repository, or skip where there is none."""
    folder = Path(os.environ.get("LONGSHORT_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data are not on this machine (looked in {folder}; set LONGSHORT_DATA)")
    return folder
