import subprocess
import sys
import time
from importlib import import_module

import pytest

import longshort as ls
from longshort.cli.app import COMMANDS

HEAVY = ("torch", "pandas", "polars", "scipy", "arch", "exchange_calendars", "jinja2")


def seconds(*command):
    begun = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    return time.perf_counter() - begun


def fastest(limit_s, *command):
    """Give the least of up to ten times, since other work on the machine only ever adds to them."""
    best = float("inf")
    for _ in range(10):
        best = min(best, seconds(*command))
        if best < limit_s:
            break
    return best


def loaded_by(code):
    script = f"import sys\n{code}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()


def test_import_takes_less_than_a_fifth_of_a_second():
    assert fastest(0.2, "-c", "import longshort") < 0.2


def test_help_answers_in_less_than_three_tenths_of_a_second():
    assert fastest(0.3, "-m", "longshort", "--help") < 0.3


@pytest.mark.parametrize("code", ["import longshort", "import longshort; dir(longshort)", "import longshort.cli"])
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
