"""Answers as text for a terminal, and the parts of a summary that `--json` promises."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from longshort.language import text

if TYPE_CHECKING:
    import polars as pl

Rows = Sequence[Mapping[str, Any]]

# What `backtest --json` holds (docs/json.md); the summary has more, which the page alone needs.
CONTRACT = (
    "schema", "lang", "verdict", "claims", "answers", "findings", "given", "scores", "skill", "seeds", "folds", "run",
    "task", "synthetic", "layers", "parameters", "training_shape",
)  # fmt: skip
_COLUMNS = (
    "rmse", "mae", "mape", "mase", "crps", "coverage_80", "accuracy", "balanced_accuracy", "exact_match", "brier",
    "cross_entropy",
)  # fmt: skip


def contract(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Choose the parts of a run's summary that `--json` promises."""
    return {key: summary[key] for key in CONTRACT}


def run_as_text(summary: Mapping[str, Any], out: str | None) -> str:
    """Describe a run in its summary's language: verdict, answers, a table of all models, findings, assumptions."""
    lang = summary["lang"]
    parts = [_quick(summary, lang), summary["verdict"], _answers(summary["answers"]), _layers(summary, lang)]
    parts += [_scores(summary["scores"]), _samples(summary["samples"], lang), _findings(summary["findings"], lang)]
    parts.append(_indented([*summary["run"]["data"]["notes"], *summary["run"]["notes"]]))
    return _joined(parts, out, lang)


def audit_as_text(summary: Mapping[str, Any], out: str | None) -> str:
    """Describe an audit in its summary's language: verdict, answers, a table of all models, findings, assumptions."""
    lang = summary["lang"]
    parts = [summary["verdict"], _answers(summary["answers"]), _scores(summary["scores"])]
    parts += [_findings(summary["findings"], lang), _indented(summary["run"]["notes"])]
    return _joined(parts, out, lang)


def _joined(parts: Iterable[str | None], out: str | None, lang: str) -> str:
    return "\n\n".join(part for part in (*parts, wrote(out, lang)) if part)


def wrote(out: object, lang: str) -> str:
    """Say where something was written; nothing where it was not."""
    return text("cli.wrote", lang, path=str(out)) if out else ""


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _answers(rows: Rows) -> str:
    """Print each question with its answer and the numbers behind it; why where it was not judged."""
    lines = []
    for row in rows:
        word, details = row["word"], " ".join(row["details"])
        if row["answer"] == "not_judged" and details:
            word, details = f"{word.removesuffix('.')}:", f"{details.removesuffix('.')}."
        lines.append(f"{row['question']} {word} {details}".rstrip())
    return _indented(lines)


def _quick(summary: Mapping[str, Any], lang: str) -> str:
    said = [text("cli.quick", lang)] if summary["run"].get("quick") else []
    said += [text("cli.synthetic", lang)] if summary["synthetic"] else []
    return "\n".join(said)


def sweep_as_text(rows: Rows) -> str:
    """Describe a sweep: a row for each combination of settings, its validation loss, and which one was chosen."""
    names = [name for name in rows[0] if name not in ("validation", "chosen")]
    body = [
        [*[_cell(row[name]) for name in names], _cell(row["validation"]) or "diverged", "*" if row["chosen"] else ""]
        for row in rows
    ]
    return table([[*names, "validation loss", "chosen"], *body])


def _layers(summary: Mapping[str, Any], lang: str) -> str:
    """Print the layers as the lectures' library does: layer, output shape, parameters."""
    rows = [[str(row["layer"]), _shape(row["output_shape"]), f"{row['parameters']:,}"] for row in summary["layers"]]
    if not rows:
        return ""
    header = [text("cli.layer", lang), text("cli.output_shape", lang), text("cli.parameters", lang)]
    n, shape = summary["parameters"], summary["training_shape"]
    learnt = text("cli.learnt", lang, n=n, shape=_shape(shape)) if shape else text("cli.counted", lang, n=n)
    return f"{table([header, *rows])}\n  {learnt}"


def _shape(sides: Sequence[int | None]) -> str:
    return f"({', '.join('None' if side is None else str(side) for side in sides)}{',' if len(sides) == 1 else ''})"


def _samples(samples: Rows, lang: str) -> str:
    """Print what can be read: text that was generated, pairs, listings; not pictures."""
    lines = []
    for sample in samples:
        if sample["kind"] == "generated":
            lines += [f"  {line}" for line in f"{sample['seed']}{sample['text']}".splitlines()]
        elif sample["kind"] == "pair":
            pair = {name: sample[name] for name in ("source", "predicted", "truth")}
            lines.append(f"  {text('cli.pair', lang, **pair)}")
        elif sample["kind"] == "listing":
            lines += [f"  {sample['title']}", *[f"    {line}" for line in sample["lines"]]]
    return "\n".join(lines)


def with_iso_times(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Write times as ISO 8601 text, as days alone where every one is a midnight; leave numbered rows as they are."""
    import polars.selectors as cs

    times = frame.select(cs.datetime())
    daily = all((column.dt.time() == time(0)).all() for column in times)
    return frame.with_columns(cs.datetime().dt.strftime("%Y-%m-%d" if daily else "%Y-%m-%dT%H:%M:%S"))


def forecast_as_text(document: Mapping[str, Any], out: str | None, note: str | None = None, lang: str = "en") -> str:
    """Describe a forecast: the verdict, a note, then for each coming date the point, two intervals and p(up)."""
    half, most = (text("cli.interval", lang, share=share) for share in (0.5, 0.8))
    lines = [["", "", text("cli.mean", lang), half, "", most, "", text("cli.p_up", lang)]]
    for row in document["forecasts"]:
        quantiles = [row["quantiles"].get(level) for level in ("0.25", "0.75", "0.1", "0.9")]
        lines.append([str(row["unique_id"]), str(row["ds"]), *map(_cell, (row["mean"], *quantiles, row["p_up"]))])
    return _joined((document["verdict"], note, table(lines)), out, lang)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align rows of cells: the first column to the left, all others to the right.

    >>> print(table([["model", "mae"], ["naive", "7.626"]]))
      model    mae
      naive  7.626
    """
    if not rows:
        return ""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for cells in rows:
        gaps = [" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
        rest = [gap + cell for cell, gap in zip(cells[1:], gaps[1:], strict=True)]
        lines.append("  " + "  ".join([cells[0] + gaps[0], *rest]).rstrip())
    return "\n".join(lines)


def _width(cell: str) -> int:
    """Count the columns that a text takes in a terminal, where Korean letters are two wide."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in cell)


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


def _findings(findings: Rows, lang: str) -> str:
    marked = ((text(f"cli.severity.{row['severity']}", lang), row) for row in findings)
    return _indented(f"{mark}: {row['text']} [{row['code']}]" for mark, row in marked)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5g}"
    return ", ".join(map(_cell, value)) if isinstance(value, list | tuple) else str(value)
