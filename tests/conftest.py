"""Fixtures that every room shares."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.errors import SettingsError
from longshort.forecasting.recipe import Recipe
from longshort.native import library
from longshort.native.library import ISAS, why_not
from longshort.native.selection import VARIABLE, serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
QUIET = (*QUIET, "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")

STUB = """\
#include <cstdint>
#define EXPORTED extern "C" __attribute__((visibility("default")))
EXPORTED int32_t longshort_abi() { return ABI; }
EXPORTED int32_t longshort_processor() { return LEVEL; }
"""


def pytest_configure() -> None:
    """Hear Ctrl-C even if a script started the tests in its background, which a shell makes deaf to it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str:
    """Say which native libraries the tests run here, and why they cannot run the others."""
    reasons = {isa: why_not(isa) for isa in ISAS}
    run = ", ".join(isa for isa, why in reasons.items() if why is None) or "none"
    skipped = "; ".join(f"{isa} skipped: {why}" for isa, why in reasons.items() if why is not None)
    return f"native libraries: {run}" + (f" ({skipped})" if skipped else "")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data that lies beside the repository, or skip where there is none."""
    folder = Path(os.environ.get("LONGSHORT_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data are not on this machine (looked in {folder}; set LONGSHORT_DATA)")
    return folder


@pytest.fixture(scope="session")
def prices() -> Callable[..., Panel]:
    """Give a maker of simulated price panels: random walks of log prices with a high, a low and a volume."""

    def make(series: int = 1, rows: int = 120, seed: int = 0, alone: bool = False) -> Panel:
        random = np.random.default_rng(seed)
        values = []
        for _ in range(series):
            close = 100 * np.exp(np.cumsum(0.01 * random.standard_t(5, rows)))
            high = close * np.exp(np.abs(0.005 * random.standard_normal(rows)))
            low = close * np.exp(-np.abs(0.005 * random.standard_normal(rows)))
            values.append(np.stack([close, high, low, random.lognormal(10, 0.3, rows)], axis=1))
        kinds = ("close", "high", "low", "volume")
        columns = tuple(Column(kind.title(), kind) for kind in kinds)
        days = np.arange("2020-01-01", np.datetime64("2020-01-01") + rows, dtype="datetime64[D]")
        times = days.astype("datetime64[us]").astype(np.int64)
        return Panel(
            values=np.concatenate(values)[:, : 1 if alone else 4],
            times=np.tile(times, series),
            sessions=np.tile(named("daily").numbers(times), series),
            offsets=np.arange(series + 1) * rows,
            ids=tuple(f"S{i}" for i in range(series)),
            columns=columns[: 1 if alone else 4],
            calendars=(named("daily"),) * series,
        )

    return make


@pytest.fixture(scope="session")
def small() -> Recipe:
    """Give a recipe whose network trains in a blink: what it forecasts is worth nothing, how it does so is tested."""
    return Recipe(horizon=3).replace(
        {
            "window.context_length": 12,
            "window.burn_in": 4,
            "model.hidden_size": 4,
            "model.num_layers": 2,
            "training.members": 2,
            "training.epochs": 2,
            "training.steps_per_epoch": 3,
            "training.batch_size": 4,
        }
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start the system's own browser, or skip where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser on this machine (looked for {', '.join(BROWSERS)})")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="module", params=library.ISAS)
def isa(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let each library in turn do the work; skip those that this processor cannot run or that were not built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, f"native:{request.param}")
        try:
            serving()
        except SettingsError as error:
            pytest.skip(error.message)
        yield str(request.param)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], Path]:
    """Give a maker of tiny libraries that say which interface they have, and which processor they found."""
    compiler = next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)
    if compiler is None:
        pytest.skip("no C++ compiler")
    place = tmp_path_factory.mktemp("stubs")
    (place / "stub.cpp").write_text(STUB)

    @cache
    def make(abi: int, level: int) -> Path:
        target = place / f"{abi}_{level}{library.SUFFIX}"
        flags = [f"-DABI={abi}", f"-DLEVEL={level}", "-shared", "-fPIC"]
        subprocess.run([compiler, *flags, place / "stub.cpp", "-o", target], check=True)
        return target

    return make


@pytest.fixture
def libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: Callable[[int, int], Path]
) -> Callable[[str], Path]:
    """Replace the folder of libraries by one whose processor has so much, with a library for each instruction set."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(library, "DIRECTORY", tmp_path)

    def fill(processor: str) -> Path:
        for isa in library.ISAS:
            shutil.copy(compiled(library.ABI, library.ISAS.index(processor)), library.file_of(isa))
        return tmp_path

    return fill
