"""Let the tests of the leak import `pipelines`, whose random ones begin anew with each test."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def same_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin the random pipelines' numbers anew, so that a test does not depend on those before it."""
    import pipelines

    monkeypatch.setattr(pipelines, "RANDOM", np.random.default_rng(0))
