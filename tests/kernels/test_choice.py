import json

import pytest

from longshort.errors import SettingsError
from longshort.kernels.choice import choose, fastest_layer, processor_isa
from longshort.native.library import ISAS, file_of


@pytest.mark.parametrize("has", ISAS)
def test_the_best_that_the_processor_runs_is_chosen(libraries, has):
    libraries(has)
    assert (choose().backend, choose().isa) == ("native", has)
    assert choose().sentence == f"Kernels: native, {has}."


def test_a_library_that_is_missing_gives_way_to_the_next_and_the_sentence_says_why(libraries):
    libraries("avx512")
    file_of("avx512").unlink()
    assert choose().isa == "avx2"
    assert choose().sentence == f"Kernels: native, avx2; {file_of('avx512').name} is missing."


def test_of_several_missing_libraries_the_sentence_names_the_best(libraries):
    libraries("avx512")
    file_of("avx512").unlink()
    file_of("avx2").unlink()
    assert choose().sentence == f"Kernels: native, portable; {file_of('avx512').name} is missing."


def test_without_any_library_pytorch_works_and_the_sentence_gives_the_builds_reason(libraries):
    place = libraries("avx2")
    for isa in ISAS:
        file_of(isa).unlink()
    (place / "built.json").write_text(json.dumps({"why": "no C++ compiler was found", "left_out": {}}))
    assert (choose().backend, choose().isa) == ("torch", None)
    name = file_of("portable").name
    assert choose().sentence == f"Kernels: PyTorch's; {name} is missing: no C++ compiler was found."
    assert processor_isa() == "portable"


@pytest.mark.parametrize("backend", ["torch", "reference"])
def test_the_variable_takes_another_backend(libraries, monkeypatch, backend):
    libraries("avx2")
    monkeypatch.setenv("LONGSHORT_KERNEL", backend)
    assert (choose().backend, choose().isa) == (backend, None)
    assert "as LONGSHORT_KERNEL says" in choose().sentence


@pytest.mark.parametrize(
    ("named", "isa"), [("native", "avx512"), ("native:avx2", "avx2"), ("native:portable", "portable")]
)
def test_the_variable_takes_an_instruction_set(libraries, monkeypatch, named, isa):
    libraries("avx512")
    monkeypatch.setenv("LONGSHORT_KERNEL", named)
    assert (choose().backend, choose().isa) == ("native", isa)


def test_the_variable_is_read_at_the_moment_of_the_call(libraries, monkeypatch):
    libraries("avx2")
    assert choose().isa == "avx2"
    monkeypatch.setenv("LONGSHORT_KERNEL", "native:portable")
    assert choose().isa == "portable"
    monkeypatch.setenv("LONGSHORT_KERNEL", "")
    assert choose().isa == "avx2"


@pytest.mark.parametrize("wanted", ["navite", "native:", "native:sse", "torch:avx2", "NATIVE", "avx2"])
def test_an_unknown_value_is_refused_with_what_there_is(libraries, monkeypatch, wanted):
    libraries("avx2")
    monkeypatch.setenv("LONGSHORT_KERNEL", wanted)
    with pytest.raises(SettingsError, match="LONGSHORT_KERNEL is") as raised:
        choose()
    assert repr(wanted) in raised.value.message
    assert "'native" in raised.value.hint


@pytest.mark.parametrize(
    ("named", "said"), [("native:amx", "cannot run the amx"), ("native:avx2", "avx2.* is missing")]
)
def test_what_the_variable_names_is_never_replaced_by_something_else(libraries, monkeypatch, named, said):
    libraries("avx512")
    file_of("avx2").unlink()
    monkeypatch.setenv("LONGSHORT_KERNEL", named)
    with pytest.raises(SettingsError, match=f"LONGSHORT_KERNEL is '{named}', but .*{said}"):
        choose()


def test_native_without_any_library_is_refused(libraries, monkeypatch):
    libraries("avx2")
    for isa in ISAS:
        file_of(isa).unlink()
    monkeypatch.setenv("LONGSHORT_KERNEL", "native")
    with pytest.raises(SettingsError, match="is missing"):
        choose()


def test_a_layer_whose_rows_end_at_their_own_lengths_is_never_left_to_pytorch():
    assert [fastest_layer("lstm", 64, positions) for positions in (0, 100, 10**6)] == ["native", "torch", "native"]
    assert [fastest_layer("gru", 256, positions) for positions in (0, 100)] == ["native", "torch"]
    assert fastest_layer("rnn_tanh", 256, 100) == "native"
