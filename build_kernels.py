"""Compile the native kernels: one shared library for each instruction set, all from the same sources.

`make kernels` runs this beside the sources, `setup.py` for a wheel. Only what changed is compiled again, and a library
appears whole or not at all. Needs nothing but Python and a C++17 compiler: $CXX, c++, g++, clang++, or the package
`ziglang` where it is installed.
"""

import argparse
import ctypes
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "src" / "longshort" / "native" / "csrc"
IN_PLACE = ROOT / "src" / "longshort" / "native"
RECORD = "built.json"
SUFFIX = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")

COMMON = shlex.split(
    "-O3 -g0 -std=c++17 -fPIC -fvisibility=hidden -fno-math-errno -fno-trapping-math -ffp-contract=fast"
    " -Wall -Wextra -Wno-psabi -Wno-ignored-attributes -pthread"
    " -Wno-unknown-warning-option -Wno-uninitialized -Wno-maybe-uninitialized"
)  # gcc 12 takes its own header of vector instructions for uninitialised, thousands of lines long
# Sources whose bits must be those of their definition in numpy: no product may be fused with the sum that it goes into.
EXACT = {name: ["-ffp-contract=off"] for name in ("quantiles.cpp", "smoothing.cpp")}
AVX2 = ["-mavx2", "-mfma"]
AVX512 = ["-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", *AVX2, "-mprefer-vector-width=512"]
AMX = [*AVX512, "-mavx512bf16", "-mamx-tile", "-mamx-bf16"]
ON_X86 = {"portable": [], "avx2": AVX2, "avx512": AVX512, "amx": AMX}
PROBE = """\
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__AMX_TILE__)
void probe() { _tile_zero(0); }
#endif
"""
# The oldest C library on which PyTorch itself runs: what zig builds runs on every Linux that can use it.
GLIBC = "2.28"


class BuildError(Exception):
    """Say why there are no kernels, in one sentence; `output` is the compiler's own."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.output = output


@dataclass(frozen=True)
class Compiler:
    """A C++ compiler: how it is called, what it calls itself, and the wheel's platform where it is not this one."""

    command: tuple[str, ...]
    name: str
    platform: str | None = None


def isas() -> dict[str, list[str]]:
    """Give the flags of each instruction set that this kind of processor may have."""
    return ON_X86 if platform.machine().lower() in ("x86_64", "amd64") else {"portable": []}


def find_compiler() -> Compiler:
    """Take $CXX, or the first compiler that is found and answers; raise BuildError where there is none.

    CXX=zig takes the package ziglang first: what it builds runs on older systems than this one.
    """
    wanted = os.environ.get("CXX")
    if wanted == "zig":
        return zig()
    usual = filter(None, map(shutil.which, ("c++", "g++", "clang++")))
    for command in [shlex.split(wanted)] if wanted else [[path] for path in usual]:
        if name := version(command):
            return Compiler(tuple(command), name)
    if wanted:
        raise BuildError(f"CXX is {wanted!r}, which does not answer to --version")
    if find_spec("ziglang"):
        return zig()
    raise BuildError("no C++ compiler was found (c++, g++, clang++ or the package ziglang)")


def version(command: Sequence[str]) -> str | None:
    """Ask a compiler for its name and version; None where it does not answer."""
    try:
        answer = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return (answer.stdout.splitlines() or [""])[0].strip() or None


def zig() -> Compiler:
    """Use the compiler that comes as a package; unasked it would compile for this very processor and C library."""
    command = [sys.executable, "-m", "ziglang", "c++"]
    tag = None
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if platform.libc_ver()[0] == "glibc":
        command += ["-target", f"{machine}-linux-gnu.{GLIBC}"]
        tag = f"manylinux_{GLIBC.replace('.', '_')}_{machine}"
    name = version(command) if find_spec("ziglang") else None
    if name is None:
        raise BuildError("the package ziglang is not installed, or its compiler does not run")
    return Compiler((*command, "-mcpu=baseline"), f"zig, {name}", tag)


def unknown_flag(compiler: Compiler, flags: Sequence[str]) -> str | None:
    """Name the first flag that the compiler, or the assembler behind it, does not know; None where they know all."""
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place, "probe.cpp"), Path(place, "probe.o")
        source.write_text(PROBE)
        tried = [*compiler.command, "-Werror", "-c", str(source), "-o", str(target)]
        if not flags or run([*tried, *flags]).returncode == 0:
            return None
        return next((flag for flag in flags if run([*tried, flag]).returncode), " ".join(flags))


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a compiler and keep what it says."""
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def library_name(isa: str) -> str:
    """Give the name of an instruction set's library on this system."""
    return f"longshort_{isa}{SUFFIX}"


def linking(compiler: Compiler, extra: Sequence[str]) -> list[str]:
    """Give the flags for linking; what the compiler would link as its own is taken in, as others have other versions.

    With extra flags (a sanitizer's) everything stays as the compiler has it, names included.
    """
    shared = ["-shared", "-pthread"]
    if sys.platform != "linux" or extra:
        return [*shared, *extra]
    own = [] if "clang" in compiler.name else ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL"]
    return [*shared, "-s", *own]


def is_current(target: Path, command: str) -> bool:
    """Say whether an object is as its command, its source and every header make it."""
    note, needs = target.with_suffix(".command"), target.with_suffix(".d")
    if not (target.exists() and needs.exists() and note.exists() and note.read_text() == command):
        return False
    made = target.stat().st_mtime_ns
    headers = shlex.split(needs.read_text().partition(": ")[2].replace("\\\n", " "))  # a space in a path is escaped
    return all(Path(header).exists() and Path(header).stat().st_mtime_ns < made for header in headers)


def compile_one(compiler: Compiler, source: Path, target: Path, flags: Sequence[str]) -> tuple[Path, str]:
    """Compile one source unless its object is current; give the object and the compiler's warnings."""
    flags = [*flags, *EXACT.get(source.name, [])]
    command = [*compiler.command, *COMMON, *flags, "-MMD", "-MF", str(target.with_suffix(".d")), "-c", str(source)]
    line = f"{compiler.name}\n{shlex.join(command)}"
    if is_current(target, line):
        return target, ""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_suffix(".command").unlink(missing_ok=True)
    begun = time.time()
    beside = target.with_suffix(f".{os.getpid()}.o")
    done = run([*command, "-o", str(beside)])
    if done.returncode:
        raise BuildError(f"{source.name} did not compile ({compiler.name})", done.stderr)
    os.utime(beside, (begun, begun))  # a source that was saved while it compiled is newer
    beside.replace(target)
    target.with_suffix(".command").write_text(line)
    return target, done.stderr


def link(compiler: Compiler, objects: Sequence[Path], target: Path, extra: Sequence[str]) -> None:
    """Link a library beside its name and move it there, so that whoever has the old one open keeps it whole."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    done = run([*compiler.command, *linking(compiler, extra), *map(str, objects), "-o", str(beside)])
    if done.returncode:
        beside.unlink(missing_ok=True)
        raise BuildError(f"{target.name} could not be linked ({compiler.name})", done.stderr)
    beside.replace(target)


def runnable(compiler: Compiler) -> list[str]:
    """Name the instruction sets that this processor runs, by asking the kernels' own source about it."""
    with tempfile.TemporaryDirectory() as place:
        part, _ = compile_one(compiler, SOURCES / "processor.cpp", Path(place, "processor.o"), [])
        link(compiler, [part], library := Path(place, library_name("processor")), [])
        level = ctypes.CDLL(str(library)).longshort_processor()
    return list(isas())[: level + 1]


def chosen(compiler: Compiler, which: str) -> list[str]:
    """Name the instruction sets to build for.

    `which` is one of them or: all; here, those that this processor runs; needed, of these the portable one, which is
    asked what the processor can do, and the best.
    """
    if which == "all":
        return list(isas())
    if which in isas():
        return [which]
    here = runnable(compiler)
    return here if which == "here" else list(dict.fromkeys([here[0], here[-1]]))


def build(into: Path, which: str = "all", extra: Sequence[str] = ()) -> Compiler:
    """Compile every source for each instruction set of `which`; write the libraries and their record.

    An instruction set that the compiler does not know is left out, and the record says so. Libraries of other
    instruction sets stay where they were built from the same sources.
    """
    compiler, sources = find_compiler(), digest()
    wanted = chosen(compiler, which)
    left_out = {isa: flag for isa in wanted if (flag := unknown_flag(compiler, isas()[isa]))}
    # The objects of one kind of build lie together; another compiler or a sanitizer has its own.
    kind = hashlib.sha256(repr((compiler, tuple(extra))).encode()).hexdigest()[:8]
    objects = ROOT / "build" / "kernels" / kind
    into.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {
            isa: [
                pool.submit(compile_one, compiler, source, objects / isa / f"{source.stem}.o", [*isas()[isa], *extra])
                for source in sorted(SOURCES.glob("*.cpp"))
            ]
            for isa in wanted
            if isa not in left_out
        }
        try:
            done = {isa: [part.result() for part in parts] for isa, parts in jobs.items()}
        except BuildError:
            pool.shutdown(cancel_futures=True)
            raise
    remove(into, ON_X86 if sources != recorded(into) else left_out)
    for isa, parts in done.items():
        sys.stderr.write("".join(warnings for _, warnings in parts))
        link(compiler, [path for path, _ in parts], into / library_name(isa), extra)
    write_record(into, {"compiler": compiler.name, "left_out": left_out, "sources": sources, "why": None})
    return compiler


def recorded(into: Path) -> object:
    """Give the fingerprint of the sources from which the libraries in a folder were built."""
    record = into / RECORD
    return json.loads(record.read_text()).get("sources") if record.exists() else None


def remove(into: Path, names: Iterable[str]) -> None:
    """Delete libraries that are not built any more."""
    for isa in names:
        (into / library_name(isa)).unlink(missing_ok=True)


def digest() -> str:
    """Give a fingerprint of all sources, by which a test sees libraries that are older than they."""
    found = hashlib.sha256()
    for path in sorted([*SOURCES.glob("*.cpp"), *SOURCES.glob("*.h")]):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def write_record(into: Path, record: dict[str, object]) -> None:
    """Write what `longshort doctor` says about the build."""
    into.mkdir(parents=True, exist_ok=True)
    (into / RECORD).write_text(json.dumps(record, indent=1) + "\n")


def give_up(into: Path, error: BuildError) -> None:
    """Say in one line what it means that nothing was built; leave no library from other sources."""
    if digest() != recorded(into):
        remove(into, ON_X86)
        write_record(into, {"compiler": None, "left_out": {}, "sources": digest(), "why": str(error)})
    print(f"longshort works through PyTorch: {error}.", file=sys.stderr)


def main() -> int:
    """Build as the command line says; a compiler that is missing is no error, a source that does not compile is one."""
    parser = argparse.ArgumentParser(description="Compile the native kernels, beside their sources unless told.")
    parser.add_argument("--into", type=Path, default=IN_PLACE, help="folder for the libraries")
    parser.add_argument("--for", dest="which", default="here", choices=["here", "needed", "all", *isas()])
    parser.add_argument("--find", action="store_true", help="only say, by the exit status, whether there is a compiler")
    parser.add_argument("--flag", action="append", default=[], help="one more flag for compiling and linking")
    asked = parser.parse_args()
    try:
        if asked.find:
            return int(not find_compiler())
        build(asked.into, asked.which, asked.flag)
    except BuildError as error:
        if error.output:  # somebody is writing them: libraries stay as they were
            print(f"{error}:", *error.output.splitlines()[:40], sep="\n", file=sys.stderr)
        elif not asked.find:
            give_up(asked.into, error)
        return int(asked.find or bool(error.output))
    return 0


if __name__ == "__main__":
    sys.exit(main())
