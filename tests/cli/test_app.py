import json
import os
import subprocess
import sys

import pytest

import longshort as ls
from longshort.cli.app import COMMANDS, app


def test_version_is_the_packages(longshort):
    assert longshort("--version").out == f"longshort {ls.__version__}\n"


def test_no_command_prints_the_help(longshort):
    outcome = longshort()
    assert outcome.code == 0
    assert all(command in outcome.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_examples(longshort, command):
    outcome = longshort(command, "--help")
    assert outcome.code == 0
    assert "Examples:" in outcome.out
    assert f"longshort {command}" in outcome.out.split("Examples:")[1]


def test_mistyped_command_offers_the_nearest(longshort):
    outcome = longshort("bakctest", "prices.csv")
    assert outcome.code == 2
    assert "'bakctest'" in outcome.err
    assert "Did you mean 'backtest'" in outcome.err
    assert outcome.out == ""


def test_mistyped_option_offers_the_nearest(longshort):
    outcome = longshort("backtest", "prices.csv", "--horizn", "5")
    assert outcome.code == 2
    assert "--horizn" in outcome.err
    assert "--horizon" in outcome.err


def test_usage_error_under_json_is_json_on_stderr(longshort):
    outcome = longshort("check", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    error = json.loads(outcome.err)
    assert error["schema"] == 1
    assert error["error"]["code"] == "usage"
    assert "FILE" in error["error"]["message"]
    assert "longshort check --help" in error["error"]["hint"]


def test_json_after_a_double_dash_is_a_file_name(longshort, fake):
    outcome = longshort("check", "--no-such", "--", "--json")
    assert outcome.err.startswith("Error: ")


def with_out():
    commands = {name: app.get_command(None, name) for name in COMMANDS}
    return [name for name, command in commands.items() if any(option.name == "out" for option in command.params)]


def test_the_commands_that_write_are_known():
    assert {"backtest", "forecast", "audit", "report", "run", "sweep", "learn", "demo"} <= set(with_out())


@pytest.mark.parametrize("command", with_out())
def test_an_empty_name_is_no_place(longshort, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = longshort(command, "--out", "")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--out '' names nothing." in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["forecast", "audit", "report"])
def test_a_place_where_no_file_can_be_is_refused_before_any_work(longshort, fake, command, tmp_path):
    outcome = longshort(command, "prices.csv", "--out", tmp_path)
    assert outcome.code == 2
    assert "there is a folder of this name" in outcome.err
    assert fake.calls == []


VERDICT = "2 of 3 observations right"


@pytest.mark.parametrize(("closed", "printed"), [("2>&-", VERDICT), (">&-", ""), ("<&- >&- 2>&-", "")])
def test_closed_streams_keep_no_command_from_its_work(closed, printed, tmp_path):
    typed = [sys.executable, "-m", "longshort", "run", "perceptron", "--out", "run"]
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *typed]
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert done.stdout[: len(VERDICT)] == printed
    assert ls.load_run(tmp_path / "run").verdict.startswith(VERDICT)
