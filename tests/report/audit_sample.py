"""Summaries of audits: a whole one made of the sample's tables and plausible numbers, and two that have little."""

from typing import Any

import numpy as np
import sample

Row = dict[str, Any]

VERDICT = (
    "No skill shown, and worse than a simple forecast: over 400 forecasts for the next 5 sessions its error is 0.3 % "
    "above that of naive (p = 0.01). Its 80 % interval holds 61 % of outcomes."
)
PEEKS = {"code": "leak", "question": "Does it know the future?", "details": ["The findings say how."]}
CLEAN = PEEKS | {"answer": "no", "word": "No.", "tone": "good", "details": ["Nothing moved."]}
PEEKS |= {"answer": "yes", "word": "Yes.", "tone": "bad"}
CODES = {"lagged_copy": 0.94, "coverage": 0.61, "leak": 12.5, "crossed_quantiles": 0.0125}
CODES |= {"unmatched_cutoffs": 12.0, "trials_unknown": 40.0, "few_forecasts": 41.0}


def audit(*, models: int = 1, horizon: int = 5, series: int = 1) -> dict[str, Any]:
    """Build the summary of an audit with everything in it."""
    summary = sample.summary(series=series, horizon=horizon)
    for part in ("seeds", "curves", "folds", "by_fold", "equity"):
        del summary[part]
    for one in summary["series"]:
        one["forecast"] = None
    names = ["lstm", "drift", "garch"][:models]
    tables = [_tables(name, horizon) for name in names]
    summary |= {key: [row for table in tables for row in table[key]] for key in tables[0]}
    summary |= {"kind": "audit", "models": names, "verdict": VERDICT}
    summary["answers"] = [*summary["answers"], PEEKS]
    summary |= {"leak": leak(), "confusion": confusion(), "power": _power()}
    summary["findings"] = [
        {"code": code, "severity": "defect" if code == "leak" else "warning", "text": f"{code} found.", "value": value}
        for code, value in CODES.items()
    ]
    summary["not_judged"] = [
        {"part": "hindsight", "why": "No training period was given (--trained-until)."},
        {"part": "money", "why": "TICK03 has values at or below zero."},
    ]
    return summary


def leak_only(found: bool = True) -> dict[str, Any]:
    """Build the summary of an audit that only ran the leak test."""
    code = {"code": "leak", "severity": "defect", "text": "Forecasts change with rows after it.", "value": 12.5}
    return {
        "schema": 2,
        "kind": "audit",
        "verdict": "Leak: forecasts made up to 8 Jan 2019 change when rows after it change in column 'Volume'.",
        "answers": [PEEKS if found else CLEAN],
        "leak": leak() if found else {"columns": [], "distance": None, "noise": 0.0, "runs": leak()["runs"][:1]},
        "findings": [code] if found else [],
        "not_judged": [{"part": "skill", "why": "Only 8 forecasts could be scored."}],
        "run": {"version": "0.1.0", "command": "longshort audit --command 'python theirs.py {data} {out}'"},
    }


def matrix_only() -> dict[str, Any]:
    """Build the summary of an audit of a confusion matrix."""
    return {
        "schema": 2,
        "kind": "audit",
        "verdict": "No edge: right in 61.3 % of 4,927 cases, where the most frequent class is right in 61.0 %.",
        "confusion": confusion(),
        "findings": [],
    }


def leak() -> dict[str, Any]:
    """Build what the leak test finds in a pipeline that reads one row of one column ahead."""
    every = {"column": None, "cutoff": "2018-06-01", "cutoffs": 40, "judged": True}
    return {
        "found": True,
        "columns": ["Volume"],
        "distance": 1,
        "reach": 3,
        "kind": "ahead",
        "noise": 0.0,
        "runs": [
            every | {"change": "removed", "changed": 0, "largest": 0.0},
            every | {"change": "scaled", "changed": 12, "largest": 12.5},
            every | {"change": "shuffled", "changed": 0, "largest": 0.0, "judged": False},
            every | {"change": "noise", "column": "Volume", "changed": 12, "largest": 8.25},
        ],
    }


def confusion() -> dict[str, Any]:
    """Give the three classes of the bitcoin project; rows are what was predicted."""
    return {
        "accuracy": 0.6134,
        "low": 0.5996,
        "high": 0.627,
        "majority": 0.6097,
        "macro_recall": 0.348,
        "p_value": 0.31,
        "matrix": [[17, 10, 17], [883, 2908, 882], [49, 25, 36]],
        "labels": ["down", "flat", "up"],
    }


def _tables(model: str, horizon: int) -> dict[str, list[Row]]:
    steps = [None, *range(1, horizon + 1)]
    heights = np.array([0.17, 0.11, 0.08, 0.07, 0.06, 0.06, 0.07, 0.09, 0.12, 0.17])
    return {
        "confidence": [
            {"model": name, "metric": metric, "p_value": p, "inside": p >= 0.1}
            for metric in ("rmse", "crps")
            for name, p in ((model, 0.34), ("naive", 1.0), ("moving_average", 0.01))
        ],
        "effective": [
            {"model": model, "step": step, "n": 400 * (1 if step else horizon), "cutoffs": 400, "independent": 80.0}
            for step in steps
        ],
        "calibration": _long(
            model, None, crps=28.1, crps_reliability=1.25, crps_resolution=2.5, crps_uncertainty=29.35, crossed=0.0125
        ),
        "pit": [
            {"model": model, "low": at / 10, "high": (at + 1) / 10, "share": float(share), "n": 2000}
            for at, share in enumerate(heights)
        ],
        "copy": _long(
            model, None, share_of_yesterday=0.94, best_lag=1.0, weight_yesterday=0.97, weight_today=0.01, worth=0.02
        ),
        "direction": [row for step in steps for row in _direction(model, step)],
        "money": _money(model),
    }


def _direction(model: str, step: int | None) -> list[Row]:
    off = 0.004 * (step or 0)
    values = {"accuracy": 0.512 + off, "majority": 0.539, "balanced_accuracy": 0.507, "matthews": 0.014}
    rows = _long(model, step, **values, pesaran_timmermann=0.44, brier=0.2512, ties=3.0)
    rows[0] |= {"low": 0.462 + off, "high": 0.562 + off, "p_value": 0.91}
    return rows


def _money(model: str) -> list[Row]:
    values = {"net_return": -0.021, "gross_return": 0.034, "buy_and_hold": 0.061, "shuffled": -0.002, "shifted": 0.011}
    rows = _long(model, None, **values, turnover=0.43, sharpe=-0.14, drawdown=0.31, breakeven_bps=2.1, fee_bps=5.0)
    for row in rows[:4]:
        row |= {"low": row["value"] - 0.11, "high": row["value"] + 0.11}
    rows[0]["p_value"] = 0.71
    return rows


def _long(model: str, step: int | None, **values: float) -> list[Row]:
    common = {"model": model, "step": step, "low": None, "high": None, "p_value": None, "n": 400}
    return [common | {"metric": metric, "value": value} for metric, value in values.items()]


def _power() -> list[Row]:
    rows: list[Row] = []
    for question, smallest in (("skill", 0.031), ("direction", 0.07), ("coverage", 0.056)):
        common = {"question": question, "step": 1}
        rows.append(common | {"sessions": 400, "independent": 400.0, "smallest": smallest})
        rows += [
            common | {"edge": edge, "sessions_needed": round(400 * (smallest / edge) ** 2)}
            for edge in (0.01, 0.02, 0.05, 0.1)
        ]
    return rows
