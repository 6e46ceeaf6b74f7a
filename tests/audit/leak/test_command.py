import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import pytest

from longshort.audit.leak import audit_command
from longshort.errors import DataError, LongshortError, SettingsError

HEAD = "Date;Price;Note\r\n"
HONEST = """
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline=""), delimiter=";"))
y = [float(row["Price"].replace(",", ".").strip("$")) for row in rows]
with open(sys.argv[2], "w") as out:
    print("cutoff,step,mean", file=out)
    for t in range(20, len(y)):
        print(f"{rows[t]['Date']},1,{y[t] + AHEAD}", file=out)
"""
PEEKING = HONEST.replace("AHEAD", "0.5 * (y[min(t + 2, len(y) - 1)] - y[t])")
HONEST = HONEST.replace("AHEAD", "y[t] - y[t - 1]")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a working folder with a file of prices as a bank writes them, the newest row first."""
    rows = [f"2024-{1 + i // 28:02d}-{1 + i % 28:02d};$ {100 + (i * 37 % 11) / 4:.2f};ok {i}\r\n" for i in range(60)]
    text = HEAD + "".join(reversed(rows)).replace(".", ",")
    (tmp_path / "prices.csv").write_bytes(text.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(folder: Path, script: str) -> str:
    """Write a script and give the command that runs it."""
    lines = "rows.reverse()\ny = [float("
    (folder / "theirs.py").write_text(script.replace("y = [float(", lines))
    return f"'{sys.executable}' theirs.py {{data}} {{out}}"


def test_a_command_that_peeks_is_found_and_an_honest_one_is_not(folder: Path) -> None:
    before = (folder / "prices.csv").read_bytes()
    honest = audit_command(command(folder, HONEST), "prices.csv", target="Price", cutoffs=1)
    peeking = audit_command(command(folder, PEEKING), "prices.csv", target="Price", cutoffs=1)
    assert honest.findings == ()
    assert (peeking.columns, peeking.distance, peeking.reach, peeking.kind) == (("Price",), 2, 2, "ahead")
    assert (folder / "prices.csv").read_bytes() == before


def test_rows_up_to_the_cutoff_are_the_same_bytes_in_every_run(folder: Path) -> None:
    keep = f"import json\nseen = open(sys.argv[1], newline='').read()\nopen(r'{folder}/seen.jsonl', 'a')"
    leak = audit_command(
        command(folder, HONEST + keep + ".write(json.dumps(seen) + chr(10))\n"), "prices.csv", target="Price", cutoffs=2
    )
    seen = [json.loads(line) for line in (folder / "seen.jsonl").read_text().splitlines()]
    original = (folder / "prices.csv").read_bytes().decode()
    assert len(seen) == leak.count == 2 + 8
    assert seen[0] == seen[1] == original
    for trial, text in zip(leak.runs, seen[2:], strict=True):
        cut = original.index(trial.cutoff)
        assert text.startswith(HEAD)
        assert text.endswith(original[cut:])
        later = text[len(HEAD) : len(text) - len(original[cut:])]
        assert later != original[len(HEAD) : cut]
        assert (later == "") == (trial.change == "removed")
        if trial.change == "scaled":
            assert all("; $" not in line and ";$ 2" in line for line in later.splitlines())


@pytest.mark.parametrize(
    ("wanted", "kind", "message", "hint"),
    [
        ("python theirs.py {out}", SettingsError, "lacks {data}", "{data} {out}"),
        ("python theirs.py {data}", SettingsError, "lacks {out}", "{data} {out}"),
        ("python 'theirs.py {data} {out}", SettingsError, "cut into words", "--command"),
        ("no-such-program {data} {out}", SettingsError, "no program 'no-such-program'", "path"),
        (f"'{sys.executable}' x.py prices.csv {{data}} {{out}}", SettingsError, "names 'prices.csv' itself", "{data}"),
    ],
)
def test_a_command_that_cannot_be_run_is_refused(
    folder: Path, wanted: str, kind: type[LongshortError], message: str, hint: str
) -> None:
    with pytest.raises(kind) as caught:
        audit_command(wanted, "prices.csv")
    assert message in caught.value.message
    assert hint in caught.value.hint


GROWS = "\nopen(__file__, 'a').write('#')\n"  # each run finds a longer script


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import sys; print('one'); sys.exit('no such model: gru9')", "no such model: gru9"),
        ("pass", "wrote nothing to {out}"),
        ("import sys; open(sys.argv[2], 'w').write('PK\\x03\\x04')", "cannot be read"),
        (HONEST + "open(sys.argv[1], 'a').write('x')", "changed its input file"),
        (HONEST.replace("range(20", "range(20 + __import__('os').path.getsize(__file__) % 7") + GROWS, "other cutoffs"),
        (HONEST.replace("cutoff,step,mean", "when,which,mean"), "no cutoff"),
    ],
)
def test_a_command_that_fails_is_refused_with_what_it_said(folder: Path, script: str, message: str) -> None:
    with pytest.raises(LongshortError) as caught:
        audit_command(command(folder, script), "prices.csv", target="Price")
    assert message in caught.value.message


def ends(pid: int) -> bool:
    """Say whether a process is gone, or only waits to be buried, within five seconds."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_a_command_that_hangs_is_ended_with_all_that_it_started(folder: Path) -> None:
    script = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open(r'{folder}/pid', 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    with pytest.raises(DataError, match=r"did not end within 0\.7 seconds"):
        audit_command(command(folder, script), "prices.csv", target="Price", timeout=0.7)
    assert ends(int((folder / "pid").read_text()))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_an_interrupted_test_ends_the_command(folder: Path) -> None:
    waiting = f"import os, time; open(r'{folder}/pid', 'w').write(str(os.getpid())); time.sleep(60)"

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.7)
    try:
        with pytest.raises(KeyboardInterrupt):
            audit_command(command(folder, waiting), "prices.csv", target="Price")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert ends(int((folder / "pid").read_text()))


def test_no_run_leaves_a_folder_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    audit_command(command(folder, HONEST), "prices.csv", target="Price", cutoffs=1, changes=["noise"])
    assert list(place.iterdir()) == []


def test_without_a_cutoff_column_the_lag_tells_it(folder: Path) -> None:
    dated = (
        HONEST.replace("cutoff,step,mean", "date,forecast")
        .replace("range(20", "range(20")
        .replace("{rows[t]['Date']},1,{y[t] + y[t] - y[t - 1]}", "{rows[t]['Date']},{y[t]}")
    )
    with pytest.raises(SettingsError, match="--cutoff-lag 1"):
        audit_command(command(folder, dated), "prices.csv", target="Price", cutoffs=1)
    leak = audit_command(command(folder, dated), "prices.csv", target="Price", cutoffs=1, cutoff_lag=1)
    assert (leak.columns, leak.distance) == (("Price",), 1)


def test_the_audit_of_a_command_loads_neither_torch_nor_pandas() -> None:
    heavy = ("torch", "pandas", "scipy.stats")
    code = f"import sys, longshort.audit.leak; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert said.stdout.strip() == "[]"
