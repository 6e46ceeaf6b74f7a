import inspect
import json

import polars as pl
import pytest

import longshort as ls
from longshort.backtest.run import backtest
from longshort.claims import Claims
from longshort.cli.show import CONTRACT
from longshort.data.readers import read
from longshort.forecasting.recipe import Recipe
from longshort.language import say

READING = {
    "target": None, "id": (), "date": None, "columns": None, "no_dates": False, "newest_first": False,
    "date_format": None, "timezone": None, "calendar": None, "wide": False, "alone": False, "one_series": False,
    "drop": (), "blank": (), "future": None, "known_future": (),
    "static": (), "lag": None, "join": (), "duplicates": None, "separator": None, "decimal": None, "encoding": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ("--target Close", "target", "Close"),
        ("--id Name", "id", ("Name",)),
        ("--id Store --id Dept", "id", ("Store", "Dept")),
        ("--timezone Europe/Berlin", "timezone", "Europe/Berlin"),
        ("--one-series", "one_series", True),
        ("--drop a --drop b", "drop", ("a", "b")),
        ("--blank -999 --blank ?", "blank", ("-999", "?")),
        ("--future coming.csv", "future", "coming.csv"),
        ("--date Day", "date", "Day"),
        ("--columns time,low, --alone", "columns", ["time", "low", ""]),
        ("--no-dates", "no_dates", True),
        ("--newest-first", "newest_first", True),
        ("--date-format %d/%m/%Y", "date_format", "%d/%m/%Y"),
        ("--calendar XNYS", "calendar", "XNYS"),
        ("--wide", "wide", True),
        ("--alone", "alone", True),
        ("--known-future holiday --known-future sale", "known_future", ("holiday", "sale")),
        ("--static sector", "static", ("sector",)),
        ("--lag A=1 --lag B=C=2", "lag", {"A": 1, "B=C": 2}),
        ("--join fx.csv --join vix.csv", "join", ("fx.csv", "vix.csv")),
        ("--duplicates mean", "duplicates", "mean"),
        (r"--separator \t", "separator", "\t"),
        ("--decimal ,", "decimal", ","),
        ("--encoding cp1252", "encoding", "cp1252"),
    ],
)
def test_each_reading_option_reaches_the_reader(longshort, fake, typed, name, value):
    longshort("check", "a.csv", "b.csv", *typed.split(" "))
    sources, options = fake.called("read")
    assert sources == ("a.csv", "b.csv")
    changed = {key for key in options if options[key] != READING[key]}
    assert options[name] == value
    assert changed <= {name, "alone"}


def test_the_reader_has_no_option_that_cannot_be_typed():
    parameters = inspect.signature(read).parameters.values()
    assert {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY} == READING


@pytest.mark.parametrize("lag", ["Revenue", "Revenue=", "=1", "Revenue=-1", "Revenue=soon"])
def test_lag_without_name_and_sessions_is_refused(longshort, fake, lag):
    outcome = longshort("backtest", "a.csv", "--lag", lag)
    assert outcome.code == 2
    assert "NAME=SESSIONS" in outcome.err


def test_walk_options_reach_the_backtest_only_when_typed(longshort, fake):
    longshort("backtest", "a.csv")
    _, options = fake.called("backtest")
    assert set(options) == {"device", "listen", "out", "overwrite", "about"}
    assert options["about"] == {"command": "longshort backtest a.csv", "quick": False}
    fake.calls.clear()
    longshort(
        *["backtest", "a.csv", "--folds", "3", "--history", "rolling", "--season", "7", "--baselines", "naive,drift"],
        *["--direction", "sign", "--fee-bps", "2.5", "--device", "cpu", "--out", "run", "--overwrite"],
    )
    _, options = fake.called("backtest")
    expected = {"folds": 3, "history": "rolling", "season": 7, "baselines": ["naive", "drift"], "device": "cpu"}
    expected |= {"direction": "sign", "fee_bps": 2.5}
    del options["about"]
    assert options == expected | {"out": "run", "overwrite": True, "listen": None}


def test_the_help_names_the_librarys_own_defaults(longshort):
    help_text = " ".join(longshort("backtest", "--help").out.split())
    assert f"(days, months, ...). [default: the recipe's, {Recipe().horizon}]" in help_text
    assert f"Seed of all that is random. [default: {Recipe().seed}]" in help_text
    parameters = inspect.signature(backtest).parameters
    assert f"the network is refitted before each. [default: {parameters['folds'].default}]" in help_text
    assert f"a constant length of it. [default: {parameters['history'].default}]" in help_text
    assert f"Where to train. [default: {parameters['device'].default}]" in help_text


def test_test_from_reaches_the_backtest(longshort, fake):
    longshort("backtest", "a.csv", "--test-from", "2017-01-01")
    assert fake.called("backtest")[1]["test_from"] == "2017-01-01"


def test_what_is_typed_beats_quick_and_the_recipe_file(longshort, fake):
    settings = ["--set", "model.cell=gru", "--set", "training.epochs=2", "--set", "window.step=[1, 2]"]
    longshort("backtest", "a.csv", "--quick", "--recipe", "mine.toml", "--horizon", "7", "--seed", "4", *settings)
    assert [call[0] for call in fake.calls][:2] == ["from_file", "quick"]
    assert fake.called("from_file")[0] == ("mine.toml",)
    assert fake.settings == {
        "model.cell": "gru", "training.epochs": 2, "window.step": [1, 2], "horizon": 7, "seed": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("backtest a.csv --set model.cell", "KEY=VALUE"),
        ("backtest a.csv --overwrite", "--out"),
        ("backtest a.csv --folds 3 --test-from 2017-01-01", "--folds"),
        ("forecast a.csv --model run --horizon 3", "--horizon"),
        ("forecast a.csv --model run --folds 3", "--folds"),
        ("forecast a.csv --model run --no-backtest", "--no-backtest"),
        ("forecast a.csv --no-backtest --test-from 2017-01-01", "--test-from"),
        ("forecast a.csv --out forecast.xlsx", "forecast.xlsx"),
    ],
)
def test_contradictions_are_refused_before_anything_is_read(longshort, fake, arguments, said):
    outcome = longshort(*arguments.split())
    assert outcome.code == 2
    assert said in outcome.err
    assert "read" not in [call[0] for call in fake.calls]


@pytest.mark.parametrize("arguments", ["backtest a.csv", "demo", "report run"])
def test_json_holds_what_is_promised_and_nothing_else(longshort, fake, arguments):
    outcome = longshort(*arguments.split(), "--json")
    assert outcome.code == 0
    assert list(json.loads(outcome.out)) == list(CONTRACT)
    assert "NaN" not in outcome.out


def test_what_a_library_prints_does_not_reach_stdout(longshort, fake, monkeypatch):
    monkeypatch.setitem(vars(ls), "read", lambda *_, **__: print("hello from a library") or fake)
    outcome = longshort("backtest", "a.csv", "--json")
    json.loads(outcome.out)
    assert "hello from a library" in outcome.err


def test_backtest_prints_verdict_table_findings_and_assumptions(longshort, fake):
    outcome = longshort("backtest", "a.csv", "--out", "run")
    verdict, answers, scores, *rest = outcome.out.split("\n\n")
    assert verdict == fake.verdict
    assert answers == "  Is it better? Not shown. Error 0.4 % above. So it is."
    assert [line.split() for line in scores.splitlines()] == [["rmse"], ["lstm", "12.66"], ["naive", "12.612"]]
    finding, notes, where = rest
    assert finding == "  warning: A single fold. [few_folds]"
    assert notes == "  Calendar XNYS, recognised.\n  Trained on cpu."
    assert where == "Wrote run\n"


def test_forecast_runs_a_backtest_first_and_gives_its_verdict(longshort, fake):
    outcome = longshort("forecast", "a.csv", "--json")
    fake.called("backtest")
    document = json.loads(outcome.out)
    assert document["verdict"] == fake.verdict
    assert document["forecasts"] == fake.summary()["forecasts"]


@pytest.mark.parametrize("typed", [[], ["--if-no-skill", "baseline"]])
@pytest.mark.parametrize("with_model", [False, True])
def test_without_skill_the_forecast_is_the_baselines_and_says_so(longshort, fake, tmp_path, with_model, typed):
    fake.given = "mean"
    (tmp_path / "run.json").write_text("{}")
    model = ["--model", tmp_path] if with_model else []
    outcome = longshort("forecast", "a.csv", *model, *typed)
    assert "This is the forecast of mean, not the network's" in outcome.out
    assert fake.verdict in outcome.out
    document = json.loads(longshort("forecast", "a.csv", *model, *typed, "--json").out)
    assert [row["model"] for row in document["forecasts"]] == ["mean"]


def test_the_networks_forecast_can_be_had_without_skill(longshort, fake):
    fake.given = "mean"
    outcome = longshort("forecast", "a.csv", "--if-no-skill", "model", "--json")
    assert [row["model"] for row in json.loads(outcome.out)["forecasts"]] == ["lstm"]


@pytest.mark.parametrize("claims", [Claims(), None])
def test_a_backtest_leaves_with_three_where_skill_is_required_and_not_shown(longshort, fake, claims):
    assert longshort("backtest", "a.csv", "--require-skill").code == 0
    fake.claims = claims
    assert longshort("backtest", "a.csv").code == 0
    outcome = longshort("backtest", "a.csv", "--require-skill")
    assert outcome.code == 3
    assert fake.verdict in outcome.out


@pytest.mark.parametrize("fee", ["-1", "nan", "inf", "10001", "five"])
@pytest.mark.parametrize("command", ["backtest", "audit"])
def test_a_fee_is_a_bounded_number(longshort, fake, command, fee):
    outcome = longshort(command, "a.csv", "--fee-bps", fee)
    assert outcome.code == 2
    assert "--fee-bps" in outcome.err
    assert fake.calls == []


@pytest.mark.parametrize("command", ["backtest", "audit"])
def test_an_unknown_direction_is_refused(longshort, fake, command):
    outcome = longshort(command, "a.csv", "--direction", "up")
    assert outcome.code == 2
    assert "'change', 'sign', 'none'" in outcome.err


@pytest.mark.parametrize("command", ["backtest a.csv", "forecast a.csv", "report run"])
def test_text_speaks_the_terminals_language_and_json_english_unless_another_is_typed(
    longshort, fake, monkeypatch, command
):
    english, korean = str(fake.verdict), say(fake.verdict, "ko")
    assert longshort(*command.split(), "--lang", "ko").out.startswith(korean)
    assert json.loads(longshort(*command.split(), "--json", "--lang", "ko").out)["verdict"] == korean
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert longshort(*command.split()).out.startswith(korean)
    assert longshort(*command.split(), "--lang", "en").out.startswith(english)
    assert json.loads(longshort(*command.split(), "--json").out)["verdict"] == english


def test_the_page_of_a_run_folder_speaks_the_languages_of_the_text(longshort, fake):
    longshort("backtest", "a.csv", "--out", "run")
    assert "report" not in [call[0] for call in fake.calls]  # in English the folder has it already
    longshort("backtest", "a.csv", "--out", "run", "--lang", "ko")
    (path, lang), _ = fake.called("report")
    assert (str(path), lang) == ("run/report.html", "ko")


def test_forecast_without_backtest_has_no_verdict(longshort, fake):
    outcome = longshort("forecast", "a.csv", "--no-backtest", "--device", "cpu", "--json")
    assert json.loads(outcome.out)["verdict"] is None
    assert fake.called("fit") == ((fake,), {"device": "cpu", "listen": None})


def test_forecast_with_a_model_trains_nothing(longshort, fake, tmp_path):
    outcome = longshort("forecast", "a.csv", "--model", tmp_path, "--json")
    assert json.loads(outcome.out)["verdict"] is None
    assert [call[0] for call in fake.calls] == ["read", "check", "load", "predict"]


@pytest.mark.parametrize("mark", ["summary.json", "run.json", "unfinished.json"])  # what is not whole is refused
def test_forecast_with_a_run_folder_repeats_its_verdict(longshort, fake, tmp_path, mark):
    (tmp_path / mark).write_text("{}")
    assert json.loads(longshort("forecast", "a.csv", "--model", tmp_path, "--json").out)["verdict"] == fake.verdict


@pytest.mark.parametrize("name", ["forecast.csv", "forecast.parquet"])
def test_forecast_is_written_by_its_suffix(longshort, fake, tmp_path, name):
    path = tmp_path / name
    outcome = longshort("forecast", "a.csv", "--no-backtest", "--out", path)
    written = pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)
    assert written["mean"].to_list() == [1170.5]
    assert str(written["ds"][0]).removesuffix(" 00:00:00") == "2018-01-02"
    assert "y" not in written.columns
    assert str(path) in outcome.out


def test_report_goes_into_the_run_folder_or_where_it_is_asked_for(longshort, fake):
    longshort("report", "run")
    assert [str(told) for told in fake.called("report")[0]] == ["run/report.html", "en"]
    fake.calls.clear()
    longshort("report", "run", "--out", "page.html", "--lang", "ko")
    assert [str(told) for told in fake.called("report")[0]] == ["page.html", "ko"]


def test_report_as_markdown_goes_to_stdout_or_into_a_file(longshort, fake, tmp_path):
    assert longshort("report", "run", "--markdown").out == fake.to_markdown()
    longshort("report", "run", "--markdown", "--out", tmp_path / "report.md")
    assert (tmp_path / "report.md").read_text() == fake.to_markdown()
    assert "report" not in [call[0] for call in fake.calls]


def test_demo_trains_anew_and_overwrites_its_folder(longshort, fake):
    outcome = longshort("demo")
    (recipe, panel), options = fake.called("backtest")
    assert recipe is fake
    assert panel.ids == ("S&P 500",)
    about = {"command": "longshort demo", "quick": False}
    assert options == {"device": "auto", "listen": None, "out": "demo", "overwrite": True, "about": about}
    assert fake.settings == {"horizon": 5}
    (frame,), reading = fake.called("read")
    assert (len(frame), reading) == (5031, {"target": "Close"})
    assert outcome.out.splitlines()[-1] == "Open demo/report.html in a browser."
