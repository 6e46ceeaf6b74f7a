from dataclasses import replace

import numpy as np
import pytest

from longshort.kernels.choice import choose
from longshort.native.library import ISAS, why_not
from longshort.nn.initial import initialise
from longshort.nn.network import Model, Network, outputs_per_step
from longshort.training import executor_native
from longshort.training.batch import Windows
from longshort.training.predict import predict
from longshort.training.stream import start

WHY_NOT = {isa: why_not(isa) for isa in ISAS}
ABLE = [isa for isa in ISAS if WHY_NOT[isa] is None]
CELLS = ({"cell": "lstm"}, {"cell": "gru"}, {"cell": "rnn"}, {"cell": "rnn", "nonlinearity": "relu"})
SIZES = ((1, 1, 1), (3, 4, 2), (1, 50, 4), (2, 64, 2), (7, 129, 3), (40, 33, 1))  # inputs, units, layers
KERNELS = ("native", "torch", "reference")
natively = pytest.mark.skipif(not ABLE, reason=f"native kernels do not run here: {WHY_NOT['portable']}")


def network(inputs=3, hidden=6, layers=2, horizon=3, **model):
    return Network(
        model=Model(hidden_size=hidden, num_layers=layers, **model),
        inputs=inputs,
        horizon=horizon,
        quantile_levels=(0.1, 0.5, 0.9),
    )


def rows_of(inputs, rows=60):
    return np.random.default_rng(0).normal(size=(rows, inputs)).astype(np.float32)


def windows(inputs, length, relative=False):
    rows = rows_of(inputs)
    count = len(rows)
    return Windows(
        inputs=rows,
        input_loc=rows if relative else None,
        input_scale=np.abs(rows) if relative else None,
        targets=np.full((count, 1), np.nan, np.float32),
        split=np.zeros(count, np.int8),
        first=np.where(np.arange(count) < 20, 0, 20),
        train=np.zeros(0, np.int64),
        validation=np.zeros(0, np.int64),
        length=length,
        burn_in=length - 1,
    )


@natively
@pytest.mark.parametrize("isa", ABLE)
@pytest.mark.parametrize("model", CELLS)
@pytest.mark.parametrize("size", SIZES)
def test_one_window_gives_the_bits_that_it_gives_among_many(monkeypatch, isa, model, size):
    monkeypatch.setenv("LONGSHORT_KERNEL", f"native:{isa}")
    described = network(*size, **model)
    members = [initialise(described, seed) for seed in range(2)]
    data, ends = windows(size[0], 35), np.arange(0, 60, 3)
    assert len(ends) > executor_native.FEW
    together = predict(described, members, data, ends)
    for number, end in enumerate(ends):
        np.testing.assert_array_equal(predict(described, members, data, np.array([end]))[:, 0], together[:, number])


@natively
@pytest.mark.parametrize("count", [0, 1, 3, executor_native.FEW, executor_native.FEW + 1])
def test_any_number_of_windows_relative_to_their_ends_gives_the_same_bits(monkeypatch, count):
    monkeypatch.setenv("LONGSHORT_KERNEL", "native")
    described = network()
    members, data = [initialise(described, 0)], windows(3, 12, relative=True)
    every = np.array([3, 19, 20, 25, 40, 41, 42, 43, 44, 45, 59])
    assert len(every) > executor_native.FEW + 1
    few = predict(described, members, data, every[:count])
    np.testing.assert_array_equal(few, predict(described, members, data, every)[:, :count])


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("model", [*CELLS, {"head": "student_t"}, {"head": "point"}])
def test_every_kernel_goes_on_from_row_to_row_as_through_a_window(monkeypatch, kernel, model):
    if kernel == "native" and not ABLE:
        pytest.skip(f"native kernels do not run here: {WHY_NOT['portable']}")
    monkeypatch.setenv("LONGSHORT_KERNEL", kernel)
    described = network(**model)
    members, rows = [initialise(described, seed) for seed in range(2)], rows_of(3, 20)
    whole = replace(windows(3, 20), inputs=rows, first=np.zeros(20, np.int64))
    wanted = predict(described, members, whole, np.array([19])).reshape(2, -1)
    one, other, third = (start(described, members) for _ in range(3))
    for row in rows:
        said = one.step(row)
    assert said.shape == (2, 3 * outputs_per_step(described))
    np.testing.assert_allclose(said, wanted, atol=1e-5)
    np.testing.assert_allclose(other.window(rows), wanted, atol=1e-5)
    third.window(rows[:7])
    np.testing.assert_allclose(third.window(rows[7:]), wanted, atol=1e-5)


@natively
def test_more_layers_than_the_compiled_step_takes_go_on_through_pytorch(monkeypatch):
    monkeypatch.delenv("LONGSHORT_KERNEL", raising=False)
    described = network(layers=256, hidden=2)
    members, rows = [initialise(described, 0)], rows_of(3, 3)
    assert choose().backend == "native"
    going = start(described, members)
    assert type(going).__name__ == "LayerStream"
    assert np.isfinite(going.window(rows)).all()
