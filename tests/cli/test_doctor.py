import json
import re
import sys

import pytest

from longshort.cli import doctor
from longshort.native import library


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    monkeypatch.delenv("LONGSHORT_KERNEL", raising=False)


@pytest.fixture
def nothing_built(monkeypatch, tmp_path):
    monkeypatch.setattr(library, "DIRECTORY", tmp_path)
    (tmp_path / "built.json").write_text(json.dumps({"why": "no C++ compiler was found", "left_out": {}}))


def test_the_first_line_names_the_kernels_that_run(longshort):
    told = json.loads(longshort("doctor", "--json").out)
    text = longshort("doctor").out
    assert text.splitlines()[0] == told["kernel"]["sentence"]
    used = re.findall(r"^  (\w+) +runs, and is used$", text, re.MULTILINE)
    assert used == ([told["kernel"]["isa"]] if told["kernel"]["backend"] == "native" else [])


def test_every_instruction_set_runs_or_has_a_reason(longshort):
    told = json.loads(longshort("doctor", "--json").out)["isas"]
    assert [isa["name"] for isa in told] == list(library.ISAS)
    assert [isa["runs"] for isa in told] == [isa["why"] is None for isa in told]


def test_where_nothing_is_built_pytorch_works_and_one_line_says_why(longshort, nothing_built):
    lines = longshort("doctor").out.splitlines()
    assert lines[0].startswith("Kernels: PyTorch's; ")
    assert lines[0].endswith("is missing: no C++ compiler was found.")
    told = json.loads(longshort("doctor", "--json").out)
    assert told["kernel"]["backend"] == "torch"
    assert not any(isa["built"] or isa["runs"] for isa in told["isas"])


def test_a_library_that_is_there_and_does_not_open_does_not_run(longshort, nothing_built):
    library.file_of("portable").write_text("no library")
    portable = json.loads(longshort("doctor", "--json").out)["isas"][0]
    assert (portable["name"], portable["built"], portable["runs"]) == ("portable", True, False)
    assert "is no shared library" in portable["why"]


@pytest.mark.parametrize("wanted", ["nonsense", "native"])
def test_kernels_that_cannot_be_had_end_in_one_message(longshort, nothing_built, monkeypatch, wanted):
    monkeypatch.setenv("LONGSHORT_KERNEL", wanted)
    told = longshort("doctor")
    assert (told.code, told.out) == (2, "")
    assert f"LONGSHORT_KERNEL is '{wanted}'" in told.err


def test_pytorch_that_cannot_be_loaded_is_said_and_is_no_failure(longshort, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    told = longshort("doctor", "--json")
    assert told.code == 0
    assert json.loads(told.out)["torch"]["version"] is None
    assert "torch" in json.loads(told.out)["torch"]["why"]


def test_a_system_that_lists_no_processor_has_no_features(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "LISTED", tmp_path / "missing")
    assert doctor.features() == []


def test_of_the_processors_features_those_that_kernels_use_are_named(monkeypatch, tmp_path):
    (tmp_path / "cpuinfo").write_text("model name : x\nflags\t\t: fpu sse2 fma avx2 amx_tile\nflags : avx512f\n")
    monkeypatch.setattr(doctor, "LISTED", tmp_path / "cpuinfo")
    assert doctor.features() == ["avx2", "fma", "amx_tile"]
