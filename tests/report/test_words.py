"""The page's words are those of the catalogue, each is used, and nothing on the page is decided here."""

import ast
import re
from importlib.resources import files
from pathlib import Path

import longshort
from longshort.language import entries
from longshort.report.render import SPOKEN
from longshort.report.words import Words

ROOM = Path(str(files("longshort.report")))
SOURCES = [path.read_text("utf-8") for path in sorted(ROOM.rglob("*")) if path.suffix in (".py", ".html", ".js")]
CODE = [path.read_text("utf-8") for path in Path(longshort.__file__).parent.rglob("*.py")]
GROUPS = (
    "metrics",
    "about",
    "judged_about",
    "models",
    "severities",
    "explain",
    "changes",
    "kinds",
    "questions",
    "parts",
)
OWN = [key.removeprefix("pages.") for key in entries() if key.startswith("pages.")]
THRESHOLDS = {0.05, 0.025, 0.04, 0.01, 0.08, 0.1, 0.95, 0.975}
JUDGED = re.compile(r"p_value|\bp\b|claim|skill|coverage|empirical")


def test_every_word_is_used() -> None:
    """A word that nobody shows is a sentence that drifts."""
    code = "\n".join([*SOURCES, *CODE])
    built = {f"{start}_{end}" for start in ("nav", "cumulative") for end in ("point", "distribution", "rmse", "crps")}
    built |= {f"col_{name}" for name in ("change", "column", "compared", "moved", "largest")}
    built |= {"col_class", "col_examples", "col_predicted", "col_recall", "col_interval", "col_precision"}
    single = [key for key in OWN if "." not in key and key not in built]
    assert [key for key in single if not re.search(rf"\b{key}\b", code)] == []
    grouped = {key.partition(".")[0] for key in OWN if "." in key}
    assert grouped == {*GROUPS, "months", "date", "tick"}


def test_every_word_that_the_templates_say_is_there() -> None:
    said = {key for text in SOURCES for key in re.findall(r'\b(?:w|words)\("([\w.]+)"', text)}
    assert said - set(OWN) == set()


def test_scripts_get_the_words_that_they_speak() -> None:
    script = "\n".join(text for text in SOURCES if "WORDS." in text)
    spoken = set(re.findall(r"\bWORDS\.(\w+)", script)) | set(re.findall(r'"((?:date|tick)\.\w+)"', script))
    assert spoken <= {*SPOKEN.split(), "months", "lang", "unit"}
    assert set(SPOKEN.split()) <= spoken


def test_every_finding_is_explained() -> None:
    found = {code for text in CODE for code in re.findall(r"""\b(?:Finding|Found)\(\s*"(\w+)",""", text)}
    explained = {key.removeprefix("explain.") for key in OWN if key.startswith("explain.")}
    assert found - {"duplicates_of"} - explained == set()


def test_a_language_has_its_own_words() -> None:
    assert Words("ko")("verdict") == "판정"
    assert Words("ko", audit=True).common["network"] == "점검 대상 모델"
    assert "1 month ahead" in Words("en", "month")("copy_heading")


def compared(tree: ast.AST) -> list[ast.Compare]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]


def ordered(node: ast.Compare) -> bool:
    return any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)


def test_the_report_compares_no_p_value_and_holds_no_threshold() -> None:
    """What is shown was decided in `evaluation/claims`: the page only words it."""
    wrong = []
    for path in sorted(ROOM.rglob("*.py")):
        for node in compared(ast.parse(path.read_text("utf-8"))):
            numbers = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, float)}
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            names |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
            text = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
            if ordered(node) and (numbers & THRESHOLDS or any(JUDGED.search(name) for name in names | text)):
                wrong.append(f"{path.name}:{node.lineno}: {ast.unparse(node)}")
    assert wrong == []


def test_the_report_knows_nothing_of_how_skill_is_judged() -> None:
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert not re.match(r"longshort\.(evaluation|claims|results|audit)", node.module), path.name
