"""Examples to be looked at, as plain data: what a page shows as pictures or text without knowing the network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Sample = dict[str, Any]


def image(
    pixels: ArrayLike, truth: object = None, predicted: object = None, probability: float | None = None
) -> Sample:
    """Keep an image `[height, width]` (grey) or `[height, width, 3]`, 0 (background) to 1, and what was said of it."""
    levels = np.clip(np.rint(255 * np.asarray(pixels, dtype=float)), 0, 255).astype(int)
    return {"kind": "image", "pixels": levels.tolist(), **_said(truth, predicted, probability)}


def text(content: str, truth: object = None, predicted: object = None, probability: float | None = None) -> Sample:
    """Keep a text, and what was said of it."""
    return {"kind": "text", "text": content, **_said(truth, predicted, probability)}


def generated(content: str, seed: str = "", **settings: Any) -> Sample:
    """Keep what a model wrote on from `seed`; `settings` such as the temperature say how."""
    return {"kind": "generated", "seed": seed, "text": content, "settings": settings}


def pair(source: str, truth: str, predicted: str) -> Sample:
    """Keep a sequence with what it should have become and what it became."""
    return {"kind": "pair", "source": source, **_said(truth, predicted, None)}


def listing(title: str, lines: Sequence[str]) -> Sample:
    """Keep lines to be shown as they stand, such as shapes or steps, under a title."""
    return {"kind": "listing", "title": title, "lines": list(lines)}


def _said(truth: object, predicted: object, probability: float | None) -> Sample:
    said = {"truth": truth, "predicted": predicted}
    words = {name: None if value is None else str(value) for name, value in said.items()}
    return {**words, "probability": None if probability is None else float(probability)}
