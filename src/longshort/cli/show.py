"""Answers as text for a terminal, and the parts of a summary that `--json` promises."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

Rows = Sequence[Mapping[str, Any]]

# What `backtest --json` holds (docs/json.md); the summary has more, which the page alone needs.
CONTRACT = (
    "schema", "verdict", "scores", "skill", "seeds", "findings", "folds", "run", "task", "synthetic", "layers",
    "parameters", "training_shape",
)  # fmt: skip
_COLUMNS = (
    "rmse", "mae", "mape", "mase", "crps", "coverage_80", "accuracy", "balanced_accuracy", "exact_match", "brier",
    "cross_entropy",
)  # fmt: skip
_MARKS = {"info": "note", "warning": "warning", "defect": "DEFECT"}


def contract(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Choose the parts of a run's summary that `--json` promises."""
    return {key: summary[key] for key in CONTRACT}


def run_as_text(summary: Mapping[str, Any], out: str | None) -> str:
    """Describe a run: the verdict, a table of all models, the findings, what was assumed."""
    parts = [_quick(summary), summary["verdict"], _layers(summary), _scores(summary["scores"])]
    parts += [_samples(summary["samples"]), _findings(summary["findings"])]
    parts.append(_indented([*summary["run"]["data"]["notes"], *summary["run"]["notes"]]))
    if out:
        parts.append(f"Wrote {out}")
    return "\n\n".join(part for part in parts if part)


def audit_as_text(summary: Mapping[str, Any], out: str | None) -> str:
    """Describe an audit: the verdict, its evidence, a table of all models, what was noticed, what was not judged."""
    parts = [summary["verdict"], _indented(summary["evidence_lines"]), _scores(summary["scores"])]
    parts += [_findings(summary["findings"]), _indented(summary["run"]["notes"])]
    parts.append(_indented(f"not judged: {each['part']}: {each['why']}" for each in summary["not_judged"]))
    parts.append(f"Wrote {out}" if out else "")
    return "\n\n".join(part for part in parts if part)


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _quick(summary: Mapping[str, Any]) -> str:
    said = ["Quick: a smaller budget than the default."] if summary["run"].get("quick") else []
    said += ["Synthetic: the data were made up."] if summary["synthetic"] else []
    return "\n".join(said)


def sweep_as_text(rows: Rows) -> str:
    """Describe a sweep: a row for each combination of settings, its validation loss, and which one was chosen."""
    names = [name for name in rows[0] if name not in ("validation", "chosen")]
    body = [
        [*[_cell(row[name]) for name in names], _cell(row["validation"]) or "diverged", "*" if row["chosen"] else ""]
        for row in rows
    ]
    return table([[*names, "validation loss", "chosen"], *body])


def _layers(summary: Mapping[str, Any]) -> str:
    """Print the layers as the lectures' library does: layer, output shape, parameters."""
    rows = [[str(row["layer"]), _shape(row["output_shape"]), f"{row['parameters']:,}"] for row in summary["layers"]]
    if not rows:
        return ""
    learnt = f" learnt from inputs of shape {_shape(summary['training_shape'])}" if summary["training_shape"] else ""
    return f"{table([['layer', 'output shape', 'parameters'], *rows])}\n  {summary['parameters']:,} parameters{learnt}"


def _shape(sides: Sequence[int | None]) -> str:
    return f"({', '.join('None' if side is None else str(side) for side in sides)}{',' if len(sides) == 1 else ''})"


def _samples(samples: Rows) -> str:
    """Print what can be read: text that was generated, pairs, listings; not pictures."""
    lines = []
    for sample in samples:
        if sample["kind"] == "generated":
            lines += [f"  {line}" for line in f"{sample['seed']}{sample['text']}".splitlines()]
        elif sample["kind"] == "pair":
            lines.append(f"  {sample['source']} -> {sample['predicted']} (true: {sample['truth']})")
        elif sample["kind"] == "listing":
            lines += [f"  {sample['title']}", *[f"    {line}" for line in sample["lines"]]]
    return "\n".join(lines)


def with_iso_times(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Write times as ISO 8601 text, as days alone where every one is a midnight; leave numbered rows as they are."""
    import polars.selectors as cs

    times = frame.select(cs.datetime())
    daily = all((column.dt.time() == time(0)).all() for column in times)
    return frame.with_columns(cs.datetime().dt.strftime("%Y-%m-%d" if daily else "%Y-%m-%dT%H:%M:%S"))


def forecast_as_text(document: Mapping[str, Any], out: str | None, note: str | None = None) -> str:
    """Describe a forecast: the verdict, a note, then for each coming session the centre, two intervals and p(up)."""
    header = ["", "", "mean", "50 %", "", "80 %", "", "p(up)"]
    lines = [header]
    for row in document["forecasts"]:
        quantiles = [row["quantiles"].get(level) for level in ("0.25", "0.75", "0.1", "0.9")]
        lines.append([str(row["unique_id"]), str(row["ds"]), *map(_cell, (row["mean"], *quantiles, row["p_up"]))])
    parts = (document["verdict"], note, table(lines), f"Wrote {out}" if out else None)
    return "\n\n".join(part for part in parts if part)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align rows of cells: the first column to the left, all others to the right.

    >>> print(table([["model", "mae"], ["naive", "7.626"]]))
      model    mae
      naive  7.626
    """
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for first, *rest in rows:
        cells = [first.ljust(widths[0]), *[cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def _scores(scores: Rows) -> str:
    overall = {
        (row["model"], row["metric"]): row["value"]
        for row in scores
        if row["unique_id"] is None and row["step"] is None and row["value"] is not None
    }
    models = list(dict.fromkeys(model for model, _ in overall))
    metrics = [metric for metric in _COLUMNS if any((model, metric) in overall for model in models)]
    body = [[model, *[_cell(overall.get((model, metric))) for metric in metrics]] for model in models]
    return table([["", *metrics], *body]) if body else ""


def _findings(findings: Rows) -> str:
    return "\n".join(f"  {_MARKS[row['severity']]}: {row['text']} [{row['code']}]" for row in findings)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5g}"
    return ", ".join(map(_cell, value)) if isinstance(value, list | tuple) else str(value)
