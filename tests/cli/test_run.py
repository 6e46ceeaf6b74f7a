import json

import pytest

from longshort.cli.app import COMMANDS
from longshort.recipes import names


@pytest.fixture
def asked(monkeypatch):
    """Keep what the library was asked, and answer with a real small run."""
    from longshort.recipes import running

    calls, real = [], running.run

    def run(name, **options):
        calls.append((name, options))
        return real("perceptron", about=options["about"])

    monkeypatch.setattr(running, "run", run)
    return calls


def test_the_new_commands_are_there():
    assert {"recipes", "run", "sweep", "learn"} <= set(COMMANDS)


def test_recipes_lists_every_recipe_with_what_it_needs(longshort):
    out = longshort("recipes").out
    assert all(f"\n{name}\n" in f"\n{out}" for name in names())
    assert "needs" in out
    assert "longshort run NAME" in out
    document = json.loads(longshort("recipes", "--json").out)
    assert document["schema"] == 1
    assert [row["name"] for row in document["recipes"]] == names()


def test_every_option_reaches_the_recipe(longshort, asked):
    typed = "--data a --data b --set training.epochs=20 --set model.cell=gru --seed 3 --quick --synthetic --device cpu"
    outcome = longshort("run", "mnist-rows", *typed.split(), "--out", "x", "--overwrite")
    assert outcome.code == 0
    name, options = asked[0]
    listen = options.pop("listen")
    assert listen is None
    assert name == "mnist-rows"
    assert options == {
        "data": ("a", "b"), "changes": {"training.epochs": 20, "model.cell": "gru"}, "seed": 3, "quick": True,
        "synthetic": True, "device": "cpu", "out": "x", "overwrite": True,
        "about": {"command": f"longshort run mnist-rows {typed} --out x --overwrite"},
    }  # fmt: skip


def test_a_run_prints_verdict_scores_and_what_it_is_made_of(longshort):
    out = longshort("run", "perceptron").out
    assert out.startswith("2 of 3 observations right; too few to speak of skill.")
    assert "cross_entropy" in out
    assert "majority" in out


def test_run_json_is_a_backtests_and_what_a_recipe_adds(longshort):
    document = json.loads(longshort("run", "perceptron", "--json", "--synthetic").out)
    assert {"schema", "verdict", "scores", "skill", "findings", "run"} <= set(document)
    assert document["task"] == "classify"
    assert document["synthetic"] is True
    assert document["run"]["command"] == "longshort run perceptron --json --synthetic"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("perceptrn", "Did you mean 'perceptron'"),
        ("perceptron --set sed=1", "Did you mean 'seed'?"),
        ("perceptron --set seed", "is not of the form KEY=VALUE"),
        ("mnist-rows --data none/", "'none' does not exist"),
        ("perceptron --data none.csv", "brings its own data and reads no file"),
        ("perceptron --overwrite", "--overwrite belongs to --out"),
        ("perceptron --out x\udcff", r"no UTF-8: longshort run perceptron --out 'x\udcff'"),
        ("none.toml", "cannot be read"),
    ],
)
def test_mistakes_end_with_two_and_what_to_type(longshort, typed, words):
    outcome = longshort("run", *typed.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


def test_ctrl_c_says_how_to_go_on(longshort, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("longshort.recipes.running.run", stop)
    outcome = longshort("run", "perceptron", "--out", "x")
    assert outcome.code == 130
    assert "resumes in the unfinished folder 'x'" in outcome.err
    assert "nothing was written" in longshort("run", "perceptron").err


def test_watch_serves_a_page_while_it_runs_and_no_longer(longshort, monkeypatch):
    from http.client import HTTPConnection

    from longshort.recipes import running
    from longshort.training.records import Record

    seen, real = [], running.run

    def run(name, *, listen, about, **_):
        listen(Record("fold-1.seed-0", 1, 2, 0.5, 0.6, 1.5, {"lstm0": 0.001}))
        listen(Record("fold-1.seed-0", 2, 2, 0.25, None, 1.0))
        seen.append(listen)
        return real("perceptron", about=about)

    monkeypatch.setattr(running, "run", run)
    outcome = longshort("run", "perceptron", "--watch")
    assert "Watch it at http://127.0.0.1:" in outcome.err
    port = int(outcome.err.split("127.0.0.1:")[1].split("/")[0])
    with pytest.raises(OSError, match="refused"):
        HTTPConnection("127.0.0.1", port, timeout=2).request("GET", "/")
    assert seen
