"""The sections on calibration, copying and learning."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import figures, svg
from longshort.report.contests import toughest
from longshort.report.csv import csv
from longshort.report.figures.learning import FOLDS_SHOWN
from longshort.report.formats import finite, number, percent
from longshort.report.measures import measures, overall_steps
from longshort.report.power import overlaps
from longshort.report.rows import Row, distinct, first, overall, skill_of, where
from longshort.report.tables import coverage_table
from longshort.report.words import Words

PARTS = ("crps_reliability", "crps_resolution", "crps_uncertainty", "width_50", "width_80", "width_95")
Summary = Mapping[str, Any]


def coverage(summary: Summary, answer: Row | None, shapes: Mapping[str, str], words: Words) -> dict[str, Any]:
    """Arrange the honesty of the ranges."""
    rows, network = summary.get("coverage") or [], summary.get("network") or ""
    names = sorted(distinct(where(rows, step=None), "model"), key=lambda name: name != network)
    return {
        "answer": answer,
        "by_step": figures.coverage_by_step(rows, network, words),
        "diagonal": figures.nominal_empirical(rows, network, shapes, words),
        "legend": svg.legend((shapes[name], "own" if name == network else "other", name) for name in names),
        "table": coverage_table(rows, network),
        "csv": [(name, csv(summary.get(name) or [])) for name in ("coverage", "coverage_tests", "calibration", "pit")],
        **_pit(summary, words),
        **_decomposition(summary, words),
    }


def _pit(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange where outcomes fall in the distribution."""
    rows, network = summary.get("pit") or [], summary.get("network") or ""
    known = figures.bins(rows, network)
    most = max((n for *_, n in known), default=0)
    return {
        "pit": figures.pit(rows, network, words),
        "pit_luck": words("pit_luck_overlap" if overlaps(summary) else "pit_luck", n=f"{most:,}") if most else "",
        "pit_rows": [
            {"part": f"{percent(low)} – {percent(high)}", "share": percent(share), "fair": percent(high - low)}
            for low, high, share, _ in known
        ],
    }


def _decomposition(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange what a distribution's score is made of, and how often its quantiles cross."""
    rows, network = summary.get("calibration") or [], summary.get("network")
    crossed = finite(first(overall_steps(where(rows, model=network)), metric="crossed").get("value"))
    said = ""
    if crossed is not None:
        said = words("crossed_some", share=crossed) if crossed else words("crossed_none")
    return {"parts": measures(rows, network, words, PARTS), "crossed": said, "crosses": bool(crossed)}


def copying(summary: Summary, answer: Row | None, words: Words) -> dict[str, Any]:
    """Arrange the copy picture's lag profile, and how much of the forecast is yesterday's."""
    network, measured = summary.get("network"), summary.get("copy") or []
    rows = where(summary.get("lag") or [], model=network)
    known = [(value, row.get("lag")) for row in rows if (value := finite(row.get("rmse"))) is not None]
    lag = min(known, key=lambda pair: pair[0])[1] if known else None
    return {
        "answer": answer,
        "table": measures(measured, network, words),
        "csv": [("copy", csv(measured)), ("lag", csv(rows))],
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
        ("line", "curve train", words("col_train_loss")),
        ("line", "curve validation", words("col_validation_loss")),
    ]
    return {
        "curves": figures.fold_curves(rows, words),
        "legend": svg.legend([*entries, ("circle", "own", words("kept"))]),
        "folds_left_out": max(0, len(folds) - FOLDS_SHOWN),
        "csv": [("curves", csv(rows)), ("seeds", csv(summary.get("seeds") or []))],
        "members": [_member(rows, fold, seed) for fold in folds for seed in seeds],
        **_seeds(summary, words),
    }


def _seeds(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange what each seed would have scored alone: its skill where that was measured, else its error."""
    network = summary.get("network")
    seeds = where(overall(summary.get("seeds") or []), model=network, step=None)
    metric = next((m for m in ("rmse_skill", "rmse", "mae", "mase", "crps") if where(seeds, metric=m)), "")
    share = metric.endswith("_skill")
    baseline = toughest(summary, "point")
    if share:
        skill = skill_of(overall(summary.get("skill") or []), baseline, ("rmse",))
        marks = [(words("ensemble"), first(skill, model=network, step=None).get("value")), (baseline, 0.0)]
    else:
        scores = where(overall(summary.get("scores") or []), metric=metric, step=None)
        marks = [
            (name, first(scores, model=m).get("value"))
            for name, m in ((words("ensemble"), network), (baseline, baseline))
        ]
    chosen = where(seeds, metric=metric)
    known = [(name, at) for name, value in marks if (at := finite(value)) is not None]
    say = percent if share else number
    return {
        "strip": figures.seed_strip(chosen, known, words, share=share) if chosen else Markup(),
        "seeds": [{"seed": row.get("seed"), "value": say(row.get("value"))} for row in chosen],
        "metric": words.named("metrics", metric, metric),
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
