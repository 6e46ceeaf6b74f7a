"""The two contests: the judged model's point forecast and its distribution, each against every simple forecast."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from longshort.report import figures, svg
from longshort.report.csv import csv
from longshort.report.formats import percent
from longshort.report.rows import Row, distinct, skill_of, steps, where
from longshort.report.tables import by_step, ranking, skill_steps
from longshort.report.words import Words

SKILL = {"point": ("rmse", "mae", "mase"), "distribution": ("crps", "brier")}
SHOWN = {
    "point": ("rmse", "mae", "mape", "mase"),
    "distribution": ("crps", "relative_crps", "pinball", "coverage_80", "width_80", "brier"),
}


def toughest(summary: Mapping[str, Any], code: str) -> str:
    """Name the baseline that a claim rests on, or the first one that there is."""
    named = ((summary.get("claims") or {}).get(code) or {}).get("baseline")
    known = distinct(where(summary.get("skill") or [], model=summary.get("network")), "baseline")
    return str(named or next(iter(known), ""))


def contest(
    code: str, summary: Mapping[str, Any], answer: Row | None, shapes: Mapping[str, str], words: Words
) -> dict[str, Any]:
    """Arrange one contest: the table of all models, the error and the skill by step, the numbers behind them."""
    yardstick, metrics, shown = toughest(summary, code), SKILL[code], SHOWN[code]
    network, scores, skill = (summary.get("network") or ""), summary.get("scores") or [], summary.get("skill") or []
    metric = next((m for m in shown if steps(where(scores, metric=m))), shown[0])
    table = ranking(summary, yardstick, metrics, shown, words)
    rivals = skill_of(skill, yardstick, metrics)
    own = where(rivals, model=network)
    others = [row for row in rivals if row.get("model") != network]
    others = others or figures.implied_skill(scores, metrics[0], yardstick, network)
    left_out = figures.beyond(own, others)
    return {
        "id": code,
        "answer": answer,
        "heading": words(f"nav_{code}"),
        "table": table,
        "errors": figures.error_by_step(scores, metric, network, yardstick, shapes, words),
        "skill": figures.skill_by_step(own, others, yardstick, shapes, words),
        "legend": _legend(table, shapes),
        "beyond": ", ".join(f"{name} ({percent(value, 0, signed=True)})" for name, value in left_out),
        "metric": words.named("metrics", metric, metric),
        "scores": by_step(scores, metric),
        "skills": skill_steps(where(skill, model=network), metrics),
        "csv": [
            ("scores", csv(row for row in scores if row.get("metric") in shown)),
            ("skill", csv(row for row in skill if row.get("metric") in metrics)),
        ],
    }


def _legend(table: Mapping[str, Any], shapes: Mapping[str, str]) -> Markup:
    entries = []
    for row in table["rows"]:
        style = "own" if row["own"] else "yardstick" if row["yardstick"] else "other"
        entries.append((shapes[row["model"]], style, row["model"]))
    return svg.legend(entries)


def all_models(summary: Mapping[str, Any]) -> list[str]:
    """List every model that any table names, in order of appearance."""
    parts = ("scores", "skill", "coverage", "by_fold")
    rows: list[Row] = [row for part in parts for row in summary.get(part) or []]
    return [str(name) for name in dict.fromkeys([*distinct(rows, "model"), *distinct(rows, "baseline")])]
