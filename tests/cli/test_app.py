import json

import pytest

import longshort as ls
from longshort.cli.app import COMMANDS


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
