"""What is typed or read may be hostile: it is refused as what it is, in time, and never reaches the terminal raw."""

import json

import numpy as np
import pytest

import longshort as ls
from longshort.cli.limits import page
from longshort.cli.settings import make_recipe, parse_setting
from longshort.errors import SettingsError

NOTHING = {"recipe": None, "quick": False, "set": (), "horizon": None, "seed": None}


@pytest.fixture
def unread(monkeypatch):
    """Fail the test where data are read."""

    def read(*_, **__):
        pytest.fail("data were read before the options were checked")

    monkeypatch.setitem(vars(ls), "read", read)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("backtest a.csv --horizon 1000000000", "horizon is 1000000000, but may be at most 10,000: each step"),
        ("backtest a.csv --horizon nan", "--horizon takes a whole number, not 'nan'"),
        ("backtest a.csv --seed 9223372036854775808", "seed is 9223372036854775808, but may be at most"),
        ("backtest a.csv --folds 1001", "--folds is 1001, but may be at most 1,000"),
        ("backtest a.csv --folds 0", "--folds is 0, but must be 1 or more"),
        ("backtest a.csv --season 100001", "--season is 100001, but may be at most"),
        ("backtest a.csv --lag Close=100001", "--lag is 100001, but may be at most"),
        ("backtest a.csv --set training.members=1000000", "training.members is 1000000, but may be at most 1,000"),
        ("backtest a.csv --set model.num_layers=1000000", "model.num_layers is 1000000, but may be at most 100"),
        ("backtest a.csv --set model.hidden_size=100000", "model.hidden_size is 100000, but may be at most 16,384"),
        ("backtest a.csv --set training.validation=1e400", "training.validation is inf"),
        ("backtest a.csv --set model.activation=x", "model.activation is 'x'"),
        ("power a.csv --horizon 1000000000", "--horizon is 1000000000, but may be at most 500"),
        ("power a.csv --sessions 10000001", "--sessions is 10000001, but may be at most 10,000,000"),
        ("power a.csv --horizon 0", "--horizon is 0, but must be 1 or more"),
        ("sweep xor --grid seed=1,2 --max-runs 10001", "--max-runs is 10001, but may be at most 10,000"),
        ("run xor --seed -9223372036854775809", "seed is -9223372036854775809, but must be"),
        ("run xor --set model.layers.1.layer=x", "Invalid value 'x'"),
        ("check a.csv --encoding punycode", "--encoding 'punycode' is no encoding of tables"),
        ("check a.csv --encoding zip", "--encoding 'zip' is no encoding of tables"),
        ("check a.csv --encoding \udcff", r"--encoding '\udcff' is no encoding of tables"),
        ("check a.csv --date-format \udcff", r"--date-format '\udcff' is no UTF-8"),
    ],
)
def test_what_is_out_of_bounds_is_refused_before_any_data_are_read(longshort, unread, typed, said):
    outcome = longshort(*typed.split(" "))
    assert outcome.code == 2
    assert said in outcome.err


@pytest.mark.parametrize("option", ["--horizon", "--seed", "--folds", "--season"])
def test_endless_digits_are_no_number(longshort, unread, option):
    outcome = longshort("backtest", "a.csv", option, "9" * 5000)
    assert outcome.code == 2
    assert f"{option} takes a whole number, not '999" in outcome.err
    assert len(outcome.err) < 300


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000, "[" * 100 + "]" * 100])
def test_values_that_no_setting_is_are_refused_and_not_taken_for_words(value):
    with pytest.raises(SettingsError):
        make_recipe(NOTHING | {"set": (f"training.members={value}",)})


def test_a_second_line_is_part_of_the_value_and_not_a_setting_of_its_own():
    assert parse_setting("model.cell=1\nx=2") == ("model.cell", "1\nx=2")


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "latin-1", "cp949", "euc-kr", "windows-1252", "utf-16", "Shift_JIS"])
def test_encodings_of_tables_are_known_under_all_their_names(longshort, fake, name):
    assert longshort("check", "a.csv", "--encoding", name).code == 0


def test_networks_larger_than_memory_are_refused_before_any_data_are_read(longshort, unread, monkeypatch):
    monkeypatch.setenv("LONGSHORT_MEMORY", "1G")
    outcome = longshort("backtest", "a.csv", "--set", "model.hidden_size=10000", "--set", "training.members=2")
    assert outcome.code == 2
    assert "parameters in each of 2 members" in outcome.err
    assert "1.0 GiB of memory is free" in outcome.err
    assert "--set model.hidden_size=16" in outcome.err


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        MemoryError("Unable to allocate 7.45 GiB for an array"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
    ],
    ids=["python", "numpy", "torch"],
)
def test_memory_that_runs_out_is_no_fault_and_says_what_to_lower(longshort, fake, monkeypatch, error):
    def read(*_, **__):
        raise error

    monkeypatch.setitem(vars(ls), "read", read)
    outcome = longshort("check", "a.csv")
    assert outcome.code == 2
    assert "more memory than there is" in outcome.err
    assert str(error) in outcome.err
    assert "--horizon" in outcome.err
    assert "fault in longshort" not in outcome.err


def test_other_errors_of_libraries_stay_faults(longshort, fake, monkeypatch):
    def read(*_, **__):
        raise RuntimeError("shapes differ")

    monkeypatch.setitem(vars(ls), "read", read)
    assert longshort("check", "a.csv").code == 1


def test_what_a_column_is_called_never_moves_the_terminals_cursor(longshort, tmp_path):
    days = np.arange("2020-01-01", "2020-06-01", dtype="datetime64[D]")
    name = "Close\x1b[2J\x9b\u202e\x08"
    path = tmp_path / "prices.csv"
    path.write_text(f"Date,{name}\n" + "".join(f"{day},{100 + i % 7}\n" for i, day in enumerate(days)), "utf-8")
    text, document = longshort("check", path), longshort("check", path, "--json")
    assert text.code == document.code == 0
    for said in (text.out, document.out):
        assert not set(said) & {"\x1b", "\x9b", "\u202e", "\x08", "\r"}
    assert r"Close\x1b[2J\x9b\u202e\x08" in text.out
    assert name in json.loads(document.out)["columns"]


def test_the_page_of_limits_is_made_anew_and_keeps_what_is_written_by_hand():
    made = page("by hand\n<!-- made from the settings: options -->\nold\n<!-- end -->\nby hand, too\n")
    assert made.startswith("by hand\n")
    assert made.endswith("<!-- end -->\nby hand, too\n")
    assert "| `--folds` | 1 | 1,000 |" in made
    assert "\nold\n" not in made
