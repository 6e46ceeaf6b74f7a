"""The compiled step among others: forked processes, pools of processes, PyTorch at work in another thread."""

import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import numpy as np
import pytest
import torch

from longshort.errors import SettingsError
from longshort.kernels.choice import choose
from longshort.native.selection import VARIABLE
from longshort.training.batch import Job
from longshort.training.train import train

pytestmark = pytest.mark.usefixtures("native")


@pytest.fixture(scope="module")
def native():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "native")
        try:
            choose()
        except SettingsError as error:
            pytest.skip(error.message)
        yield


@pytest.fixture(scope="module")
def problem(network_of, settings_of, windows_of):
    windows = windows_of(rows=200)
    return network_of(hidden_size=16), settings_of(batch_size=64), [Job(windows, seed, f"s{seed}") for seed in (0, 1)]


@pytest.fixture(scope="module")
def expected(problem):
    return digest(problem)


def digest(problem):
    """Train on two threads and give all parameters' bits."""
    return b"".join(v.tobytes() for result in train(*problem, threads=2) for v in result.parameters.values())


FORK = """
import os, sys, warnings
from pickle import load  # of this test's own problem
from longshort.training.train import train, predict

# Python 3.12 and later warn of a fork beside threads; ours have all ended by then
warnings.simplefilter("error")
problem = load(sys.stdin.buffer)

def digest():
    return b"".join(v.tobytes() for r in train(*problem, threads=2) for v in r.parameters.values())

before = digest()
reader, writer = os.pipe()
child = os.fork()
if not child:
    os.write(writer, b"same" if digest() == before else b"other")
    os._exit(0)
assert digest() == before
os.waitpid(child, 0)
assert os.read(reader, 10) == b"same"
assert "torch" not in sys.modules
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forks no process")
def test_parent_and_child_go_on_training_after_a_fork(problem):
    done = subprocess.run([sys.executable, "-c", FORK], input=pickle.dumps(problem), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


def test_a_pool_of_processes_gives_the_same_bits(problem, expected):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(train, [problem[0]] * 2, [problem[1]] * 2, [problem[2]] * 2))
    for result in results:
        assert b"".join(v.tobytes() for member in result for v in member.parameters.values()) == expected


def test_pytorch_trains_in_another_thread_and_neither_disturbs_the_other(problem, expected):
    torch.manual_seed(0)
    inputs, stop, losses = torch.randn(12, 4, 2), Event(), []

    def work():
        module = torch.nn.LSTM(2, 8)
        optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
        while not stop.is_set():
            loss = module(inputs)[0].square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))

    thread = Thread(target=work)
    thread.start()
    try:
        begin = monotonic()
        while len(losses) < 20 and monotonic() < begin + 30.0:
            assert digest(problem) == expected
    finally:
        stop.set()
        thread.join()
    assert len(losses) >= 20
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


def test_training_by_the_compiled_step_needs_no_pytorch():
    code = (
        "import sys, runpy; space = runpy.run_path(sys.argv[1]); from longshort.training.train import train\n"
        "from longshort.training.batch import Job\n"
        "train(space['make_network'](), space['make_settings'](), [Job(space['make_windows'](), 0, 'x')])\n"
        "assert 'torch' not in sys.modules"
    )
    path = str(Path(__file__).parent / "conftest.py")
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
