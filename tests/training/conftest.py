"""Small networks and windows on which training takes a fraction of a second."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from longshort.errors import SettingsError
from longshort.kernels.choice import choose
from longshort.native import library
from longshort.native.library import ISAS
from longshort.native.selection import VARIABLE
from longshort.nn.network import Model, Network
from longshort.training.batch import TRAINING, VALIDATION, Job, Windows
from longshort.training.settings import Training

LEVELS = (0.1, 0.5, 0.9)


def make_network(**model):
    return Network(
        model=Model(**({"hidden_size": 4, "num_layers": 2, "dropout": 0.3} | model)),
        inputs=2,
        horizon=2,
        quantile_levels=LEVELS,
    )


def make_settings(**changes):
    small = {
        "epochs": 3,
        "steps_per_epoch": 4,
        "batch_size": 4,
        "patience": None,
        "learning_rate": 1e-2,
        "weight_decay": 1e-3,
    }
    return Training(**(small | changes))


def make_windows(rows=120, length=12, burn_in=4, seed=0, learnable=True):
    """Draw one series whose next value is 0.8 of its last input."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(rows, 2)).astype(np.float32)
    noise = rng.normal(size=(rows, 2)) * 0.1
    targets = (0.8 * inputs[:, :1] * learnable + noise).astype(np.float32)
    split = np.zeros(rows, np.int8)
    split[:80], split[85:] = TRAINING, VALIDATION
    return Windows(
        inputs=inputs,
        input_loc=None,
        input_scale=None,
        targets=targets,
        split=split,
        first=np.zeros(rows, np.int64),
        train=np.arange(length - 1, 80),
        validation=np.array([96, 104, 112, 119]),
        length=length,
        burn_in=burn_in,
    )


@pytest.fixture(scope="module", params=[*(f"native:{isa}" for isa in ISAS), "torch"])
def kernel(request):
    """Let each executor in turn do the work: every library that this processor runs, then PyTorch.

    A fault may show on one instruction set alone, and whoever changes the code may never have that processor.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, request.param)
        try:
            choose()
        except SettingsError as error:
            pytest.skip(error.message)
        yield request.param


@pytest.fixture(scope="session")
def library_of_tiles(tmp_path_factory):
    """Compile a library whose tiles are plain code (csrc/tiles.h), which no one ships; skip where nothing compiles it.

    Objects are kept under build/, so that only the first session after a change waits for the compiler.
    """
    root = Path(__file__).parents[2]
    found = spec_from_file_location("build_kernels", root / "build_kernels.py")
    build_kernels = module_from_spec(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "build_kernels", build_kernels)  # where dataclasses look for it
        found.loader.exec_module(build_kernels)
    folder = tmp_path_factory.mktemp("tiles")
    try:
        build_kernels.find_compiler()
    except build_kernels.BuildError as error:
        pytest.skip(str(error))
    build_kernels.build(folder, "portable", ["-DLONGSHORT_TILES_IN_PLAIN_CODE", "-O1"])
    return folder


@pytest.fixture(scope="module")
def tiles(library_of_tiles):
    """Let the library whose tiles are plain code do the work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "DIRECTORY", library_of_tiles)
        patch.setenv(VARIABLE, "native:portable")
        yield


@pytest.fixture(scope="session")
def network_of():
    return make_network


@pytest.fixture(scope="session")
def settings_of():
    return make_settings


@pytest.fixture(scope="session")
def windows():
    return make_windows()


@pytest.fixture(scope="session")
def windows_of():
    return make_windows


@pytest.fixture(scope="session")
def jobs(windows):
    return [Job(windows, seed, f"seed-{seed}") for seed in range(3)]


@pytest.fixture
def on_advance(monkeypatch):
    """Wrap what both executors do when they advance: function(original, member, first, steps, threads, ...)."""

    def wrap(function):
        from longshort.training.executor_native import NativeMember
        from longshort.training.executor_torch import TorchMember

        for kind in (NativeMember, TorchMember):
            monkeypatch.setattr(kind, "advance", wrapped(kind.advance, function))

    def wrapped(original, function):
        return lambda *arguments: function(original, *arguments)

    return wrap


@pytest.fixture(scope="session")
def same():
    """Compare two sets of parameters bit for bit."""

    def same_parameters(left, right):
        return left.keys() == right.keys() and all(np.array_equal(left[name], right[name]) for name in left)

    return same_parameters
