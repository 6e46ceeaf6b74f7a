import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from longshort.errors import SettingsError
from longshort.native import library
from longshort.native.library import ABI, ISAS, best_isa, build_record, file_of, processor, why_not

ROOT = Path(__file__).parents[2]
HERE = library.DIRECTORY
BUILT = [isa for isa in ISAS if file_of(isa).exists()]


@pytest.mark.parametrize("isa", BUILT)
def test_a_built_library_opens_and_has_the_interface_that_python_calls(isa):
    why = why_not(isa)
    assert why is None or "this processor cannot run" in why


@pytest.mark.skipif(not BUILT, reason="no kernels are built")
def test_the_libraries_are_built_from_the_sources_that_lie_here():
    script = "import build_kernels; print(build_kernels.digest())"
    asked = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert build_record()["sources"] == asked.stdout.strip(), "type 'make kernels'"


def test_the_interface_has_the_number_that_its_header_gives():
    assert f"kAbi = {ABI};" in (HERE / "csrc" / "api.h").read_text()


@pytest.mark.parametrize("has", ISAS)
def test_a_processor_runs_what_it_has_and_all_that_comes_before(libraries, has):
    libraries(has)
    assert processor() == has
    assert [why_not(isa) is None for isa in ISAS] == [ISAS.index(isa) <= ISAS.index(has) for isa in ISAS]
    assert best_isa() == has


def test_the_processor_that_linux_describes_is_the_one_that_is_found():
    listed = Path("/proc/cpuinfo")
    flags = set(listed.read_text().split()) if listed.exists() else set()
    if not BUILT or "fpu" not in flags:
        pytest.skip("no kernels, or no description of an x86 processor")
    wide = {"avx512f", "avx512vl", "avx512bw", "avx512dq"}
    assert (processor() != "portable") == ({"avx2", "fma"} <= flags)
    assert (processor() in ("avx512", "amx")) == ({"avx2", "fma"} | wide <= flags)
    assert processor() != "amx" or {"amx_tile", "amx_bf16", "avx512_bf16"} <= flags


def test_a_library_that_needs_more_than_the_processor_has_is_not_even_opened(libraries):
    (libraries("avx2") / file_of("avx512").name).write_bytes(b"not looked at")
    with pytest.raises(SettingsError, match="cannot run the avx512 kernels") as raised:
        library.library("avx512")
    assert "'avx2'" in raised.value.hint


def test_an_unknown_instruction_set_is_refused_with_the_nearest(libraries):
    libraries("avx2")
    with pytest.raises(SettingsError, match="no native kernels 'avx3'") as raised:
        library.library("avx3")
    assert "'avx2'" in raised.value.hint


def cut(path):
    path.write_bytes(path.read_bytes()[:5000])


def fill(path):
    path.write_bytes(b"\x7fELF" + b"x" * 9000)


def make_a_folder(path):
    path.unlink()
    path.mkdir()


DAMAGES = [
    (lambda path: path.unlink(), "is missing"),
    (lambda path: path.write_bytes(b""), "is no shared library"),
    (lambda path: path.write_text("#!/bin/sh\n" * 1000), "is no shared library"),
    (make_a_folder, "cannot be read|is no shared library"),
    (cut, "is damaged"),
    (fill, "is no shared library|is damaged|cannot be opened"),
    (lambda path: shutil.copy(sys.executable, path), "is damaged|cannot be opened|is no"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="files of Linux")
@pytest.mark.parametrize(("damage", "said"), DAMAGES)
def test_a_file_that_is_no_library_is_refused_and_named(libraries, damage, said):
    libraries("avx2")
    damage(file_of("avx2"))
    with pytest.raises(SettingsError, match=said) as raised:
        library.library("avx2")
    assert file_of("avx2").name in raised.value.message
    assert "make kernels" in raised.value.hint


def test_a_library_with_another_interface_is_refused(libraries, compiled):
    libraries("avx2")
    shutil.copy(compiled(ABI + 6, 1), file_of("avx2"))
    with pytest.raises(SettingsError, match=f"interface has number {ABI + 6}, this one needs {ABI}"):
        library.library("avx2")


@pytest.mark.skipif(sys.platform != "linux", reason="a library of Linux")
def test_a_library_of_somebody_elses_is_refused(libraries):
    import _ctypes

    libraries("avx2")
    shutil.copy(_ctypes.__file__, file_of("avx2"))
    with pytest.raises(SettingsError, match="is no library of longshort's"):
        library.library("avx2")


def test_without_the_portable_library_no_other_is_opened(libraries):
    libraries("avx2")
    file_of("portable").unlink()
    with pytest.raises(SettingsError, match=f"{file_of('portable').name} is missing"):
        library.library("avx2")


def test_what_the_build_left_out_is_said_with_its_reason(libraries):
    place = libraries("amx")
    file_of("amx").unlink()
    record = {"compiler": "g++ 9.4.0", "left_out": {"amx": "-mamx-tile"}, "why": None}
    (place / "built.json").write_text(json.dumps(record))
    assert why_not("amx") == f"{file_of('amx').name} is missing: g++ 9.4.0 does not know -mamx-tile."


@pytest.mark.parametrize("text", ["", "{", "[]", "3"])
def test_a_damaged_record_of_the_build_says_nothing(libraries, text):
    (libraries("avx2") / "built.json").write_text(text)
    assert build_record() == {}


def test_a_library_that_is_put_right_opens_without_a_new_start(libraries, compiled):
    libraries("avx2")
    file_of("avx2").unlink()
    assert why_not("avx2") is not None
    shutil.copy(compiled(ABI, 1), file_of("avx2"))
    assert why_not("avx2") is None
