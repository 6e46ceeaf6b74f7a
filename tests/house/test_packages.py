"""What is installed, and with which licence."""

import hashlib
import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Of the text as https://www.apache.org/licenses/LICENSE-2.0.txt gives it.
APACHE_2_0 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def needed_by(*names):
    """Give the packages that some need, themselves included, whatever they ask for on this machine."""
    found, waiting = set(), [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            wanted = map(Requirement, distribution(name).requires or [])
        except PackageNotFoundError:  # another platform's
            continue
        found.add(name)
        waiting += [canonicalize_name(w.name) for w in wanted if not w.marker or w.marker.evaluate({"extra": ""})]
    return found


def pinned(path):
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return dict(line.split("==") for line in lines if "==" in line)


def test_longshort_needs_at_most_35_packages_beside_torchs_own():
    beside = needed_by("longshort") - needed_by("torch") - {"longshort"}
    assert len(beside) <= 35, sorted(beside)


def test_the_pinned_requirements_are_exactly_what_longshort_needs(root):
    listed = {canonicalize_name(name) for name in pinned(root / "requirements.txt")}
    ours = {
        name for name in needed_by("longshort") - {"longshort"} if not name.startswith(("nvidia-", "cuda-", "triton"))
    }
    assert listed == ours


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_the_pinned_versions_are_those_that_are_tested(root, file):
    assert {name: version(name).split("+")[0] for name in pinned(root / file)} == pinned(root / file)


def test_the_licence_is_apache_2_0_word_for_word(root):
    assert hashlib.sha256((root / "LICENSE").read_bytes()).hexdigest() == APACHE_2_0


def test_the_wheel_carries_every_file_that_is_no_code(root):
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    source = root / "src"
    carried = {
        path
        for package, patterns in settings.items()
        for pattern in patterns
        for path in (source / package.replace(".", "/")).glob(re.sub(r"\*\*$", "**/*", pattern))
    }
    needed = {path for path in (source / "longshort").rglob("*") if path.is_file() and not is_code(path)}
    assert needed <= carried


def is_code(path):
    """Say whether a file is Python's, the kernels' source, or what setup.py compiles from that."""
    return path.suffix in (".py", ".pyc") or path.parent.name == "csrc" or is_built(path)


def is_built(path):
    return path.parent.name == "native" and (path.name == "built.json" or "longshort_" in path.name)


def test_the_source_distribution_carries_what_compiles(root):
    said = (root / "MANIFEST.in").read_text()
    assert "include build_kernels.py" in said
    endings = {path.suffix for path in (root / "src" / "longshort" / "native" / "csrc").iterdir()}
    assert [ending for ending in endings if f"*{ending}" not in said] == []
