"""Run the program inside the test's own process, with the library behind it replaced or not."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
import pytest

import longshort as ls
from longshort.claims import Claims, PointSkill
from longshort.cli import main
from longshort.finding import Finding
from longshort.language import Message, message, say


@dataclass
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever the language of the terminal in which the tests are started."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def longshort(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Give a function that runs the program with some arguments."""

    def run(*arguments: str) -> Outcome:
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


VERDICT = message("verdict.not_yet")
ANSWER = {
    "code": "point", "answer": "not_shown", "question": "Is it better?", "word": "Not shown.",
    "details": ["Error 0.4 % above.", "So it is."], "tone": "plain",
}  # fmt: skip
SUMMARY: dict[str, Any] = {
    "schema": 2,
    "lang": "en",
    "verdict": str(VERDICT),
    "claims": {},
    "answers": [ANSWER],
    "given": "lstm",
    "scores": [
        {"model": "lstm", "unique_id": None, "step": None, "metric": "rmse", "value": 12.66, "n": 251},
        {"model": "naive", "unique_id": None, "step": None, "metric": "rmse", "value": 12.612, "n": 251},
        {"model": "naive", "unique_id": None, "step": None, "metric": "crps", "value": None, "n": 251},
        {"model": "lstm", "unique_id": None, "step": 1, "metric": "mae", "value": 99.0, "n": 251},
    ],
    "skill": [],
    "seeds": [],
    "findings": [{"code": "few_folds", "severity": "warning", "text": "A single fold.", "value": 1.0}],
    "folds": [],
    "run": {"data": {"notes": ["Calendar XNYS, recognised."]}, "notes": ["Trained on cpu."]},
    "network": "lstm",
    "task": "forecast",
    "synthetic": False,
    "layers": [],
    "parameters": None,
    "training_shape": [],
    "samples": [],
}


FORECAST = {
    "model": "lstm",
    "unique_id": "AMZN",
    "ds": "2018-01-02",
    "cutoff": "2017-12-29",
    "step": 1,
    "mean": 1170.5,
    "quantiles": {"0.1": 1150.0, "0.9": 1190.0},
    "p_up": 0.53,
}


@dataclass
class Fake:
    """Stand for a panel, a recipe, a run, a forecaster and a forecast at once, and write down every call."""

    calls: list[tuple[str, Any, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ("Calendar XNYS, recognised.",)
    verdict: Message = VERDICT
    network: str = "lstm"
    ids: tuple[str, ...] = ("y",)
    model: str = "lstm"
    given: str = "lstm"
    claims: Claims | None = field(default_factory=lambda: Claims(point=PointSkill(answer="yes")))
    cutoffs: tuple[int, ...] = (0,)
    horizon: int = 1
    findings: tuple[Finding, ...] = ()
    columns: tuple[Any, ...] = ()

    class training:  # noqa: N801 - the recipe's part of this name
        members = 5

    @property
    def coming(self) -> dict[str, "Fake"]:
        return {"lstm": self, "mean": replace(self, model="mean")}

    def note(self, name: str, *arguments: Any, **options: Any) -> "Fake":
        self.calls.append((name, arguments, options))
        return self

    def called(self, name: str) -> tuple[Any, Any]:
        """Give the arguments and options of the only call of that name."""
        (found,) = [call for call in self.calls if call[0] == name]
        return found[1], found[2]

    def replace(self, changes: dict[str, Any]) -> "Fake":
        self.settings |= changes
        return self

    def refuse_size(self) -> None:
        """Fit into any memory."""

    def quick(self) -> "Fake":
        return self.note("quick")

    def fit(self, *arguments: Any, **options: Any) -> "Fake":
        return self.note("fit", *arguments, **options)

    def predict(self, *arguments: Any) -> "Fake":
        return self.note("predict", *arguments)

    def report(self, path: Any, lang: str = "en") -> None:
        self.note("report", path, lang)

    def to_text(self, **_: Any) -> str:
        return "1 series, calendar XNYS"

    def to_markdown(self, lang: str = "en") -> str:
        return f"# {say(self.verdict, lang)}\n"

    def summary(self, lang: str = "en") -> dict[str, Any]:
        said = {"lang": lang, "verdict": say(self.verdict, lang)}
        return SUMMARY | said | {"forecasts": [FORECAST | {"model": self.model}]}

    def to_frame(self) -> pl.DataFrame:
        return pl.read_csv(
            io.StringIO(
                "unique_id,ds,cutoff,fold,step,model,y,mean,p_up,q_0.1,q_0.9\n"
                "AMZN,2018-01-02,2017-12-29,0,1,lstm,,1170.5,0.53,1150,1190\n"
            ),
            schema_overrides={"ds": pl.Datetime("us"), "cutoff": pl.Datetime("us")},
        )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Put a fake behind every public name that the commands call."""
    double = Fake()

    class Recipe:
        def __new__(cls) -> Fake:  # type: ignore[misc]
            return double.note("Recipe")

        @staticmethod
        def from_file(path: str) -> Fake:
            return double.note("from_file", path)

    monkeypatch.setitem(vars(ls), "Recipe", Recipe)
    for name in ("read", "check", "backtest", "load", "load_run"):
        monkeypatch.setitem(
            vars(ls), name, lambda *arguments, name=name, **options: double.note(name, *arguments, **options)
        )
    return double
