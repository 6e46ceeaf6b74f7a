"""The same summary as Markdown: for a terminal, a pull request, a notebook."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report.view import arrange
from longshort.report.words import words


def markdown(summary: Mapping[str, Any]) -> str:
    """Turn a summary dictionary into Markdown: verdict, answers, forecast, tables, findings, how to repeat it."""
    view = arrange(summary, words("en"))
    parts = [f"# {_line(view['title'])}", f"**{_line(view['verdict'])}**"]
    parts.append("\n".join(f"- {_line(line)}" for line in view["evidence"]))
    parts.append(
        "\n".join(f"- {a.question} **{a.word}**{f' ({a.detail})' if a.detail else ''}" for a in view["answers"])
    )
    parts += [*found(view), _leak(view["leak"]), *(_panel(panel) for panel in view["panels"])]
    if view["left_out"]:
        parts.append(view["w"]["series_left_out"].format(n=view["left_out"]))
    parts += [_contest(view[name], view["w"]["col_against"]) for name in ("centre", "spread")]
    parts += [_coverage(view["coverage"]), *judged(view)]
    parts += [
        _layers(view["layers"], view["w"]),
        _findings(view["findings"]),
        _folds(view["folds"]),
        _repeat(view["run"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def judged(view: Mapping[str, Any]) -> list[str]:
    """Write direction, money, copying, power and what could not be judged, as far as they are there."""
    w, power, direction = view["w"], view["power"], view["direction"]
    money = _measures(w["money_question"], view["money"]["table"])
    parts = [_measures(w["decomposition_heading"], view["coverage"]["parts"]), view["coverage"]["crossed"]]
    parts += [_measures(w["direction_question"], direction["table"]), _confusion(direction["confusion"], w)]
    parts += [f"{money}\n\n{w['money_warning']}" if money else "", _measures(w["copy_question"], view["copy"]["table"])]
    said = [power["effective"], power["sessions"], *(f"- {text}" for text in power["said"])]
    parts.append(_titled(w["power_heading"], "\n".join(text for text in said if text)))
    lines = [f"- **{_line(row['part'])}**: {_line(row['why'])}" for row in view["unjudged"]]
    return [*parts, _titled(w["unjudged_heading"], "\n".join(lines))]


def found(view: Mapping[str, Any]) -> list[str]:
    """Write what a recipe found: scores, classes, what was mixed up, and the samples that are text."""
    w, labels, shown = view["w"], view["labels"], view["shown"]
    keys = ("label", "n", "predicted", "recall", "range", "precision", "f1")
    heads = ("class", "examples", "predicted", "recall", "interval", "precision")
    classes = [[_line(row[key]) for key in keys] for row in labels["classes"]]
    pairs = [[_line(row[key]) for key in ("source", "predicted", "truth")] for row in shown["pairs"]]
    texts = [f"- {_line(row['text'])}: {_line(row['predicted'])} ({_line(row['truth'])})" for row in shown["texts"]]
    blocks = [row["seed"] + row["text"] for row in shown["written"]]
    blocks += [f"{row['title']}\n{row['text']}" for row in shown["listings"]]
    said = [_table([w["col_source"], w["col_predicted"], w["col_true"]], pairs), "\n".join(texts)]
    said += ["\n".join(f"    {line}" for line in block.splitlines()) for block in blocks]
    return [
        _measures(w["scores_heading"], view["judged"]["table"]),
        _titled(w["labels_classes"], _table([*(w[f"col_{name}"] for name in heads), "F1"], classes)),
        _titled(w["samples_heading"], "\n\n".join(part for part in said if part)),
    ]


def _layers(layers: Mapping[str, Any], w: Mapping[str, Any]) -> str:
    rows = [[_line(row["layer"]), row["shape"], row["parameters"]] for row in layers["rows"]]
    rows += [[w["col_total"], layers["shape"], layers["total"]]] if rows and layers["total"] else []
    return _titled(w["layers_heading"], _table([w["col_layer"], w["col_shape"], w["col_parameters"]], rows))


def _titled(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _measures(title: str, table: Mapping[str, Any]) -> str:
    rows = [
        [row["name"], *(" ".join(filter(None, (cell["text"], _brackets(cell)))) for cell in row["cells"])]
        for row in table["rows"]
    ]
    return _titled(title, _table(["Measure", *(_line(model) for model in table["models"])], rows))


def _brackets(cell: Mapping[str, str]) -> str:
    inside = ", ".join(filter(None, (cell["interval"], cell["p"])))
    return f"({inside})" if inside else ""


def _confusion(found: Mapping[str, Any], w: Mapping[str, Any]) -> str:
    heads = [w["confusion_called"], *(f"{w['confusion_came']} {_line(label)}" for label in found["labels"])]
    rows = [[_line(row["label"]), *(cell["text"] for cell in row["cells"])] for row in found["rows"]]
    return _titled(w["confusion_heading"], _table(heads, rows))


def _leak(leak: Mapping[str, Any]) -> str:
    heads = ["Changed after the cutoff", "Column", "Cutoff", "Compared", "Moved", "Largest move"]
    keys = ("change", "column", "cutoff", "compared", "moved", "largest")
    body = _table(heads, [[_line(row[key]) for key in keys] for row in leak["rows"]])
    if leak["answer"] is None:
        return ""
    said = "\n".join(_line(text) for text in leak["said"])
    return _titled(f"{leak['answer'].question} {leak['answer'].word}", "\n\n".join(filter(None, (said, body))))


def _line(text: Any) -> str:
    """Write a user's text on one line, without breaking a table or starting markup."""
    plain = " ".join(str(text).split())
    for sign in ("\\", "|", "`", "*", "_", "<", "["):
        plain = plain.replace(sign, "\\" + sign)
    return plain


def _table(heads: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) if rows else ""


def _panel(panel: Mapping[str, Any]) -> str:
    heads = ["Date", "Step", "Middle", "80 % range", "95 % range", "Chance of a rise"]
    rows = [[r["day"], r["step"], r["mean"], r["r80"] or "–", r["r95"] or "–", r["p_up"]] for r in panel["rows"]]
    return f"## Forecast: {_line(panel['id'])}\n\n{_table(heads, rows)}" if rows else ""


def _contest(part: Mapping[str, Any], against: str) -> str:
    table = part["table"]
    heads = [
        "Model",
        *(head["text"] for head in table["heads"]),
        against,
        "95 % interval",
        "p",
    ]
    rows = []
    for row in table["rows"]:
        skill = row["skill"] or {"text": "–", "interval": "", "p": "–"}
        name = f"**{_line(row['model'])}**" if row["own"] else _line(row["model"])
        scores = [cell["text"] for cell in row["cells"]]
        rows.append([name, *scores, skill["text"], skill["interval"] or "–", skill["p"].removeprefix("p\u00a0=\u00a0")])
    return f"## {part['answer'].question} {part['answer'].word}\n\n{_table(heads, rows)}" if rows else ""


def _coverage(part: Mapping[str, Any]) -> str:
    rows = [[row["step"] or "all", *(cell["text"] for cell in row["cells"])] for row in part["table"]["rows"]]
    body = _table(["Step", *part["table"]["levels"]], rows)
    return f"## {part['answer'].question} {part['answer'].word}\n\n{body}" if rows else ""


def _findings(findings: Sequence[Mapping[str, Any]]) -> str:
    lines = [f"- **{row['label']}** (`{row['code']}`): {_line(row['text'])}" for row in findings]
    return "## Findings\n\n" + "\n".join(lines) if lines else ""


def _folds(folds: Mapping[str, Any]) -> str:
    rows = [
        [row["fold"], *(f"{p['from']} – {p['to']} ({p['sessions']})" for p in row["parts"])] for row in folds["rows"]
    ]
    table = _table(["Fold", "Training (sessions)", "Validation", "Test"], rows)
    return f"## What was done on which dates\n\n{table}" if rows else ""


def _repeat(run: Mapping[str, Any]) -> str:
    parts = [f"    {line}" for line in run["command"].splitlines()]
    parts += [""] * bool(parts) + [f"- {_line(note)}" for note in run["notes"]]
    return "## How to repeat it\n\n" + "\n".join(parts) if parts else ""
