from importlib.metadata import PackageNotFoundError, version

import pytest

import longshort as ls
from longshort.results.versions import version_of


@pytest.fixture
def bare(monkeypatch):
    """Take away what an installer writes."""

    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("longshort.results.versions.version", missing)


def test_a_library_has_the_version_that_was_installed():
    assert version_of("numpy") == version("numpy")


@pytest.mark.usefixtures("bare")
def test_a_source_tree_knows_its_version_without_being_installed(make_run, tmp_path):
    from longshort.backtest.record import LIBRARIES, versions

    known = versions(LIBRARIES)
    assert known["version"] == known["versions"]["longshort"] == version_of("longshort") == ls.__version__
    assert known["versions"]["numpy"] == "unknown"
    make_run().save(tmp_path / "run")
    assert ls.load_run(tmp_path / "run").summary() == make_run().summary()
