"""A judgement on anybody's forecasts, and how it shows itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
from msgspec import to_builtins

from longshort.audit.verdict import verdict_of
from longshort.claims import Claims, Telling, reason
from longshort.finding import Finding
from longshort.language import Message, say
from longshort.results.plain import plain, to_json
from longshort.results.run import Run
from longshort.results.summary.build import answer_rows, finding_rows, said_in, summarise
from longshort.results.summary.structs import Summary

CONTRACT = ("schema", "verdict", "claims", "answers", "scores", "skill", "findings", "run")
ENOUGH = 20  # cutoffs, from which on a pipeline's forecasts are scored
ROWS = 20_000  # of a table that a summary holds; what is beyond is left to the tables themselves
PARTS = ("point", "distribution", "direction", "coverage", "copy", "money")  # that an audit names where not judged


@dataclass(frozen=True, eq=False)
class Audit:
    """Hold what was found out about forecasts that somebody else made.

    `claims` are those about the judged model, `telling` how to speak of them. `run` holds forecasts, baselines and
    tables as a backtest does (its `network` is the judged model), None where no forecasts were judged; `leak` what the
    leak test found and `confusion` what a confusion matrix says, None where there was none; `info` what was read,
    assumed and done.
    """

    claims: Claims
    telling: Telling
    findings: tuple[Finding, ...]
    info: Mapping[str, Any] = field(repr=False)
    run: Run | None = None
    models: tuple[str, ...] = ()
    leak: Mapping[str, Any] | None = None
    confusion: Mapping[str, Any] | None = None
    title: str = ""

    def __repr__(self) -> str:
        """Say the verdict."""
        return f"Audit({self.verdict!r})"

    @property
    def verdict(self) -> Message:
        """Give the verdict in a few sentences."""
        scored = self.run is not None or self.leak is None
        return verdict_of(self.claims, self.telling, self.findings, self.leak, self.confusion, scored)

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
        """Say whether skill is claimed that is large enough to act on."""
        return self.claims.useful

    def not_judged(self, lang: str = "en") -> list[dict[str, str]]:
        """Say which parts were not judged (`part`), and `why`."""
        return [
            {"part": name, "why": say(reason(claim.reason), lang)}
            for name, claim in self.claims.each()
            if name in PARTS and claim.answer == "not_judged" and claim.reason
        ]

    def summary(self, lang: str = "en") -> dict[str, Any]:
        """Give everything as one plain dictionary: what the page shows, its sentences in one language."""
        parts = {
            "kind": "audit",
            "lang": lang,
            "verdict": say(self.verdict, lang),
            "claims": to_builtins(self.claims),
            "answers": answer_rows(self.claims, self.telling, lang),
            "findings": finding_rows(self.findings, lang),
            "run": said_in(self.info, lang),
            "models": list(self.models),
            "leak": said_in(self.leak, lang),
            "confusion": self.confusion,
            "not_judged": self.not_judged(lang),
        }
        parts = {name: plain(value) for name, value in parts.items()}
        if self.title:
            parts["title"] = say(self.title, lang)
        if self.run is None:
            return {**to_builtins(Summary()), **parts}
        whole: dict[str, Any] = to_builtins(summarise(_cut(self.run), lang))
        return whole | parts

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Give the document that `--json` prints: a backtest's shape, and what only an audit has, where it applies."""
        return document_of(self.summary(lang))

    def to_json(self, lang: str = "en") -> str:
        """Give that document as text."""
        return to_json(self.to_dict(lang), indent=1).decode()

    def report(self, path: str | Path, lang: str = "en") -> None:
        """Write the page, one HTML file that opens anywhere; OutputError where it cannot be written.

        `lang` is "en" or "ko".
        """
        from longshort.report import render
        from longshort.results.files import atomic_write

        atomic_write(Path(path), render(self.summary(lang), lang).encode())


def document_of(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Take from an audit's summary what `--json` prints."""
    document = {name: summary[name] for name in CONTRACT}
    found = {"leak": summary["leak"], "confusion": summary["confusion"], "power": summary.get("power")}
    return document | {name: value for name, value in found.items() if value}


def _cut(run: Run) -> Run:
    """Leave the rows of single series out of tables that would be longer than anybody reads."""
    return replace(run, scores=_overall(run.scores), skill=_overall(run.skill))


def _overall(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("unique_id").is_null()) if len(table) > ROWS else table
