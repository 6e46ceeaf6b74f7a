"""What the documents say is what the program does."""

import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace

import click
import jsonschema
import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.cli.app import COMMANDS, app
from longshort.cli.show import contract
from longshort.results.plain import to_json


def test_the_reference_of_the_command_line_is_what_the_program_says(root):
    asked = [sys.executable, "-m", "longshort.cli.reference"]  # apart: commands remember how tests called them
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert (root / "docs" / "cli.md").read_text() == said, "type 'make docs'"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(root, name):
    section = (root / "docs" / "cli.md").read_text().split(f"\n## {name}\n")[1].split("\n## ")[0]
    command = app.get_command(None, name)
    spellings = [spelling for option in command.params for spelling in option.opts if spelling.startswith("--")]
    assert "--json" in spellings
    assert [spelling for spelling in spellings if f"`{spelling}" not in section] == []


def test_what_is_made_from_the_structs_is_as_the_program_makes_it(root):
    asked = [sys.executable, "-m", "longshort.cli.schema"]
    for name, more in (("summary.schema.json", []), ("json.md", [str(root / "docs" / "json.md")])):
        said = subprocess.run([*asked, *more], capture_output=True, text=True, check=True).stdout
        assert (root / "docs" / name).read_text() == said, "type 'make docs'"


def test_every_option_explains_itself():
    for name in COMMANDS:
        for option in app.get_command(None, name).params:
            assert option.param_type_name == "argument" or len(option.help) > 10, (name, option.name)


def documented(root, heading):
    """Read the keys that one section of docs/json.md lists."""
    section = (root / "docs" / "json.md").read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def leaves(value, path=""):
    """Name every key of a document down to its numbers and texts; what is empty or null ends there with a '?'."""
    if value is None or value in ({}, []):
        yield f"{path}?"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, f"{path}[]")
    else:
        yield path


def agree(found, keys):
    """Assert that a document's keys and the documented ones are the same, '*' standing for what depends on the data."""
    patterns = {key: re.compile(re.escape(key).replace(r"\*", ".*") + r"\Z") for key in keys}
    empty = {name.removesuffix("?") for name in found if name.endswith("?")}
    names = {name.removesuffix("?") for name in found}
    unknown = [
        name
        for name in names
        if not any(p.match(name) for p in patterns.values())
        and not (name in empty and any(key.startswith((f"{name}.", f"{name}[", f"{name}*")) for key in keys))
    ]
    unseen = [
        key
        for key, pattern in patterns.items()
        if not any(pattern.match(name) for name in names)
        and not any(key.startswith((f"{start}.", f"{start}[", f"{start}*")) for start in empty)
    ]
    assert unknown == [], "not in docs/json.md"
    assert unseen == [], "in docs/json.md, but not in the document"


@pytest.fixture(scope="module")
def panel():
    days = np.busday_offset("2020-01-01", np.arange(200), roll="forward").astype("datetime64[us]")
    random = np.random.default_rng(0)
    close = 100 * np.exp(np.cumsum(0.01 * random.standard_normal(200)))
    return ls.read(pl.DataFrame({"Date": days, "Close": close, "Volume": random.lognormal(10, 0.3, 200)}))


@pytest.fixture(scope="module")
def run(panel):
    tiny = {
        "window.context_length": 12, "window.burn_in": 4, "model.hidden_size": 4, "training.members": 2,
        "training.epochs": 2, "training.steps_per_epoch": 2,
    }  # fmt: skip
    recipe = ls.Recipe(horizon=2).replace(tiny)
    typed = {"command": "longshort backtest prices.csv", "quick": False}
    return ls.backtest(recipe, panel, folds=2, baselines=["naive", "volatility_cone"], device="cpu", about=typed)


def test_backtest_json_is_documented(root, run):
    agree(set(leaves(json.loads(to_json(contract(run.summary()))))), documented(root, "backtest --json"))


def test_summary_json_is_documented(root, run):
    summary = json.loads(to_json(run.summary()))
    rest = {key: value for key, value in summary.items() if key not in contract(summary)}
    agree(set(leaves(rest)), documented(root, "summary.json"))


@pytest.fixture(scope="module")
def schema(root):
    """Give docs/summary.schema.json, which here also refuses keys that it does not know."""
    loaded = json.loads((root / "docs" / "summary.schema.json").read_text())
    for kind in loaded["$defs"].values():
        kind["additionalProperties"] = False
    return loaded


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_summary_of_a_run_is_as_its_schema_says(schema, run, lang):
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(to_json(run.summary(lang))), schema)


def test_the_summary_of_a_recipe_is_as_the_schema_says(schema, recipes_run):
    jsonschema.validate(json.loads(to_json(recipes_run.summary())), schema)


def test_a_summary_with_another_key_or_type_is_not(schema, run):
    summary = json.loads(to_json(run.summary()))
    for wrong in ({"another": 1}, {"verdict": 1}, {"scores": [{}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(summary | wrong, schema)


@pytest.fixture(scope="module")
def recipes_run():
    """Give what a recipe of labels finds, with a sample of every kind."""
    from longshort.evaluation.bare import bare_run, curve_table
    from longshort.evaluation.labels import classified
    from longshort.results import samples
    from longshort.training.records import Record

    judged = classified(["a", "b"], ["a", "a"], model="lstm", trained_on=["a"], parameters=9)
    shown = (
        samples.image([[0.0, 1.0]], "a", "b", 0.5), samples.text("x", "a", "b"), samples.generated("x", temperature=1),
        samples.pair("x", "y", "z"), samples.listing("shapes", ["(1, 2)"]),
    )  # fmt: skip
    layers = ({"layer": "dense", "output_shape": [None, 2], "parameters": 9},)
    more = {"samples": shown, "layers": layers, "training_shape": (1, 4)}
    curves = curve_table([[Record("seed-0", 1, 1, 0.5, None, 1.0)]])
    return bare_run("lstm", **judged, **more, curves=curves)


@pytest.fixture(scope="module")
def recipes_account():
    """Give what the framework writes down of any run."""
    from longshort.recipes.running import run

    return run("perceptron", about={"command": "longshort run perceptron"}).info


def test_run_json_is_documented(root, recipes_run, recipes_account):
    found = replace(recipes_run, info=recipes_account | {"recipe": {"recipe": "perceptron", "seed": 0}})
    document = json.loads(to_json(contract(found.summary())))
    agree(set(leaves({"run": document["run"]})), documented(root, "run --json"))


def test_a_recipes_samples_are_documented(root, recipes_run):
    summary = json.loads(to_json(recipes_run.summary()))
    keys = {key for key in documented(root, "summary.json") if key.startswith("samples")}
    agree(set(leaves({"samples": summary["samples"]})), keys)


def test_recipes_json_is_documented(root):
    from longshort.recipes import every

    agree(set(leaves({"schema": 1, "recipes": [r.summary() for r in every()]})), documented(root, "recipes --json"))


def test_forecast_json_is_documented(root, run):
    agree(set(leaves(run.coming[run.network].summary())), documented(root, "forecast --json"))


def test_audit_json_is_documented(root, panel, run, tmp_path):
    def peek(frame):
        return frame.select(cutoff="ds", step=1, M=pl.col("Close").shift(-1).fill_null(strategy="forward"))[50:100:10]

    last, days = panel.values[:, 0], panel.labels(panel.times)
    table = pl.DataFrame({"ds": days[101:], "cutoff": days[100:-1], "M": last[100:-1] * 1.001})
    typed = {"command": "longshort audit forecasts.csv"}
    run.save(tmp_path / "run")
    audits = [
        ls.audit(table, panel, about=typed),
        ls.audit_confusion([[17, 10, 17], [883, 2908, 882], [49, 25, 36]], rows="predicted"),
        ls.audit_leakage(peek, panel),
        ls.audit(tmp_path / "run"),
    ]
    found = {key for audit in audits for key in leaves(json.loads(audit.to_json()))}
    agree(found, documented(root, "audit --json"))


def test_power_json_is_documented(root, panel):
    agree(set(leaves(ls.power(panel, horizon=2, sessions=50).summary())), documented(root, "power --json"))


def test_check_json_is_documented(root, panel):
    agree(set(leaves(ls.check(panel).summary())), documented(root, "check --json"))


def test_doctor_json_is_documented(root):
    from longshort.cli.doctor import examine

    agree(set(leaves(examine())), documented(root, "doctor --json"))


def test_an_error_in_json_is_documented(root, capsys):
    from longshort.cli import main

    with pytest.raises(SystemExit):
        main(["check", "--json"])
    agree(set(leaves(json.loads(capsys.readouterr().err))), documented(root, "Errors"))


def test_every_error_code_is_documented(root):
    def below(kind):
        return {kind.code} | {code for child in kind.__subclasses__() for code in below(child)}

    import longshort.errors

    page = (root / "docs" / "json.md").read_text()
    codes = below(longshort.errors.LongshortError) - {"error"}
    assert [code for code in codes if f"`{code}`" not in page] == []


def test_the_readmes_make_commands_exist(root):
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        told = set(re.findall(r"\bmake ([a-z-]+)\b", "\n".join(code(root / name))))
        assert told
        assert told <= targets


def test_the_readmes_commands_are_understood_by_the_program(root):
    lines = [line for block in code(root / "README.md") for line in block.splitlines() if line.startswith("longshort ")]
    assert lines
    for line in lines:
        _, name, *arguments = shlex.split(line, comments=True)
        above = click.Context(app, **app.context_settings)  # a command keeps what it is told of its help option
        app.get_command(above, name).make_context(name, arguments, parent=above)


def test_the_readmes_links_lead_somewhere(root):
    for name in ("README.md", "CONTRIBUTING.md", "docs/json.md"):
        page = root / name
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{name} names {link}"


def code(path):
    """Give the blocks of code and the pieces of code within sentences."""
    text = path.read_text()
    return re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
