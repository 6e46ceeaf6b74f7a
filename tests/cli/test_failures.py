import errno
import json

import pytest

import longshort as ls
from longshort.errors import DataError


@pytest.fixture
def failing(monkeypatch, fake):
    """Give a function that makes `ls.read` raise an exception."""

    def fail(error):
        def read(*_, **__):
            raise error

        monkeypatch.setitem(vars(ls), "read", read)

    return fail


def test_users_mistake_exits_with_2_and_says_what_to_do(longshort, failing):
    failing(DataError("'prices.csv' is empty.", hint="Pass a file with rows."))
    outcome = longshort("check", "prices.csv")
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err == "Error: 'prices.csv' is empty.\n    Pass a file with rows.\n"


def test_users_mistake_under_json_is_one_document_on_stderr(longshort, failing):
    failing(DataError("'prices.csv' is empty.", hint="Pass a file with rows."))
    outcome = longshort("backtest", "prices.csv", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert json.loads(outcome.err) == {
        "schema": 1,
        "error": {"code": "data", "message": "'prices.csv' is empty.", "hint": "Pass a file with rows."},
    }


def test_our_fault_exits_with_1_without_a_traceback(longshort, failing):
    failing(ZeroDivisionError("division by zero"))
    outcome = longshort("check", "prices.csv")
    assert outcome.code == 1
    assert "This is a fault in longshort: ZeroDivisionError: division by zero" in outcome.err
    assert "--debug" in outcome.err
    assert "Traceback" not in outcome.err


def test_debug_shows_the_traceback(longshort, failing):
    failing(ZeroDivisionError("division by zero"))
    outcome = longshort("check", "prices.csv", "--debug")
    assert outcome.code == 1
    assert "Traceback" in outcome.err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_full_disk_and_missing_permission_are_not_our_fault(longshort, failing, number):
    failing(OSError(number, "no way", "run/summary.json"))
    outcome = longshort("check", "prices.csv")
    assert outcome.code == 2
    assert "'run/summary.json': no way" in outcome.err


def test_other_troubles_of_the_operating_system_are_our_fault(longshort, failing):
    failing(OSError(errno.EBADF, "Bad file descriptor"))
    assert longshort("check", "prices.csv").code == 1


def test_interrupted_read_exits_with_130(longshort, failing):
    failing(KeyboardInterrupt())
    outcome = longshort("check", "prices.csv")
    assert outcome.code == 130
    assert outcome.err.strip() == "Stopped; nothing was written."


@pytest.mark.parametrize(("options", "expected"), [(["--out", "run"], "'run'"), ([], "With --out FOLDER")])
def test_interrupted_backtest_says_how_to_go_on(longshort, fake, monkeypatch, options, expected):
    def backtest(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setitem(vars(ls), "backtest", backtest)
    outcome = longshort("backtest", "prices.csv", *options)
    assert outcome.code == 130
    assert outcome.err.count("\n") == 1
    assert "the same command resumes" in outcome.err
    assert expected in outcome.err


def test_a_stderr_that_takes_nothing_changes_no_exit_code(longshort, failing, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    failing(DataError("'prices.csv' is empty."))
    monkeypatch.setattr("click.echo", full)
    assert longshort("check", "prices.csv").code == 2
