"""The page of a recipe that does not forecast, and what recipes add to the page of one that does."""

import base64
import re
import struct
import zlib
from copy import deepcopy
from random import Random
from typing import Any

import pytest
import sample
from test_render import holes, visible

from longshort.report import markdown, render
from longshort.report.pictures import png

LAYERS = [
    {"layer": "lstm", "output_shape": [None, 60, 50], "parameters": 10_400},
    {"layer": "dense", "output_shape": [None, 1], "parameters": 51},
]


def labelled() -> dict[str, Any]:
    """Build the summary of a recipe of labels, as `results/summary.py` hands it over."""
    every = {"unique_id": None, "step": None}
    scores = [
        {"model": model, "metric": metric, "value": value, "n": 200, **every}
        for model, metric, value in (
            ("lstm", "accuracy", 0.9), ("lstm", "cross_entropy", 0.31), ("lstm", "brier", 0.12),
            ("majority", "accuracy", 0.55), ("majority", "cross_entropy", 0.69), ("majority", "brier", 0.49),
        )
    ]  # fmt: skip
    skill = {"baseline": "majority", "metric": "error_rate", "value": 0.78, "low": 0.7, "high": 0.85, "p_value": 1e-9}
    matrix = [("7", "7", 100), ("7", "1", 10), ("1", "7", 10), ("1", "1", 80)]
    picture = {"kind": "image", "pixels": [[0, 255], [128, 64]], "truth": "7", "predicted": "1", "probability": 0.98}
    return {
        "schema": 2,
        "verdict": "Edge: lstm gets 90 % of the 200 test digits right; always saying the commonest scores 55 %.",
        "task": "classify",
        "synthetic": True,
        "network": "lstm",
        "title": "mnist-rows: 28 rows of 28",
        "scores": scores,
        "skill": [{"model": "lstm", **every, **skill}],
        "edge": [{"model": "lstm", "metric": "accuracy", "value": 0.9, "low": 0.85, "high": 0.94, "p_value": 1e-9}],
        "classes": [
            {"label": name, "n": 110, "predicted": 110, "recall": 0.91, "low": 0.84, "high": 0.96, "precision": 0.91,
             "f1": 0.91}
            for name in ("7", "1")
        ],
        "matrix": [{"true": true, "predicted": said, "n": n} for true, said, n in matrix],
        "layers": deepcopy(LAYERS),
        "parameters": 10_451,
        "training_shape": [2708, 60, 1],
        "samples": [
            picture,
            {"kind": "text", "text": "재미있었어요", "truth": "good", "predicted": "bad", "probability": None},
            {"kind": "generated", "seed": "First", "text": " Citizen", "settings": {"temperature": 0.8}},
            {"kind": "pair", "source": "a b", "truth": "b a", "predicted": "b b", "probability": None},
            {"kind": "listing", "title": "shapes", "lines": ["(1, 4) -> (1, 2)"]},
        ],
        "findings": [{"code": "labels_unseen", "severity": "warning", "text": "Two labels are new.", "value": 2.0}],
        "run": {"quick": True, "notes": [], "data": {"notes": []}, "versions": {}},
    }  # fmt: skip


def forecast() -> dict[str, Any]:
    """Build the summary of a forecast with its whole test."""
    whole = {
        "unique_id": "AMZN",
        "ds": [f"2017-01-{day:02d}" for day in range(1, 13)],
        "y": [float(n) for n in range(12)],
        "part": ["train"] * 6 + ["validation"] * 2 + ["test"] * 4,
        "predicted": [None] * 8 + [7.5, 8.5, 9.5, 10.5],
        "persistence": [None] * 8 + [7.0, 8.0, 9.0, 10.0],
    }
    return sample.summary() | {"task": "forecast", "whole": [whole], "layers": deepcopy(LAYERS), "parameters": 10_451}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_labels_are_shown_with_matrix_classes_and_every_kind_of_sample(lang: str) -> None:
    page = render(labelled(), lang)
    text = visible(page)
    for said in ("90.0", "55.0", "재미있었어요", "First", "Citizen", "(1, 4) -&gt; (1, 2)", "b b", "10,451"):
        assert said in text
    assert "(None, 60, 50)" in text
    assert "(2708, 60, 1)" in text
    assert page.count('class="shade') == 4
    assert page.count("data:image/png;base64,") == 1
    assert not re.search(r"\b(nan|NaN|undefined|Markup)\b", text)


def test_what_only_forecasts_have_is_not_mentioned() -> None:
    text = visible(render(labelled()))
    assert "Is the point forecast better" not in text
    assert "Skill of the network over it" not in text


def test_made_up_data_are_called_so_at_the_top() -> None:
    said = "Synthetic: the data were made up"
    assert said in visible(render(labelled()))
    assert said not in visible(render(labelled() | {"synthetic": False}))


def test_the_split_and_the_whole_test_are_drawn_with_persistence() -> None:
    page = render(forecast())
    section = page[page.index('<section id="real"') :].split("</section>")[0]
    for style in ("split train", "split validation", "split test", "naive", "actual", "network"):
        assert f'<path class="{style}" d="M' in section
    assert "AMZN" in visible(section)


def test_a_test_without_anything_before_it_has_no_split() -> None:
    summary = forecast()
    summary["whole"][0]["part"] = ["test"] * 12
    section = render(summary).split('<section id="real"')[1].split("</section>")[0]
    assert "split" not in section
    assert "split" not in render(sample.summary()).split("<body>")[1].split("<script>")[0].replace("splits", "")


def test_many_classes_are_listed_by_what_was_mixed_up() -> None:
    summary = labelled()
    names = [f"c{n}" for n in range(16)]
    summary["classes"] = [summary["classes"][0] | {"label": name} for name in names]
    summary["matrix"] = [{"true": "c0", "predicted": "c1", "n": 33}, {"true": "c1", "predicted": "c0", "n": 0}]
    page = render(summary)
    assert 'class="shade' not in page
    assert "30.0 %" in visible(page).replace("\u00a0", " ")
    assert "c0 c1 33" in visible(page)


def test_the_markdown_holds_scores_classes_samples_and_layers() -> None:
    text = markdown(labelled())
    for said in (
        "| Right | 90.0",
        "| 7 | 110 |",
        "재미있었어요",
        "    First Citizen",
        "| lstm | (None, 60, 50) | 10,400 |",
    ):
        assert said in text


@pytest.mark.parametrize("nothing", [None, [], "absent"])
@pytest.mark.parametrize("part", sorted(labelled()))
def test_any_part_may_be_missing(part: str, nothing: Any) -> None:
    summary = {key: value for key, value in labelled().items() if key != part}
    if nothing != "absent":
        summary[part] = type(labelled()[part])() if nothing == [] else None
    assert "</html>" in render(summary)
    assert markdown(summary)


@pytest.mark.parametrize("seed", range(10))
def test_numbers_missing_anywhere_never_break_the_page(seed: int) -> None:
    for summary in (labelled(), forecast()):
        assert "</html>" in render(holes(summary, Random(seed).random))


def test_what_users_wrote_stays_text() -> None:
    hostile = "</script><script>alert('1')</script> <b>"
    summary = labelled()
    for row in summary["samples"]:
        row.update({key: hostile for key in ("text", "seed", "source", "truth", "predicted", "title") if key in row})
    summary["classes"][0]["label"] = summary["layers"][0]["layer"] = hostile
    page = render(summary)
    assert "<script>alert" not in page
    assert "<b>&lt;" in page or "&lt;b&gt;" in page


@pytest.mark.parametrize(
    ("pixels", "kind", "levels"),
    [([[0, 255], [128, 64]], 0, [[255, 0], [127, 191]]), ([[[1, 2, 3], [4, 5, 6]]], 2, [[1, 2, 3, 4, 5, 6]])],
)
def test_pictures_are_png_with_ink_on_paper(pixels: Any, kind: int, levels: Any) -> None:
    content = base64.b64decode(png(pixels).split(",")[1])
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colour = struct.unpack(">IIBB", content[16:26])
    assert (width, height, depth, colour) == (len(pixels[0]), len(pixels), 8, kind)
    at = content.index(b"IDAT")
    size = struct.unpack(">I", content[at - 4 : at])[0]
    raw = zlib.decompress(content[at + 4 : at + 4 + size])
    step = len(raw) // height
    assert [list(raw[k * step + 1 : (k + 1) * step]) for k in range(height)] == levels


@pytest.mark.parametrize("pixels", [[], [[]], [[1, 2], [3]], [["ink"]], [[None]], [[[1, 2, 3], 4]]])
def test_what_is_no_picture_is_left_out(pixels: Any) -> None:
    assert png(pixels) == ""
