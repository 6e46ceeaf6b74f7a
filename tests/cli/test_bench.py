"""`longshort bench`: options reach the measurement, the document is what docs/json.md says."""

import json
import re

import pytest

from longshort.bench.results import document, timing

ENGINE = {
    "what": "4 x LSTM(50)", "name": "longshort", "precision": "fp32", "threads": 2, "settings": "native, avx2",
    "per": "epoch", "peak_bytes": 10,
} | timing([0.5, 0.4, 0.6])  # fmt: skip
PART = {"what": "4 x LSTM(50)", "ratio": {"fp32": 4.3, "best": 4.1}, "floor": {"fp32": 0.2, "mixed": None}}
OWN = {"what": "8 members", "against": "one", "times": 0.8, "steps": 10, "steps_against": 30, "loss": 0.1}
MACHINE = {
    "isa": "avx2", "processor": "A processor", "cores": 2, "system": "Linux", "load_before": 1.5, "flops_per_s": 1e11,
    "transcendentals_per_s": 1e9,
}  # fmt: skip
DOCUMENT = document(
    "canonical", "torch", [PART], [ENGINE], [OWN], [{"name": "torch bf16", "why": "RuntimeError: no"}], MACHINE
)


@pytest.fixture
def heard(monkeypatch):
    """Put a document in the place of the measurement, and note what was asked for."""
    import longshort.cli.bench as room

    options = {}

    def fake(**given):
        options.update(given)
        return DOCUMENT

    monkeypatch.setattr(room, "bench", fake)
    return options


def test_every_option_reaches_the_measurement(longshort, heard):
    typed = {
        "job": "large", "against": "keras", "threads": 1, "repeats": 3, "cell": "gru", "hidden": 8, "batch": 16,
        "python": "peers/bin/python",
    }  # fmt: skip
    assert longshort("bench", *(part for k, v in typed.items() for part in (f"--{k}", v))).code == 0
    assert {name: heard[name] for name in typed} == typed


def test_the_text_shows_time_floor_ratio_and_what_was_left_out(longshort, heard):
    out = longshort("bench").out
    assert "500 ms" in out
    assert "400 ms to 600 ms" in out
    assert "2.50" in out  # times the floor
    assert "4.30 x faster than torch in float32 at the same threads; 4.10 x best against best" in out
    assert "8 members: 0.80 x one (10 steps against 30)." in out
    assert "Left out: torch bf16: RuntimeError: no" in out
    assert "This machine was busy (load 1.5" in out


def leaves(value, path=""):
    if isinstance(value, dict):
        return {leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}" if path else key)}
    return {leaf for item in value for leaf in leaves(item, f"{path}[]")} if isinstance(value, list) else {path}


def test_the_document_has_exactly_the_keys_that_are_documented(longshort, heard, pytestconfig):
    page = (pytestconfig.rootpath / "docs" / "json.md").read_text()
    section = page.split("\n## bench --json\n")[1].split("\n## ")[0]
    documented = set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))
    assert leaves(json.loads(longshort("bench", "--json").out)) == documented


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--job", "sorting"], "'sorting' is not one of"),
        (["--against", "darts"], "darts is not installed"),
        (["--against", "darts", "--job", "stream"], "not measured against darts"),
        (["--job", "stream", "--cell", "gru"], "--job stream has no --cell"),
        (["--threads", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_timed_is_one_message_and_exit_2(longshort, typed, said):
    outcome = longshort("bench", *typed)
    assert outcome.code == 2
    assert outcome.out == ""
    assert said in outcome.err


def test_a_chosen_kernel_is_refused_with_exit_2(longshort, monkeypatch):
    monkeypatch.setenv("LONGSHORT_KERNEL", "native:avx2")
    outcome = longshort("bench")
    assert outcome.code == 2
    assert "LONGSHORT_KERNEL='native:avx2' is set" in outcome.err
