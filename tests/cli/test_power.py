"""`longshort power`: the sentence, the table, the document, and what is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from longshort.cli.failures import explain
from longshort.cli.power import command
from longshort.errors import LongshortError

Run = Callable[..., str]


@pytest.fixture
def prices_csv(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    days = np.arange("2020-01-01", "2021-10-01", dtype="datetime64[D]")
    close = 100 * np.exp(np.cumsum(0.01 * random.standard_normal(len(days))))
    path = tmp_path / "prices.csv"
    lines = [f"{day},{value:.4f},{value + 1:.4f}" for day, value in zip(days, close, strict=True)]
    path.write_text("\n".join(["Date,Close,Other", *lines]))
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def typed(*arguments: object) -> str:
        command.main([str(argument) for argument in arguments], standalone_mode=False)
        return capsys.readouterr().out

    return typed


def test_the_sentence_comes_first_and_a_table_follows(run: Run, prices_csv: Path) -> None:
    text = run(prices_csv, "--target", "Close", "--horizon", 2, "--sessions", 250)
    assert text.startswith("A test over 250 days, for the next 2 days, shows a gain in error of ")
    for word in ("skill", "direction", "coverage", "step 1", "step 2", "all steps", "independent"):
        assert word in text


def test_the_document_holds_the_numbers(run: Run, prices_csv: Path) -> None:
    document = json.loads(run(prices_csv, "--target", "Close", "--sessions", 100, "--json"))
    assert document["schema"] == 1
    assert document["sessions"] == 100
    assert {row["question"] for row in document["power"]} == {"skill", "direction", "coverage"}
    assert document["line"].startswith("A test over 100 days, 1 day ahead, shows a gain in error of ")
    fifth = json.loads(run(prices_csv, "--target", "Close", "--json"))
    assert fifth["sessions"] == 639 // 5


def test_options_of_reading_reach_the_reader(run: Run, prices_csv: Path) -> None:
    close, other = (json.loads(run(prices_csv, "--target", name, "--json")) for name in ("Close", "Other"))
    assert close["line"] == other["line"]  # changes are the same, so is what can be found
    with pytest.raises(LongshortError, match="Clsoe"):
        run(prices_csv, "--target", "Clsoe")


@pytest.mark.parametrize("typed", [("--horizon", 0), ("--sessions", 0), ("--horizon", 630)])
def test_what_cannot_be_is_refused_with_what_to_type(run: Run, prices_csv: Path, typed: tuple[object, ...]) -> None:
    with pytest.raises(LongshortError) as refused:
        run(prices_csv, "--target", "Close", *typed)
    assert refused.value.hint
    assert explain(refused.value, as_json=False, debug=False) == 2


def test_no_torch_and_no_heavy_statistics_are_loaded(prices_csv: Path) -> None:
    code = (
        "import sys\nfrom longshort.cli.power import command\n"
        f"command.main([{str(prices_csv)!r}, '--target', 'Close'], standalone_mode=False)\n"
        "print([name for name in ('torch', 'scipy.stats', 'arch') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_korean_is_spoken_where_it_is_asked_for(run: Run, prices_csv: Path) -> None:
    typed = (prices_csv, "--target", "Close", "--horizon", 2, "--lang", "ko")
    text = run(*typed)
    for word in ("예측력", "방향", "포함률", "1단계", "모든 단계", "%p"):
        assert word in text
    assert "step" not in text
    assert json.loads(run(*typed, "--json"))["line"] == text.partition("\n")[0]
