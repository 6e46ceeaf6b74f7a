"""The sections on calibration, direction, copying and learning."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import figures, svg
from longshort.report.answers import Answer, best_lag
from longshort.report.figures.learning import FOLDS_SHOWN
from longshort.report.formats import finite, number, percent
from longshort.report.rows import CENTRE, Row, distinct, first, overall, skill_of, where
from longshort.report.tables import coverage_table

Words = Mapping[str, Any]
Summary = Mapping[str, Any]


def coverage(summary: Summary, answer: Answer, shapes: Mapping[str, str], words: Words) -> dict[str, Any]:
    """Arrange the honesty of the ranges."""
    rows, network = summary.get("coverage") or [], summary.get("network") or ""
    names = sorted(distinct(where(rows, step=None), "model"), key=lambda name: name != network)
    return {
        "answer": answer,
        "by_step": figures.coverage_by_step(rows, network, words),
        "diagonal": figures.nominal_empirical(rows, network, shapes, words),
        "legend": svg.legend((shapes[name], "own" if name == network else "other", name) for name in names),
        "table": coverage_table(rows, network),
    }


def direction(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange the probability of a rise: how often it was right, and whether it means what it says."""
    network = summary.get("network") or ""
    scores = where(overall(summary.get("scores") or []), model=network, step=None)
    value = {m: finite(first(scores, metric=m).get("value")) for m in ("accuracy", "base_rate", "brier")}
    heading = words["direction_heading_plain"]
    if value["accuracy"] is not None and value["base_rate"] is not None:
        shares = {"right": percent(value["accuracy"]), "base": percent(value["base_rate"])}
        heading = words["direction_heading"].format(**shares)
    own = where(summary.get("reliability") or [], model=network)
    rows = [{"p": percent(r.get("p")), "observed": percent(r.get("observed")), "n": r.get("n")} for r in own]
    return {
        "heading": heading,
        "figure": figures.reliability(own, network, words),
        "luck": _luck(own, words),
        "rows": rows,
        "brier": "" if value["brier"] is None else words["brier"].format(brier=number(value["brier"])),
    }


def _luck(rows: Sequence[Row], words: Words) -> str:
    """Say how far a perfect forecaster's dots stray; overlapping forecasts make it more, so it is a lower bound."""
    counts = sorted(n for row in rows if (n := finite(row.get("n"))))
    if not counts:
        return ""
    typical = counts[len(counts) // 2]
    return str(words["luck"].format(n=number(typical), points=f"{98 / typical**0.5:.1f}"))


def copying(summary: Summary, answer: Answer, words: Words) -> dict[str, Any]:
    """Arrange the copy picture's lag profile."""
    rows = where(summary.get("lag") or [], model=summary.get("network"))
    lag = best_lag(summary)
    return {
        "answer": answer,
        "figure": figures.lag_profile(rows, summary.get("network") or "", words),
        "rows": [
            {"lag": row.get("lag"), "rmse": number(row.get("rmse")), "best": row.get("lag") == lag} for row in rows
        ],
    }


def learning(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange the learning curves and the spread over seeds."""
    rows = summary.get("curves") or []
    folds, seeds = distinct(rows, "fold"), distinct(rows, "seed")
    entries = [
        ("line", "curve train", words["col_train_loss"]),
        ("line", "curve validation", words["col_validation_loss"]),
    ]
    return {
        "curves": figures.fold_curves(rows, words),
        "legend": svg.legend([*entries, ("circle", "own", words["kept"])]),
        "folds_left_out": max(0, len(folds) - FOLDS_SHOWN),
        "members": [_member(rows, fold, seed) for fold in folds for seed in seeds],
        **_seeds(summary, words),
    }


def _seeds(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange what each seed would have scored alone: its skill where that was measured, else its error."""
    network = summary.get("network")
    seeds = where(overall(summary.get("seeds") or []), model=network, step=None)
    metric = next((m for m in ("rmse_skill", *CENTRE, "crps") if where(seeds, metric=m)), "")
    share = metric.endswith("_skill")
    if share:
        skill = skill_of(overall(summary.get("skill") or []), "naive", ("rmse",))
        marks = [(words["ensemble"], first(skill, model=network, step=None).get("value")), ("naive", 0.0)]
    else:
        scores = where(overall(summary.get("scores") or []), metric=metric, step=None)
        marks = [
            (name, first(scores, model=m).get("value"))
            for name, m in ((words["ensemble"], network), ("naive", "naive"))
        ]
    chosen = where(seeds, metric=metric)
    known = [(name, at) for name, value in marks if (at := finite(value)) is not None]
    say = percent if share else number
    return {
        "strip": figures.seed_strip(chosen, known, words, share=share) if chosen else Markup(),
        "seeds": [{"seed": row.get("seed"), "value": say(row.get("value"))} for row in chosen],
        "metric": words["metrics"].get(metric, metric),
    }


def _member(rows: Sequence[Row], fold: Any, seed: Any) -> dict[str, Any]:
    mine = where(rows, fold=fold, seed=seed)
    key = "validation_loss" if any(finite(row.get("validation_loss")) is not None for row in mine) else "train_loss"
    known = [row for row in mine if finite(row.get(key)) is not None]
    best: Row = min(known, key=lambda row: float(row[key]), default={})
    return {
        "fold": fold,
        "seed": seed,
        "epochs": len(mine),
        "best": best.get("epoch"),
        "train": number(best.get("train_loss")),
        "validation": number(best.get("validation_loss")),
    }
