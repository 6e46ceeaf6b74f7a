"""`longshort audit`: exit codes, options, what it prints and what it refuses."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import polars as pl
import pytest

import longshort as ls

PEEK = """
import csv, sys
with open(sys.argv[1]) as data, open(sys.argv[2], "w") as out:
    rows = list(csv.DictReader(data))
    out.write("cutoff,step,M\\n")
    for here, later in list(zip(rows, rows[1:]))[100:200:10]:
        out.write(f"{here['Date']},1,{1.001 * float(later['Close'])}\\n")
"""
PROGRAMS = {
    "fails": "raise SystemExit('no such model')",
    "hangs": "import time; time.sleep(60)",
    "writes nothing": "",
    "changes its input": "import sys; open(sys.argv[1], 'a').write(' '); open(sys.argv[2], 'w').write('cutoff,M\\n')",
}
SAID = {
    "fails": "the command failed with exit code 1. Its last lines: no such model",
    "hangs": "the command did not end within 1 second",
    "writes nothing": "the command wrote nothing to {out}.",
    "changes its input": "the command changed its input file {data}.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write prices, and forecasts of them of several kinds, in an own folder."""
    path = tmp_path_factory.mktemp("audit")
    days = pl.date_range(pl.date(2021, 1, 1), pl.date(2021, 12, 31), eager=True)
    random = np.random.default_rng(0)
    close = 100 * np.exp(np.cumsum(0.01 * random.standard_normal(len(days))))
    pl.DataFrame({"Date": days, "Close": close}).write_csv(path / "prices.csv")
    plain = pl.DataFrame({"date": days[100:], "forecast": close[99:-1] * 1.0003, "y": close[100:]})
    plain.write_csv(path / "y.csv")
    plain.drop("y").write_csv(path / "plain.csv")
    dated = plain.with_columns(cutoff="date")
    dated.write_csv(path / "dated.csv")
    plain.with_columns(forecast=pl.lit(None, pl.Float64)).write_csv(path / "nan.csv")
    (path / "matrix.csv").write_text("17,10,17\n883,2908,882\n49,25,36\n")
    (path / "edge.csv").write_text("300,100\n100,300\n")
    return path


@pytest.fixture
def audit(longshort, folder, monkeypatch):
    """Give a function that audits in the folder of the files."""
    monkeypatch.chdir(folder)
    return lambda *arguments: longshort("audit", *arguments)


ACTUALS = ("--actuals", "prices.csv", "--target", "Close")


def test_no_skill_is_a_judgement_and_a_fault_only_where_skill_is_required(audit):
    found = audit("plain.csv", *ACTUALS, "--step", 1)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("No skill shown")
    told_of = (
        "point forecast better",
        "naive  ",
        "Each forecast was made 1 day before its date.",
        "Not judged: there are no",
    )
    for told in told_of:
        assert told in found.out
    assert audit("plain.csv", *ACTUALS, "--step", 1, "--require-skill").code == 3
    assert audit("--confusion", "edge.csv", "--rows", "true", "--require-skill").code == 0
    assert audit("--confusion", "matrix.csv", "--rows", "predicted", "--require-skill").code == 3


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("dated_before_cutoff", ("dated.csv",)),
        ("overlap", ("plain.csv", *ACTUALS, "--step", 1, "--trained-until", "2021-06-30")),
    ],
)
def test_a_defect_leaves_with_three(audit, code, arguments):
    found = audit(*arguments)
    assert found.code == 3
    assert found.out.startswith("Do not trust these numbers: ")
    assert f"[{code}]" in found.out


def test_outcomes_of_the_next_row_are_a_defect(audit, folder):
    table = pl.read_csv(folder / "y.csv")
    table.with_columns(y=pl.col("y").shift(-1)).write_csv(folder / "shifted.csv")
    found = audit("shifted.csv", *ACTUALS, "--step", 1)
    assert found.code == 3
    assert "[misaligned]" in found.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Name one thing to audit"),
        (("plain.csv", "--confusion", "matrix.csv"), "Name one thing to audit"),
        (("plain.csv", *ACTUALS), "--step N"),
        (("plain.csv", "--step", 1), "Pass the actuals: --actuals FILE --target NAME"),
        (("nan.csv", "--step", 1), "all 264 forecasts of 'forecast' are blank"),
        (("plain.csv", *ACTUALS, "--step", 0), "--step 1 or a larger number"),
        (("plain.csv", *ACTUALS, "--step", 1, "--cutoff-lag", 2), "Pass one of --step and --cutoff-lag"),
        (("plain.csv", *ACTUALS, "--step", 1, "--forecast", "forecasts"), "Did you mean 'forecast'?"),
        (("plain.csv", *ACTUALS, "--step", 1, "--baselines", "arima"), "there is no baseline 'arima'"),
        (("plain.csv", *ACTUALS, "--step", 1, "--trials", 0), "--trials 1 or more"),
        (("plain.csv", *ACTUALS, "--step", 1, "--season", 0), "--season 1 or more"),
        (("plain.csv", *ACTUALS, "--step", 1, "--fee-bps", -1), "--fee-bps"),
        (("plain.csv", *ACTUALS, "--step", 1, "--trained-until", "May"), "Write it as 2017-12-31"),
        (("plain.csv", *ACTUALS, "--step", 1, "--rows", "true"), "--rows has no meaning here"),
        (("plain.csv", *ACTUALS, "--actuals-set", "colour=red"), "not of the form KEY=VALUE"),
        (("nosuch.csv",), "there is no file 'nosuch.csv'"),
        (("--confusion", "matrix.csv"), "--rows predicted or --rows true"),
        (("--command", "python x.py {data} {out}"), "--data prices.csv"),
        (("--command", "python x.py {out}", "--data", "prices.csv"), "the command lacks {data}"),
        (("--command", "nosuchprogram {data} {out}", "--data", "prices.csv"), "there is no program"),
        (("--pipeline", "nosuchmodule:f", "--data", "prices.csv"), "cannot be imported"),
    ],
)
def test_bad_input_is_refused_with_what_to_type_and_nothing_is_written(audit, folder, arguments, message):
    before = sorted(folder.iterdir())
    found = audit(*arguments, "--out", "page.html")
    assert (found.code, found.out) == (2, "")
    assert message in found.err
    assert sorted(folder.iterdir()) == before


def test_hints_about_the_actuals_name_the_option_that_reads_them(audit, folder):
    pl.DataFrame({"y": np.arange(300.0)}).write_csv(folder / "undated.csv")
    found = audit("plain.csv", "--actuals", "undated.csv", "--step", 1)
    assert found.code == 2
    assert "--actuals-set date=NAME" in found.err
    assert "--actuals-set no_dates=true" in found.err
    pl.DataFrame({"ds": range(100, 300), "M": np.arange(99.0, 299)}).write_csv(folder / "numbers.csv")
    assert audit("numbers.csv", "--actuals", "undated.csv", "--actuals-set", "no_dates=true", "--step", 1).code == 0


def test_a_step_that_the_table_knows_better_is_said(audit, folder):
    table = pl.read_csv(folder / "y.csv", try_parse_dates=True)
    table.with_columns(cutoff=pl.col("date").dt.offset_by("-1d")).write_csv(folder / "known.csv")
    assert (
        "The table itself tells when its forecasts were made: the step of 3 is not used."
        in audit("known.csv", "--step", 3).out
    )


def test_korean_and_the_page(audit, folder, tmp_path):
    found = audit("y.csv", "--step", 1, "--lang", "ko", "--out", tmp_path / "page.html")
    assert found.code == 0
    assert found.out.startswith("예측력이 확인되지 않")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert '<html lang="ko"' in page
    assert found.out.split("\n")[0].split(":")[0] in page


def test_a_peeking_command_is_named_and_leaves_with_three(audit, tmp_path):
    (tmp_path / "peek.py").write_text(PEEK)
    command = f"{sys.executable} {tmp_path / 'peek.py'} {{data}} {{out}}"
    found = audit("--command", command, "--data", "prices.csv", "--target", "Close", "--json")
    assert found.code == 3
    document = json.loads(found.out)
    assert document["leak"]["columns"] == ["Close"]
    assert document["scores"] == []
    assert document["verdict"].startswith("Do not trust these numbers: ")


def test_the_json_is_what_python_gives(audit, folder):
    found = audit("plain.csv", *ACTUALS, "--step", 1, "--json")
    assert found.code == 0
    python = ls.audit(folder / "plain.csv", folder / "prices.csv", target="Close", step=1)
    for key in ("verdict", "claims", "answers", "scores", "skill", "findings"):
        assert json.loads(found.out)[key] == json.loads(python.to_json())[key]
    assert json.loads(found.out)["run"]["command"].startswith("longshort audit plain.csv")


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_command_that_cannot_be_tested_is_refused(audit, folder, tmp_path, kind):
    (tmp_path / "theirs.py").write_text(PROGRAMS[kind])
    before = (folder / "prices.csv").read_bytes()
    command = f"{sys.executable} {tmp_path / 'theirs.py'} {{data}} {{out}}"
    found = audit(
        "--command", command, "--data", "prices.csv", "--target", "Close", "--timeout", 1.5 if kind == "hangs" else 60
    )
    assert (found.code, found.out) == (2, "")
    assert re.sub(r"1\.5 seconds", "1 second", found.err).find(SAID[kind]) >= 0
    assert (folder / "prices.csv").read_bytes() == before


@pytest.mark.parametrize("way", ["sys.exit(0)", "os._exit(0)", "time.sleep(60)", "print('y' * 10**7) or os.abort()"])
def test_a_pipeline_that_leaves_or_hangs_is_no_pass(audit, folder, way):
    (folder / "leaves.py").write_text(f"import os, sys, time\ndef run(frame):\n    {way}\n")
    found = audit("--pipeline", "leaves:run", "--data", "prices.csv", "--target", "Close", "--timeout", 3)
    assert (found.code, found.out) == (2, "")
    assert "the pipeline 'leaves:run' " in found.err
    assert len(found.err) < 5000
    (folder / "leaves.py").unlink()


def test_ctrl_c_ends_the_command_too(folder, tmp_path):
    (tmp_path / "theirs.py").write_text(
        f"import os, time; open({str(tmp_path / 'id')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    command = f"{sys.executable} {tmp_path / 'theirs.py'} {{data}} {{out}}"
    arguments = ["audit", "--command", command, "--data", str(folder / "prices.csv"), "--target", "Close"]
    with subprocess.Popen(
        [sys.executable, "-m", "longshort", *arguments], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        while not (tmp_path / "id").exists() or not (tmp_path / "id").read_text():
            assert running.poll() is None
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "id").read_text()), 0)
