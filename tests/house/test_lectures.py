"""What the two documents on the lectures say: the table of all systems, and the notebook as it is committed."""

import json
import re
import shlex

import click
import pytest

from longshort.cli.app import COMMANDS, app
from longshort.recipes import every

OF_A_MACHINE = re.compile(
    r"/(work|home|root|tmp|Users)/|\b\d+(\.\d+)? ?(s|ms|µs|seconds|minutes)\b|0x[0-9a-f]{6}|CPU times"
)


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "lectures.md").read_text()


@pytest.fixture(scope="module")
def systems(page):
    """Give the table of all systems, a row a dictionary."""
    lines = page.split("\n## All systems\n")[1].split("\n## ")[0].splitlines()
    head, _, *rows = [split(line) for line in lines if line.startswith("|")]
    return [dict(zip(head, row, strict=True)) for row in rows]


def split(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_the_table_has_every_recipe_exactly_once(systems):
    told = sorted((row["system"], row["lecture"]) for row in systems)
    assert told == sorted((f"`{recipe.name}`", recipe.lecture) for recipe in every())


def test_each_row_says_the_number_of_ours_and_what_it_stands_beside(systems):
    assert [row["system"] for row in systems if not row["ours"] or not row["baseline"]] == []


def test_each_rows_command_runs_that_recipe(systems):
    for row in systems:
        command = row["command"].strip("`")
        assert command.split()[:3] == ["longshort", "run", row["system"].strip("`")], command
        understood(command)


def test_the_commands_in_the_text_are_understood_by_the_program(page, texts):
    said = re.findall(r"`(longshort [a-z]+[^`\n]*)`", "\n".join([page, *texts]))
    assert len(said) > 10
    for command in said:
        understood(command)


def understood(command):
    _, name, *arguments = shlex.split(command.replace("\\|", "|"))
    assert name in COMMANDS
    above = click.Context(app, **app.context_settings)  # a command keeps what it is told of its help option
    app.get_command(above, name).make_context(name, arguments, parent=above)


def test_links_lead_somewhere(root, page, texts):
    for folder, text in [("docs", page), ("examples", "\n".join(texts))]:
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (root / folder / link).exists(), link


@pytest.fixture(scope="module")
def book(root):
    return json.loads((root / "examples" / "lectures.ipynb").read_text())


@pytest.fixture(scope="module")
def texts(book):
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "markdown"]


@pytest.fixture(scope="module")
def ran(book):
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_is_one_by_its_own_definition(book):
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbformat.validate(book)


def test_the_notebook_was_run_once_from_top_to_bottom(ran):
    assert [cell["execution_count"] for cell in ran] == list(range(1, len(ran) + 1))


def test_its_first_cell_installs_the_checkout_where_it_is_missing(ran):
    condition, install = "".join(ran[0]["source"]).splitlines()[-2:]
    assert condition.startswith('if importlib.util.find_spec("longshort") is None:')
    assert install == "    %pip install --quiet .."
    assert ran[0]["outputs"] == []


def test_no_cell_failed_or_complained(ran):
    assert [cell["id"] for cell in ran for each in cell["outputs"] if each["output_type"] == "error"] == []
    assert [cell["id"] for cell in ran for each in cell["outputs"] if each.get("name") == "stderr"] == []


def test_outputs_are_small_and_say_nothing_of_a_machine_or_of_time(book, ran):
    assert {name for cell in book["cells"] for name in cell["metadata"]} == set()
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    for cell in ran:
        said = json.dumps(cell["outputs"], ensure_ascii=False)
        assert len(said) < 20_000, cell["id"]
        assert OF_A_MACHINE.findall(said) == [], cell["id"]


def test_each_part_says_what_a_network_stands_beside(book):
    text = "".join("".join(cell["source"]) for cell in book["cells"])
    parts = re.split(r"\n?## \d\. ", text)[1:]
    assert [part.splitlines()[0] for part in parts] == [
        "The perceptron", "Dense and convolutional networks", "Recurrent networks", "LSTM and GRU",
        "Forecasting prices",
    ]  # fmt: skip
    assert [part.splitlines()[0] for part in parts if not re.search("commonest|scores|chance|baseline", part)] == []
