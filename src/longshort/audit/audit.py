"""A judgement on anybody's forecasts, and how it shows itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from longshort.audit.verdict import Facts, evidence, verdict
from longshort.finding import Finding
from longshort.report.words import words
from longshort.results.plain import plain, to_json
from longshort.results.run import Run
from longshort.results.summary import SCHEMA as SUMMARY_SCHEMA
from longshort.results.summary import summarise

CONTRACT = ("schema", "verdict", "scores", "skill", "findings", "run")
ENOUGH = 20  # cutoffs, from which on a pipeline's forecasts are scored
ROWS = 20_000  # of a table that a summary holds; what is beyond is left to the tables themselves


@dataclass(frozen=True, eq=False)
class Audit:
    """Hold what was found out about forecasts that somebody else made.

    `run` holds forecasts, baselines and tables as a backtest does (its `network` is the model that the verdict is
    about), None where no forecasts were judged; `leak` what the leak test found and `confusion` what a confusion
    matrix says, None where there was none; `left_out` names the parts not judged, each with the code of its reason;
    `facts` are what the verdict rests on; `info` what was read, assumed and done.
    """

    facts: Facts
    findings: tuple[Finding, ...]
    info: Mapping[str, Any] = field(repr=False)
    run: Run | None = None
    models: tuple[str, ...] = ()
    leak: Mapping[str, Any] | None = None
    confusion: Mapping[str, Any] | None = None
    left_out: tuple[tuple[str, str], ...] = ()
    title: str = ""

    def __repr__(self) -> str:
        """Say the verdict."""
        return f"Audit({self.verdict!r})"

    @property
    def verdict(self) -> str:
        """Give the verdict in one or two sentences."""
        return verdict(self.facts)

    @property
    def scores(self) -> pl.DataFrame:
        """Give every score: model, unique_id, step, metric, value, n; empty where nothing was scored."""
        return pl.DataFrame() if self.run is None else self.run.scores

    @property
    def skill(self) -> pl.DataFrame:
        """Give the skill of every model against every baseline; empty where nothing was scored."""
        return pl.DataFrame() if self.run is None else self.run.skill

    @property
    def trustworthy(self) -> bool:
        """Say whether no finding makes the numbers themselves untrustworthy."""
        return all(finding.severity != "defect" for finding in self.findings)

    @property
    def has_skill(self) -> bool:
        """Say whether skill is claimed, in the centre (beyond any simpler rule's), the spread or the direction."""
        edges = (None if self.facts.as_good else self.facts.centre, self.facts.spread)
        found = self.facts.confusion or {}
        return any(e is not None and e.claimed for e in edges) or self.facts.direction_edge or bool(found.get("edge"))

    def not_judged(self, lang: str = "en") -> list[dict[str, str]]:
        """Say which parts were not judged (`part`), and `why`."""
        reasons = words(lang)["why_not"]
        return [{"part": part, "why": reasons[code].format(n=ENOUGH)} for part, code in self.left_out]

    def summary(self, lang: str = "en") -> dict[str, Any]:
        """Give everything as one plain dictionary: what the page shows, its sentences in one language."""
        whole: dict[str, Any] = {} if self.run is None else summarise(_cut(self.run))
        said = {
            "schema": SUMMARY_SCHEMA,
            "kind": "audit",
            "verdict": verdict(self.facts, lang),
            "evidence_lines": evidence(self.facts, lang),
            "findings": [finding.to_dict() for finding in self.findings],
            "run": self.info,
            "models": list(self.models),
            "leak": self.leak,
            "confusion": self.confusion,
            "not_judged": self.not_judged(lang),
            "title": self.title or whole.get("title") or "",
        }
        empty = {"scores": [], "skill": [], "series": [], "network": "", "target": ""}
        return empty | whole | {name: plain(value) for name, value in said.items()}

    def to_dict(self) -> dict[str, Any]:
        """Give the document that `--json` prints: a backtest's shape, and what only an audit has, where it applies."""
        summary = self.summary()
        document = {name: summary[name] for name in CONTRACT}
        document["findings"] = [finding.to_dict() for finding in self.findings]
        found = {"leak": self.leak, "confusion": self.confusion, "power": summary.get("power")}
        return document | {name: plain(value) for name, value in found.items() if value}

    def to_json(self) -> str:
        """Give that document as text."""
        return to_json(self.to_dict(), indent=1).decode()

    def report(self, path: str | Path, lang: str = "en") -> None:
        """Write the page, one HTML file that opens anywhere; OutputError where it cannot be written.

        `lang` is "en" or "ko".
        """
        from longshort.report import render
        from longshort.results.files import atomic_write

        atomic_write(Path(path), render(self.summary(lang), lang).encode())


def _cut(run: Run) -> Run:
    """Leave the rows of single series out of tables that would be longer than anybody reads."""
    return replace(run, scores=_overall(run.scores), skill=_overall(run.skill))


def _overall(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("unique_id").is_null()) if len(table) > ROWS else table
