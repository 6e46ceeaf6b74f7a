"""The whole way, from a file on disk to the answer, with networks so small that each command takes a moment."""

import json
import os
import pty
import signal
import string
import subprocess
import sys
import time

import numpy as np
import polars as pl
import pytest

from longshort.language import entries

TINY = [
    *("--set", "model.hidden_size=4", "--set", "training.members=2", "--set", "training.epochs=2"),
    *("--set", "training.steps_per_epoch=2", "--set", "window.context_length=20", "--set", "window.burn_in=5"),
    *("--baselines", "naive,volatility_cone", "--device", "cpu"),
]
PROGRAM = [sys.executable, "-m", "longshort"]
FILES = {
    "recipe.toml", "run.json", "summary.json", "forecasts.parquet", "history.parquet", "scores.parquet",
    "curves.parquet", "model", "report.html",
}  # fmt: skip


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    """Write 300 business days of a simulated price."""
    path = tmp_path_factory.mktemp("data") / "prices.csv"
    days = np.busday_offset("2020-01-01", np.arange(300), roll="forward")
    close = 100 * np.exp(np.cumsum(0.01 * np.random.default_rng(0).standard_normal(300)))
    pl.DataFrame({"Date": days, "Close": close}).write_csv(path)
    return path


def program(*arguments, **options):
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options
    )


@pytest.fixture(scope="module")
def finished(prices, tmp_path_factory):
    """Run a small backtest into a folder; give the folder and what the program printed."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    printed = program("backtest", prices, "--horizon", 2, "--folds", 2, *TINY, "--out", folder, "--json")
    assert printed.returncode == 0, printed.stderr
    return folder, printed


def test_backtest_prints_one_document_and_leaves_a_complete_folder(finished):
    folder, printed = finished
    document = json.loads(printed.stdout)
    assert document["verdict"]
    assert {row["model"] for row in document["scores"]} == {"lstm", "naive", "volatility_cone"}
    assert printed.stderr == ""
    assert {path.name for path in folder.iterdir()} >= FILES
    assert json.loads((folder / "summary.json").read_text()) | document == json.loads(
        (folder / "summary.json").read_text()
    )


def test_a_complete_folder_is_refused_and_stays_as_it_is(finished, prices, longshort):
    folder, _ = finished
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    outcome = longshort("backtest", prices, "--horizon", "2", "--folds", "2", *TINY, "--out", folder, "--json")
    assert outcome.code == 2
    assert json.loads(outcome.err)["error"]["code"] == "run_folder"
    assert "--overwrite" in json.loads(outcome.err)["error"]["hint"]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_report_writes_the_page_and_markdown_again(finished, longshort, tmp_path):
    folder, printed = finished
    page = tmp_path / "page.html"
    outcome = longshort("report", folder, "--out", page)
    assert outcome.code == 0
    assert page.read_bytes() == (folder / "report.html").read_bytes()
    begin = json.loads(printed.stdout)["verdict"].split("(")[0]  # what follows may hold signs that Markdown escapes
    assert begin in longshort("report", folder, "--markdown").out


def test_report_needs_no_torch(finished, tmp_path):
    folder, _ = finished
    script = f"import sys; from longshort.cli.app import app; app.main({['report', str(folder), '--json']!r}, "
    script += "standalone_mode=False); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)


def test_check_needs_no_torch(prices):
    script = f"import sys; from longshort.cli.app import app; app.main({['check', str(prices)]!r}, "
    script += "standalone_mode=False); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)


def test_forecast_from_a_run_folder_equals_the_runs_own(finished, prices, longshort, tmp_path):
    folder, printed = finished
    picture = json.loads((folder / "summary.json").read_text())["series"][0]
    given, network = picture["forecast"], picture["network"] or picture["forecast"]
    for choice, expected in ((["--if-no-skill", "model"], network), ([], given)):
        typed = ["--model", folder, *choice, "--out", tmp_path / "forecast.csv", "--json"]
        document = json.loads(longshort("forecast", prices, *typed).out)
        assert document["verdict"] == json.loads(printed.stdout)["verdict"]
        assert [row["mean"] for row in document["forecasts"]] == pytest.approx(expected["mean"])
        assert [row["ds"] for row in document["forecasts"]] == expected["ds"]
        assert {row["model"] for row in document["forecasts"]} == {expected["model"]}
    written = pl.read_csv(tmp_path / "forecast.csv")
    assert written["ds"].to_list() == given["ds"]


def pieces(lang):
    """Give what the sentences of the catalogue say between their places, where that is long enough to be known."""
    sentences = (entry[lang] for entry in entries().values() if entry["en"] != entry["ko"])  # names are equal
    split = (piece for template in sentences for piece, *_ in string.Formatter().parse(template))
    return {piece for piece in split if len(piece.strip()) >= (15 if lang == "en" else 6)}


@pytest.mark.parametrize(
    "command", ["audit RUN", "report RUN --out PAGE", "forecast PRICES --model RUN", "run perceptron"]
)
def test_a_text_speaks_one_language(finished, prices, longshort, tmp_path, command):
    names = {"RUN": finished[0], "PRICES": prices, "PAGE": tmp_path / "page.html"}
    typed = [names.get(word, word) for word in command.split()]
    english, korean = (longshort(*typed, "--lang", lang).out for lang in ("en", "ko"))
    assert [piece for piece in pieces("en") if piece in korean] == []
    assert [piece for piece in pieces("ko") if piece in english] == []
    assert any(piece in english for piece in pieces("en"))
    assert any(piece in korean for piece in pieces("ko"))


def test_a_backtest_speaks_korean_throughout(prices, longshort, tmp_path):
    typed = ["backtest", prices, "--horizon", "2", "--folds", "1", *TINY, "--lang", "ko", "--out", tmp_path / "run"]
    outcome = longshort(*typed)
    assert outcome.code == 0
    assert [piece for piece in pieces("en") if piece in outcome.out] == []
    assert '<html lang="ko"' in (tmp_path / "run" / "report.html").read_text()
    document = json.loads(longshort("report", tmp_path / "run", "--json").out)
    assert [piece for piece in pieces("ko") if piece in json.dumps(document, ensure_ascii=False)] == []


def test_the_direction_and_the_fee_reach_the_judgement(prices, longshort):
    typed = ["backtest", prices, "--folds", "1", *TINY, "--direction", "none", "--fee-bps", "7", "--json"]
    claims = json.loads(longshort(*typed).out)["claims"]
    assert (claims["direction"]["answer"], claims["direction"]["reason"]) == ("not_judged", "not_asked")
    assert claims["money"]["fee_bps"] == 7


def test_coin_flips_leave_with_three_where_skill_is_required(longshort, tmp_path):
    true, said = np.random.default_rng(1).integers(0, 2, (2, 300))
    days = pl.date_range(pl.date(2021, 1, 1), pl.date(2021, 10, 27), eager=True)
    pl.DataFrame({"date": days, "y_true": true, "y_pred": said}).write_csv(tmp_path / "coin.csv")
    typed = ["audit", tmp_path / "coin.csv", "--step", "1"]
    assert longshort(*typed).code == 0
    outcome = longshort(*typed, "--require-skill")
    assert outcome.code == 3
    assert outcome.out.startswith("No skill shown")


def test_the_same_seed_gives_the_same_scores_and_another_does_not(finished, prices, longshort):
    _, printed = finished
    command = ["backtest", prices, "--horizon", "2", "--folds", "2", *TINY, "--json"]
    same, other = (json.loads(longshort(*command, "--seed", seed).out) for seed in "01")
    assert same["scores"] == json.loads(printed.stdout)["scores"]
    assert other["scores"] != same["scores"]


def test_ctrl_c_stops_in_one_line_and_the_same_command_goes_on(finished, prices, tmp_path):
    folder = tmp_path / "run"
    long = ["--set", "training.epochs=15", "--set", "training.steps_per_epoch=10", "--set", "training.patience=15"]
    command = ["backtest", prices, "--horizon", "2", "--folds", "2", *TINY, "--out", folder]
    working = subprocess.Popen([*PROGRAM, *map(str, command), *long], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not any((folder / "checkpoint").glob("*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    working.send_signal(signal.SIGINT)
    _, said = working.communicate(timeout=60)
    assert working.returncode == 130
    assert "the same command resumes" in said
    assert "Traceback" not in said
    assert not (folder / "run.json").exists()
    assert program(*command, *long).returncode == 0
    assert {path.name for path in folder.iterdir()} >= FILES


def test_progress_appears_in_a_terminal_and_only_there(prices):
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "backtest", str(prices), "--horizon", "2", "--folds", "2", *TINY, "--json"]
    environment = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment) as working:
        os.close(theirs)
        seen = b""
        while True:
            try:
                seen += os.read(ours, 4096)
            except OSError:  # the terminal's other end is closed: the program has left
                break
        document = json.loads(working.stdout.read())
    os.close(ours)
    assert document["schema"] == 2
    assert b"epoch" in seen
    assert seen.endswith(b"\r\x1b[K")


def test_a_reader_that_leaves_early_is_no_fault(tmp_path):
    wide = pl.DataFrame({"Date": [f"2020-01-{day:02}" for day in range(1, 29)]})
    wide = wide.with_columns(pl.Series(f"S{i}", np.arange(28) + 1.0) for i in range(500))
    wide.write_csv(tmp_path / "wide.csv")
    command = [*PROGRAM, "check", str(tmp_path / "wide.csv"), "--wide", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as working:
        assert working.stdout.read(1) == b"{"
        working.stdout.close()
        said = working.stderr.read()
    assert (working.returncode, said) == (0, b"")


def rows(*cells):
    head = [f"2020-01-{day:02},{100 + day}" for day in range(1, 29)]
    return "\n".join(["Date,Close", *head, *cells]).encode()


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"", []),
        (b"Date,Close\n", []),
        (bytes(range(256)) * 40, []),
        (rows("2020-01-29,abc"), []),
        (rows("2020-02-30,5"), []),
        (rows("2020-01-28,128"), []),
        (rows(), ["--horizon", "0"]),
        (rows(), ["--horizon", "5"]),
        (rows(), ["--target", "Clsoe"]),
        (rows(), ["--test-from", "2031-01-01"]),
        (rows(), ["--known-future", "Close"]),
        (rows(), ["--calendar", "XNYZ"]),
        (rows("2020-01-29,inf"), []),
        (rows(), ["--set", "model.cel=gru"]),
        (rows(), ["--baselines", "naiv"]),
    ],
)
def test_bad_input_exits_with_2_says_so_and_writes_nothing(longshort, tmp_path, content, options):
    (tmp_path / "prices.csv").write_bytes(content)
    outcome = longshort("backtest", tmp_path / "prices.csv", *options, "--out", tmp_path / "run", "--json")
    assert (outcome.code, outcome.out) == (2, ""), outcome.err
    assert json.loads(outcome.err)["error"]["message"]
    assert [path.name for path in tmp_path.iterdir()] == ["prices.csv"]


def test_mixed_precision_where_nothing_has_it_exits_with_2_and_says_why(longshort, prices, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGSHORT_KERNEL", "torch")
    options = ["--horizon", "2", *TINY, "--set", "training.precision=mixed"]
    outcome = longshort("forecast", prices, *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert "training.precision is 'mixed', but only the native step has it" in outcome.err
    assert "--set training.precision=float32" in outcome.err


@pytest.mark.parametrize("command", ["check", "backtest", "forecast", "report"])
def test_a_missing_file_is_named(longshort, tmp_path, command):
    outcome = longshort(command, tmp_path / "nowhere.csv")
    assert outcome.code == 2
    assert "nowhere.csv" in outcome.err


def test_repeating_today_scores_the_published_numbers_on_amazons_high(longshort, shared_data):
    (path,) = (shared_data / "djia30").glob("AMZN*.csv")
    outcome = longshort(
        "backtest", path, "--target", "High", "--test-from", "2017-01-01", "--horizon", "1", *TINY, "--json"
    )
    document = json.loads(outcome.out)
    overall = {
        row["metric"]: (row["value"], row["n"])
        for row in document["scores"]
        if row["model"] == "naive" and row["unique_id"] is None and row["step"] is None
    }
    for metric, value in {"rmse": 12.612, "mae": 7.626, "mape": 0.776}.items():
        assert overall[metric] == (pytest.approx(value, abs=5e-4), 251)
    assert document["folds"][0]["known"]["sessions"] == 2768
    assert document["run"]["data"]["rows"] == 3019


def test_the_demos_prices_are_5031_sessions_of_the_new_york_exchange():
    from longshort.cli.demo import prices

    panel = prices()
    assert (len(panel.times), panel.columns[0].name, panel.calendars[0].name) == (5031, "Close", "XNYS")
