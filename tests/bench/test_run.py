"""The measurement as a whole, on networks so small that it takes seconds."""

import sys

import pytest

from longshort.bench.engine import Engine, WorkerError, refuse_missing
from longshort.bench.jobs import Part
from longshort.bench.run import bench, measure, resolve_threads, take_turns
from longshort.bench.shape import Shape
from longshort.bench.show import as_text
from longshort.errors import SettingsError

TINY = Shape(hidden_size=3, num_layers=2, windows=40, length=6, batch_size=16)


@pytest.fixture(scope="module")
def measured():
    """Time a tiny job once against PyTorch, in processes of their own."""
    heard = []
    part = Part("2 x LSTM(3)", "epoch", "epoch", TINY)
    return measure("canonical", "torch", [part], 1, 2, sys.executable, heard.append), heard


def test_both_sides_are_timed_and_compared(measured):
    document, _ = measured
    assert {row["name"] for row in document["engines"]} == {"longshort", "torch"}
    assert all(0 < row["low"] <= row["seconds"] <= row["high"] and row["repeats"] == 2 for row in document["engines"])
    ours, theirs = (
        [row for row in document["engines"] if (row["name"], row["precision"], row["threads"]) == (name, "fp32", 1)]
        for name in ("longshort", "torch")
    )
    assert document["ratio"]["fp32"] == theirs[0]["seconds"] / ours[0]["seconds"]


def test_engines_take_turns(measured):
    _, heard = measured
    timed = [line for line in heard if "repeat" in line]
    assert len(timed) % 2 == 0
    first, second = timed[: len(timed) // 2], timed[len(timed) // 2 :]
    assert [line.replace("repeat 1", "repeat 2") for line in first] == second


def test_the_text_names_every_engine_and_the_ratio(measured):
    document, _ = measured
    text = as_text(document)
    assert "longshort" in text
    assert f"{document['ratio']['fp32']:.2f} x faster than torch" in text


@pytest.mark.parametrize("kind", ["inference", "many", "fit"])
def test_our_side_of_each_kind_of_work_gives_times(kind):
    task = {**Part("", kind, "epoch", TINY, members=2).task(1), "epochs": 1}
    with Engine("longshort", sys.executable, task) as engine:
        assert all(second > 0 for second in engine.ask("0")["seconds"])


@pytest.mark.parametrize("kind", ["inference", "stream"])
def test_pytorchs_side_of_short_calls_gives_times(kind):
    """Whatever its bfloat16 can do on this processor: float32 works on every one."""
    with Engine("torch", sys.executable, Part("", kind, "window", TINY).task(1)) as engine:
        answers = {mode["precision"]: engine.ask(str(number)) for number, mode in enumerate(engine.modes)}
    assert all(0 < second < 1 for second in answers["fp32"]["seconds"])
    assert all(answer.keys() in ({"seconds", "peak_bytes"}, {"failed"}) for answer in answers.values())


class Failing:
    """Stand for an engine of which one variant fails at its second repeat."""

    def __init__(self, name):
        self.name, self.left_out, self.asked = name, [], 0
        self.modes = [{"name": name, "precision": kind, "threads": 1, "settings": ""} for kind in ("fp32", "bf16")]

    def ask(self, number):
        self.asked += number == "1"
        if number == "1" and self.asked == 2:
            return {"failed": "RuntimeError: could not create a primitive descriptor"}
        return {"seconds": [1.0], "peak_bytes": 7}


def test_a_variant_of_a_peer_that_fails_is_left_out_and_said():
    engine = Failing("torch")
    rows = take_turns([(Part("x", "stream", "step", TINY), engine)], 3, lambda _: None)
    assert [(row["precision"], row["repeats"]) for row in rows] == [("fp32", 3)]
    assert engine.asked == 2
    assert engine.left_out == [
        {"name": "torch bf16 with its defaults", "why": "RuntimeError: could not create a primitive descriptor"}
    ]


def test_a_variant_of_ours_that_fails_ends_the_job():
    with pytest.raises(WorkerError, match="longshort bf16 with its defaults failed: RuntimeError"):
        take_turns([(Part("x", "stream", "step", TINY), Failing("longshort"))], 3, lambda _: None)


def test_a_worker_that_fails_says_why_in_its_own_words():
    task = {"kind": "epoch", "shape": {"nonsense": 1}, "threads": 1}
    with pytest.raises(WorkerError, match=r"torch failed: TypeError.*nonsense"), Engine("torch", sys.executable, task):
        pass


def test_the_repeats_of_an_engine_are_its_own():
    class Fake:
        def __init__(self, name, seconds):
            self.name, self.seconds = name, iter(seconds)
            self.modes = [{"name": name, "precision": "fp32", "threads": 1, "settings": ""}]

        def ask(self, _):
            return {"seconds": [next(self.seconds)] * 3, "peak_bytes": 7}

    part = Part("x", "epoch", "epoch", TINY)
    rows = take_turns([(part, Fake("a", [1.0, 3.0])), (part, Fake("b", [5.0, 5.0]))], 2, lambda _: None)
    assert [(row["name"], row["seconds"], row["low"], row["peak_bytes"]) for row in rows] == [
        ("a", 2.0, 1.0, 7),
        ("b", 5.0, 5.0, 7),
    ]


def test_a_chosen_kernel_is_refused(monkeypatch):
    monkeypatch.setenv("LONGSHORT_KERNEL", "torch")
    with pytest.raises(SettingsError, match="LONGSHORT_KERNEL='torch' is set"):
        bench()


def test_a_peer_that_is_not_installed_is_named_with_the_way_out(tmp_path):
    with pytest.raises(SettingsError, match="darts is not installed") as refused:
        bench(against="darts")
    assert "--python" in refused.value.hint
    with pytest.raises(SettingsError, match="is no Python"):
        refuse_missing("torch", str(tmp_path / "absent"))


def test_more_threads_than_cores_are_refused():
    with pytest.raises(SettingsError, match="--threads 100000"):
        resolve_threads(100_000)
