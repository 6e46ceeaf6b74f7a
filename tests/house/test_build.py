"""How the kernels are compiled, on sources of one line: what is compiled again, what is left out, what is said."""

import ctypes
import json
import os
import platform
import shutil
import subprocess
import sys

import pytest

STUB = 'extern "C" __attribute__((visibility("default"))) int longshort_processor(void) { return 0; }\n'
COMPILER = next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)
pytestmark = pytest.mark.skipif(COMPILER is None or sys.platform == "win32", reason="no C++ compiler")


@pytest.fixture
def tree(root, tmp_path):
    """Give a repository, in a folder with a space in its name, whose kernels are one line."""
    place = tmp_path / "a tree"
    sources = place / "src" / "longshort" / "native" / "csrc"
    sources.mkdir(parents=True)
    shutil.copy(root / "build_kernels.py", place)
    (sources / "one.h").write_text("// nothing\n")
    (sources / "processor.cpp").write_text(f'#include "one.h"\n{STUB}')
    return place


def build(tree, *arguments, path=os.environ["PATH"], **environment):
    command = [sys.executable, "-S", "build_kernels.py", *arguments]  # without packages, ziglang among them
    kept = {name: value for name, value in os.environ.items() if name != "CXX"}
    return subprocess.run(command, cwd=tree, env=kept | {"PATH": path} | environment, capture_output=True, text=True)


def native(tree):
    return tree / "src" / "longshort" / "native"


def libraries(tree):
    return {path.stem.removeprefix("longshort_") for path in native(tree).glob("longshort_*")}


def record(tree):
    return json.loads((native(tree) / "built.json").read_text())


def objects(tree):
    return {path: path.stat().st_mtime_ns for path in (tree / "build").rglob("*.o")}


def wrapper(place, body):
    """Write a compiler that does what the shell lines say and then what the real one would do."""
    place.write_text(f'#!/bin/sh\n{body}\nexec "{COMPILER}" "$@"\n')
    place.chmod(0o755)
    return str(place)


def test_what_this_processor_runs_is_built_and_opens(tree):
    assert build(tree).returncode == 0
    assert libraries(tree) == {"portable"}
    (built,) = native(tree).glob("longshort_portable*")
    assert ctypes.CDLL(str(built)).longshort_processor() == 0


def test_for_a_wheel_every_instruction_set_is_built(tree):
    build(tree, "--for", "all")
    left_out = set(record(tree)["left_out"])
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    assert libraries(tree) | left_out == ({"portable", "avx2", "avx512", "amx"} if x86 else {"portable"})


def test_nothing_is_compiled_twice_and_a_changed_header_compiles_what_includes_it(tree):
    build(tree)
    (tree / "src/longshort/native/csrc/two.cpp").write_text("int two() { return 2; }\n")
    build(tree)
    first = objects(tree)
    assert {path.name for path in first} == {"processor.o", "two.o"}
    build(tree)
    assert objects(tree) == first
    (tree / "src/longshort/native/csrc/one.h").write_text("// something else\n")
    build(tree)
    assert {path.name for path, made in objects(tree).items() if made != first[path]} == {"processor.o"}


def test_a_source_that_does_not_compile_is_shown_and_leaves_the_libraries(tree):
    build(tree)
    (tree / "src/longshort/native/csrc/two.cpp").write_text("nonsense\n")
    done = build(tree)
    assert done.returncode == 1
    assert done.stderr.startswith("two.cpp did not compile")
    assert "nonsense" in done.stderr
    assert libraries(tree) == {"portable"}


def test_without_a_compiler_one_line_says_that_pytorch_works_and_it_is_no_failure(tree, tmp_path):
    done = build(tree, path=str(tmp_path))
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("longshort works through PyTorch: no C++ compiler was found")
    assert "no C++ compiler was found" in record(tree)["why"]
    assert build(tree, "--find", path=str(tmp_path)).returncode == 1


def test_libraries_from_other_sources_do_not_stay_where_no_compiler_is_left(tree, tmp_path):
    build(tree)
    build(tree, path=str(tmp_path))
    assert libraries(tree) == {"portable"}
    (tree / "src/longshort/native/csrc/one.h").write_text("// something else\n")
    build(tree, path=str(tmp_path))
    assert libraries(tree) == set()


def test_a_compiler_that_is_named_and_does_not_run_is_named_back(tree):
    assert "CXX is 'no-such-compiler'" in build(tree, CXX="no-such-compiler").stderr


def test_zig_where_it_is_not_installed_is_said(tree):
    assert "ziglang is not installed" in build(tree, CXX="zig").stderr


@pytest.mark.skipif(not shutil.which("sh"), reason="no shell")
def test_an_instruction_set_that_the_compiler_does_not_know_is_left_out_and_recorded(tree, tmp_path):
    old = wrapper(tmp_path / "old", 'for flag; do [ "$flag" = -mavx512f ] && { echo unknown >&2; exit 1; }; done')
    done = build(tree, "--for", "all", CXX=f"'{old}'")
    assert done.returncode == 0
    assert libraries(tree) <= {"portable", "avx2"}
    assert set(record(tree)["left_out"].values()) <= {"-mavx512f"}
