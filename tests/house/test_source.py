"""What holds for every file of the source, whoever wrote it."""

import ast
from itertools import accumulate
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "longshort"
FILES = sorted(SOURCE.rglob("*.py"))
EXECUTES = {"eval", "exec", "compile", "__import__"}
UNSAFE = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve", "marshal"}
NETWORK = {"socket", "urllib.request", "http", "requests", "httpx", "aiohttp", "ftplib"}
LISTENS = {"cli/watch.py": {"http", "http.server"}}  # on loopback, while it is asked to: never calls out


def named(path):
    return str(path.relative_to(SOURCE))


def imports(tree):
    """Name every module that is imported, and every package above it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield from accumulate(name.split("."), "{}.{}".format)


def test_there_is_a_source_to_look_at():
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_file_needs_a_table_of_contents(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=named)
def test_nothing_that_is_loaded_can_execute_and_nothing_calls_out(path):
    tree = ast.parse(path.read_text())
    found = set(imports(tree))
    allowed = LISTENS.get(path.relative_to(SOURCE).as_posix(), set())
    assert not found & (UNSAFE | NETWORK - allowed)
    assert {name for name in found if name.startswith("http") and name.islower()} == allowed
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id in EXECUTES]
    torch_loads = [c for c in calls if isinstance(c.func, ast.Attribute) and ast.unparse(c.func) == "torch.load"]
    assert not torch_loads


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_public_function_class_and_module_says_what_it_does(path):
    tree = ast.parse(path.read_text())
    missing = [] if ast.get_docstring(tree) else ["the module"]
    kinds = (ast.FunctionDef, ast.ClassDef)
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_") and not ast.get_docstring(node):
            missing.append(node.name)
    assert not missing


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_place_of_one_machine_is_written_down(path):
    text = path.read_text()
    assert "/work" not in text
    assert "/home/" not in text
