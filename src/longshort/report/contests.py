"""The two contests: the network's centre against repeating the last value, its spread against history's."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from longshort.report import figures, svg
from longshort.report.answers import Answer
from longshort.report.formats import percent
from longshort.report.rows import CENTRE, SPREAD, Row, distinct, overall, skill_of, steps, where
from longshort.report.tables import by_step, ranking, skill_steps

Words = Mapping[str, Any]
SHOWN = {
    "centre": ("rmse", "mae", "mape", "mase"),
    "spread": ("crps", "relative_crps", "pinball", "coverage_80", "width_80"),
}


def contest(summary: Mapping[str, Any], answer: Answer, shapes: Mapping[str, str], words: Words) -> dict[str, Any]:
    """Arrange one contest: the table of all models, the error and the skill by step, the numbers behind them."""
    yardstick, metrics = ("naive", CENTRE) if answer.code == "centre" else ("volatility_cone", SPREAD)
    network, shown = summary.get("network") or "", SHOWN[answer.code]
    scores = overall(summary.get("scores") or [])
    skill = overall(summary.get("skill") or [])
    metric = next((m for m in shown if steps(where(scores, metric=m))), shown[0])
    table = ranking(summary, yardstick, metrics, shown, words)
    rivals = skill_of(skill, yardstick, metrics)
    own = where(rivals, model=network)
    others = [row for row in rivals if row.get("model") != network] or figures.implied_skill(
        scores, metrics[0], yardstick, network
    )
    left_out = figures.beyond(own, others)
    return {
        "answer": answer,
        "table": table,
        "errors": figures.error_by_step(scores, metric, network, yardstick, shapes, words),
        "skill": figures.skill_by_step(own, others, yardstick, shapes, words),
        "legend": _legend(table, shapes, words),
        "beyond": ", ".join(f"{name} ({percent(value, 0, signed=True)})" for name, value in left_out),
        "metric": words["metrics"].get(metric, metric),
        "scores": by_step(scores, metric),
        "skills": skill_steps(where(skill, model=network), metrics),
    }


def _legend(table: Mapping[str, Any], shapes: Mapping[str, str], words: Words) -> Markup:
    entries = []
    for row in table["rows"]:
        style = "own" if row["own"] else "yardstick" if row["yardstick"] else "other"
        entries.append((shapes[row["model"]], style, row["model"]))
    return svg.legend(entries)


def all_models(summary: Mapping[str, Any]) -> list[str]:
    """List every model that any table names, in order of appearance."""
    rows: list[Row] = [row for part in ("scores", "skill", "coverage") for row in summary.get(part) or []]
    return [str(name) for name in dict.fromkeys([*distinct(rows, "model"), *distinct(rows, "baseline")])]
