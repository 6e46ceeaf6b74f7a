import subprocess
import sys
from importlib import import_module

import pytest

import longshort as ls
from longshort.cli.app import COMMANDS

HEAVY = ("torch", "pandas", "polars", "scipy", "arch", "exchange_calendars", "jinja2")


def loaded_by(code):
    script = f"import sys\n{code}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    return said.splitlines()[-1].split()


HELP = "from longshort.cli import main; main(['--help'])"


@pytest.mark.parametrize("code", ["import longshort", "import longshort; dir(longshort)", "import longshort.cli", HELP])
def test_the_door_loads_nothing_heavy(code):
    assert loaded_by(code) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_skin_loads_nothing_heavy(command):
    assert loaded_by(f"import longshort.cli.{command}") == []


@pytest.mark.parametrize("name", [name for name in ls.__all__ if name != "__version__"])
def test_every_public_name_is_there_and_is_listed(name):
    assert getattr(ls, name).__name__ == name
    assert name in dir(ls)


def test_unknown_name_is_an_attribute_error_that_lists_the_known():
    with pytest.raises(AttributeError, match=r"'backtets'.*backtest"):
        ls.backtets  # noqa: B018


def test_backtest_stays_the_function_after_its_room_is_imported():
    import longshort.backtest.folds
    from longshort.backtest import folds

    assert callable(ls.backtest)
    assert ls.backtest is import_module("longshort.backtest.run").backtest
    assert folds.__name__ == "longshort.backtest.folds"
    assert longshort.backtest is ls.backtest


def test_backtest_is_the_function_whichever_comes_first():
    script = "import longshort.backtest.run, longshort as ls; assert ls.backtest.__module__ == 'longshort.backtest.run'"
    loaded_by(script)


def test_the_module_runs_like_the_program():
    printed = subprocess.run(
        [sys.executable, "-m", "longshort", "--version"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == f"longshort {ls.__version__}\n"


def test_version_is_the_installed_packages():
    from importlib.metadata import version

    assert version("longshort") == ls.__version__
