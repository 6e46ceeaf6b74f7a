from types import SimpleNamespace

import pytest

from longshort.errors import SettingsError
from longshort.kernels import choice
from longshort.native.selection import VARIABLE
from longshort.training import engine
from longshort.training.engine import resolve_engine
from longshort.training.settings import Training


@pytest.fixture
def choose(monkeypatch):
    """Plant what the choice of kernels says."""

    def plant(backend, isa=None):
        monkeypatch.setattr(engine, "choose", lambda: choice.Choice(backend, isa, f"Kernels: {backend}."))

    return plant


def test_compiled_kernels_do_the_whole_step_where_they_know_it(choose, network_of):
    choose("native", "avx2")
    got = resolve_engine("cpu", network_of())
    assert (got.executor, got.layers, got.isa, got.device) == ("native", "native", "avx2", "cpu")
    assert got.sentence == "Kernels: native."


@pytest.mark.parametrize(
    ("model", "loss", "unknown"),
    [({"head": "student_t"}, "auto", "the loss 'likelihood'"), ({"num_layers": 256}, "auto", "256 layers")],
)
def test_what_the_compiled_step_does_not_know_is_pytorchs_on_compiled_layers_and_named(
    choose, network_of, model, loss, unknown
):
    choose("native", "portable")
    got = resolve_engine("cpu", network_of(**model), Training(loss=loss))
    assert (got.executor, got.layers, got.isa) == ("torch", "native", "portable")
    assert (
        got.sentence == f"Kernels: native. PyTorch does the rest of each step: the native step does not know {unknown}."
    )


@pytest.mark.parametrize("backend", ["torch", "reference"])
def test_another_choice_of_kernels_is_pytorchs_step_on_their_layers(choose, network_of, backend):
    choose(backend)
    got = resolve_engine("cpu", network_of())
    assert (got.executor, got.layers, got.isa) == ("torch", backend, None)
    assert got.sentence == f"Kernels: {backend}."


def test_on_a_gpu_pytorch_does_everything_whatever_the_kernels(choose, network_of, monkeypatch):
    choose("native", "avx2")
    monkeypatch.setattr(engine, "resolve_device", lambda wish: ("cuda", "Networks train on a planted GPU."))
    got = resolve_engine("auto", network_of())
    assert (got.executor, got.layers, got.device) == ("torch", "torch", "cuda")
    assert got.sentence == "Networks train on a planted GPU."


def test_an_impossible_wish_is_refused(network_of, monkeypatch):
    with pytest.raises(SettingsError, match="'gpu'"):
        resolve_engine("gpu", network_of())
    monkeypatch.setenv(VARIABLE, "nativ")
    with pytest.raises(SettingsError, match="'nativ'"):
        resolve_engine("cpu", network_of())


def test_a_pairing_of_head_and_loss_that_does_not_exist_is_refused(choose, network_of):
    choose("native", "avx2")
    with pytest.raises(SettingsError, match="'squared'"):
        resolve_engine("cpu", network_of(), Training(loss="squared"))


@pytest.fixture
def tiles_are(monkeypatch):
    """Plant whether the chosen library has tiles."""

    def plant(there):
        monkeypatch.setattr(engine, "library", lambda isa: isa)
        monkeypatch.setattr(engine, "declare", lambda isa: SimpleNamespace(longshort_mixed=lambda: int(there)))

    return plant


def test_mixed_precision_is_the_compiled_steps_on_tiles_and_named(choose, network_of, tiles_are):
    choose("native", "amx")
    tiles_are(True)
    got = resolve_engine("cpu", network_of(), Training(precision="mixed"))
    assert (got.executor, got.isa) == ("native", "amx")
    assert got.sentence == "Kernels: native. In mixed precision."


@pytest.mark.parametrize(
    ("backend", "model", "reason"),
    [
        ("native", {}, "tile registers .AMX., which the avx2 kernels do not use"),
        ("native", {"head": "student_t"}, "here PyTorch takes the step. .* does not know the loss 'likelihood'"),
        ("torch", {}, "here PyTorch takes the step. Kernels: torch"),
        ("reference", {}, "here PyTorch takes the step. Kernels: reference"),
    ],
)
def test_mixed_precision_is_refused_elsewhere_with_the_reason(choose, network_of, tiles_are, backend, model, reason):
    choose(backend, "avx2" if backend == "native" else None)
    tiles_are(False)
    with pytest.raises(SettingsError, match=f"^training.precision is 'mixed', but .*{reason}") as caught:
        resolve_engine("cpu", network_of(**model), Training(precision="mixed"))
    assert caught.value.hint == "Choose --set training.precision=float32, as by default."


def test_mixed_precision_is_refused_on_a_gpu(choose, network_of, monkeypatch):
    choose("native", "amx")
    monkeypatch.setattr(engine, "resolve_device", lambda wish: ("cuda", "Networks train on a planted GPU."))
    with pytest.raises(SettingsError, match=r"PyTorch takes the step\. Networks train on a planted GPU\."):
        resolve_engine("auto", network_of(), Training(precision="mixed"))
