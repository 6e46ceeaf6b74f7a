"""The same summary as Markdown: for a terminal, a pull request, a notebook."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report.formats import written
from longshort.report.view import arrange
from longshort.report.words import Words


def markdown(summary: Mapping[str, Any], lang: str = "en") -> str:
    """Turn a summary into Markdown: verdict, answers, forecast, tables, findings, how to repeat it."""
    view = arrange(summary, lang)
    w = view["w"]
    parts = [f"# {_line(view['title'])}", f"**{_line(view['verdict'])}**"]
    parts.append("\n".join(f"- {_line(_answered(row))}" for row in view["answers"]))
    parts += [_leak(view["leak"], w), *(_panel(panel, w) for panel in view["panels"])]
    if view["left_out"]:
        parts.append(w("series_left_out", n=view["left_out"]))
    parts += [*(_contest(part, w) for part in view["contests"]), *found(view)]
    parts += [_series(view["series_table"], w), _coverage(view["coverage"], w), *judged(view)]
    parts += [_layers(view["layers"], w), _findings(view["findings"], w), _folds(view["folds"], w)]
    parts.append(_repeat(view["run"], w))
    return written("\n\n".join(part for part in parts if part) + "\n", lang)


def _answered(row: Mapping[str, Any]) -> str:
    return " ".join(part for part in (row["question"], row["word"], row["detail"]) if part)


def _series(table: Mapping[str, Any], w: Words) -> str:
    rows = [
        [_line(row["id"]), row["skill"]["text"] if row["skill"] else "–", *(cell["text"] for cell in row["cells"])]
        for row in table["rows"]
    ]
    return _titled(w("series_heading"), _table([table["heads"][0], *table["heads"][2:]], rows))


def judged(view: Mapping[str, Any]) -> list[str]:
    """Write direction, money, copying, power and what could not be judged, as far as they are there."""
    w, power, direction = view["w"], view["power"], view["direction"]
    money = _measures(w("money_title"), view["money"]["table"], w)
    parts = [_measures(w("decomposition_heading"), view["coverage"]["parts"], w), view["coverage"]["crossed"]]
    parts += [_measures(w("direction_heading"), direction["table"], w), _confusion(direction["confusion"], w)]
    parts += [f"{money}\n\n{w('money_warning')}" if money else "", _measures(w("copy_title"), view["copy"]["table"], w)]
    effects = [[_line(row["question"]), row["planned"], row["realised"]] for row in power["effects"]]
    said = [power["effective"], _table([w("col_question"), w("col_planned"), w("col_realised")], effects)]
    parts.append(_titled(w("power_heading"), "\n\n".join(text for text in said if text)))
    parts += [
        _titled(f"{w('by_fold_heading')}: {table['name']}", _by_fold(table, w)) for table in view["time"]["tables"]
    ]
    lines = [f"- **{_line(row['part'])}**: {_line(row['why'])}" for row in view["unjudged"]]
    return [*parts, _titled(w("unjudged_heading"), "\n".join(lines))]


def _by_fold(table: Mapping[str, Any], w: Words) -> str:
    rows = [[_line(row["name"]), *(cell["text"] for cell in row["cells"])] for row in table["rows"]]
    return _table([w("model"), *table["steps"]], rows)


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
    said = [_table([w("col_source"), w("col_predicted"), w("col_true")], pairs), "\n".join(texts)]
    said += ["\n".join(f"    {line}" for line in block.splitlines()) for block in blocks]
    return [
        _measures(w("scores_heading"), view["judged"]["table"], w),
        _titled(w("labels_classes"), _table([*(w(f"col_{name}") for name in heads), "F1"], classes)),
        _titled(w("samples_heading"), "\n\n".join(part for part in said if part)),
    ]


def _layers(layers: Mapping[str, Any], w: Words) -> str:
    rows = [[_line(row["layer"]), row["shape"], row["parameters"]] for row in layers["rows"]]
    rows += [[w("col_total"), layers["shape"], layers["total"]]] if rows and layers["total"] else []
    return _titled(w("layers_heading"), _table([w("col_layer"), w("col_shape"), w("col_parameters")], rows))


def _titled(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _measures(title: str, table: Mapping[str, Any], w: Words) -> str:
    rows = [
        [row["name"], *(" ".join(filter(None, (cell["text"], _brackets(cell)))) for cell in row["cells"])]
        for row in table["rows"]
    ]
    return _titled(title, _table([w("col_metric"), *(_line(model) for model in table["models"])], rows))


def _brackets(cell: Mapping[str, str]) -> str:
    inside = ", ".join(filter(None, (cell["interval"], cell["p"])))
    return f"({inside})" if inside else ""


def _confusion(found: Mapping[str, Any], w: Words) -> str:
    heads = [w("confusion_called"), *(f"{w('confusion_came')} {_line(label)}" for label in found["labels"])]
    rows = [[_line(row["label"]), *(cell["text"] for cell in row["cells"])] for row in found["rows"]]
    return _titled(w("confusion_heading"), _table(heads, rows))


def _leak(leak: Mapping[str, Any], w: Words) -> str:
    keys = ("change", "column", "cutoff", "compared", "moved", "largest")
    heads = [w(key if key == "cutoff" else f"col_{key}") for key in keys]
    body = _table(heads, [[_line(row[key]) for key in keys] for row in leak["rows"]])
    said = "\n".join(_line(text) for text in leak["said"])
    return _titled(_heading(leak["answer"], w("leak_title")), "\n\n".join((said, body))) if body else ""


def _heading(answer: Mapping[str, Any] | None, plain: str) -> str:
    return f"{answer['question']} {answer['word']}" if answer else plain


def _line(text: Any) -> str:
    """Write a user's text on one line, without breaking a table or starting markup."""
    plain = " ".join(str(text).split())
    for sign in ("\\", "|", "`", "*", "_", "<", "["):
        plain = plain.replace(sign, "\\" + sign)
    return plain


def _table(heads: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) if rows else ""


def _panel(panel: Mapping[str, Any], w: Words) -> str:
    heads = [w("day"), w("step"), w("col_middle"), w("col_r80"), w("col_r95"), w("p_up")]
    rows = [[r["day"], r["step"], r["mean"], r["r80"] or "–", r["r95"] or "–", r["p_up"]] for r in panel["rows"]]
    title = f"{w('nav_forecast')}: {_line(panel['id'])}"
    return (
        _titled(title, "\n\n".join(part for part in (_line(panel["given"]), _table(heads, rows)) if part))
        if rows
        else ""
    )


def _contest(part: Mapping[str, Any], w: Words) -> str:
    table = part["table"]
    heads = [w("model"), *(head["text"] for head in table["heads"]), w("col_against"), w("col_interval"), "p"]
    rows = []
    for row in table["rows"]:
        skill = row["skill"] or {"text": "–", "interval": "", "p": "–"}
        name = f"**{_line(row['model'])}**" if row["own"] else _line(row["model"])
        scores = [cell["text"] for cell in row["cells"]]
        rows.append([name, *scores, skill["text"], skill["interval"] or "–", skill["p"].removeprefix("p\u00a0=\u00a0")])
    return _titled(_heading(part["answer"], part["heading"]), _table(heads, rows))


def _coverage(part: Mapping[str, Any], w: Words) -> str:
    rows = [[row["step"] or w("all_steps"), *(cell["text"] for cell in row["cells"])] for row in part["table"]["rows"]]
    return _titled(_heading(part["answer"], w("nav_coverage")), _table([w("step"), *part["table"]["levels"]], rows))


def _findings(findings: Sequence[Mapping[str, Any]], w: Words) -> str:
    lines = [f"- **{row['label']}** (`{row['code']}`): {_line(row['text'])}" for row in findings]
    return _titled(w("findings_heading"), "\n".join(lines))


def _folds(folds: Mapping[str, Any], w: Words) -> str:
    rows = [[row["fold"], *(_part(part) for part in row["parts"])] for row in folds["rows"]]
    return _titled(w("folds_heading"), _table([w("fold"), w("train"), w("validation"), w("test")], rows))


def _part(part: Mapping[str, Any]) -> str:
    counted = f" ({part['counted']})" if part["counted"] else ""
    return f"{part['from']} – {part['to']}{counted}"


def _repeat(run: Mapping[str, Any], w: Words) -> str:
    parts = [f"    {line}" for line in run["command"].splitlines()]
    parts += [""] * bool(parts) + [f"- {_line(note)}" for note in run["notes"]]
    return _titled(w("repeat_heading"), "\n".join(parts))
