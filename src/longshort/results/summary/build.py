"""From a run to its summary, its sentences in one language."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import convert, to_builtins

from longshort.claims import Claims, Telling, answers
from longshort.finding import Finding
from longshort.language import Message, say
from longshort.results.plain import plain
from longshort.results.summary.pictures import series_of, series_picture, series_rows, title, unit_of_run
from longshort.results.summary.structs import Summary
from longshort.results.summary.whole import whole

if TYPE_CHECKING:
    from longshort.results.run import Run

DRAWN = 12  # series that the page draws
ABOUT = ("task", "synthetic", "layers", "parameters", "training_shape")
TABLES = ("scores", "skill", "seeds", "coverage", "reliability", "lag", "curves")


def summarise(run: "Run", lang: str = "en", **more: Any) -> Summary:
    """Give a run as a summary; `more` are the parts that an audit adds.

    The coming forecast and the picture of the test are given for the first 12 series; `series_left_out` counts the
    others. All tables are whole.
    """
    ids = series_of(run)
    known = {name: table.to_dicts() for name, table in run.details.items()}
    parts: dict[str, Any] = {
        "kind": "backtest" if run.task == "forecast" else "recipe",
        "lang": lang,
        "verdict": say(run.verdict, lang),
        "claims": None if run.claims is None else to_builtins(run.claims),
        "answers": answer_rows(run.claims, run.telling, lang),
        "findings": finding_rows(run.findings, lang),
        **{name: getattr(run, name).to_dicts() for name in TABLES},
        "folds": run.folds,
        "run": said_in(run.info, lang),
        **{name: getattr(run, name) for name in ABOUT},
        "network": run.network,
        "target": run.target,
        "title": say(run.title, lang) if run.title else title(run, lang),
        "unit": unit_of_run(run),
        "given": run.given,
        "series": [series_picture(run, unique_id) for unique_id in ids[:DRAWN]],
        "series_left_out": max(len(ids) - DRAWN, 0),
        "series_table": series_rows(run, ids),
        "whole": whole(run, ids),
        "samples": said_in(run.samples, lang),
        **{name: rows for name, rows in known.items() if name in Summary.__struct_fields__},
        "tables": {name: rows for name, rows in known.items() if name not in Summary.__struct_fields__},
    }
    return convert(plain(parts | more), Summary)


def answer_rows(claims: Claims | None, telling: Telling | None, lang: str) -> list[dict[str, Any]]:
    """Put every claim in words."""
    if claims is None or telling is None:
        return []
    given = {name: claim.answer for name, claim in claims.each()}
    return [
        {
            "code": each.code,
            "answer": given[each.code],
            "question": say(each.question, lang),
            "word": say(each.word, lang),
            "details": [say(detail, lang) for detail in each.details],
            "tone": each.tone,
        }
        for each in answers(claims, telling)
    ]


def finding_rows(findings: Iterable[Finding], lang: str) -> list[dict[str, Any]]:
    """Put every finding in words."""
    return [finding.to_dict(lang) for finding in findings]


def said_in(value: Any, lang: str) -> Any:
    """Say every message in plain data in a language."""
    if isinstance(value, Message):
        return say(value, lang)
    if isinstance(value, Mapping):
        return {name: said_in(each, lang) for name, each in value.items()}
    return [said_in(each, lang) for each in value] if isinstance(value, list | tuple) else value
