"""The strokes that digits are made of, and a pen that draws them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SIDE = 28


def drawn(strokes: list[Floats], count: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Draw one digit so many times, 0 to 1: ink within the pen's width of a stroke, paler over a pixel around it."""
    starts = np.concatenate([stroke[:-1] for stroke in strokes])
    ends = np.concatenate([stroke[1:] for stroke in strokes])
    slants, places = positions(count, random)
    pen = random.uniform(0.5, 1.2, (count, 1))
    shade = np.zeros((count, SIDE * SIDE))
    pixels = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).reshape(-1, 2)
    for start, end in zip(starts, ends, strict=True):
        tail, head = (slants @ point + places for point in (start, end))
        shade = np.maximum(shade, pen + 1.0 - distances(pixels, tail, head))
    noise = random.normal(0.0, 0.03, shade.shape) * (shade > 0.0)
    ink = np.clip(np.clip(shade, 0.0, 1.0) + noise, 0.0, 1.0)
    return ink.astype(np.float32).reshape(count, SIDE, SIDE)


def positions(count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw how each digit lies on its image: a matrix that sizes, slants and turns it, and its middle."""
    turn, slant = random.normal(0.0, 0.1, count), random.normal(0.1, 0.15, count)
    wide, high = random.uniform(5.5, 8.0, count), random.uniform(8.0, 9.5, count)
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    size = np.array([[wide, -slant * high], [np.zeros(count), high]])
    middle = 13.5 + random.uniform(-1.2, 1.2, (count, 2))
    return np.einsum("abn,bcn->nac", rotate, size), middle


def distances(pixels: NDArray[np.int64], tail: Floats, head: Floats) -> Floats:
    """Measure how far each pixel is from each line between tail and head: `[line, pixel]`."""
    way = head - tail
    length = np.maximum((way * way).sum(axis=1), 1e-9)[:, None]
    along = way @ pixels.T - (way * tail).sum(axis=1)[:, None]  # times the line's length squared
    nearest = np.clip(along / length, 0.0, 1.0)
    apart = (pixels * pixels).sum(axis=1) - 2.0 * tail @ pixels.T + (tail * tail).sum(axis=1)[:, None]
    found: Floats = np.sqrt(np.maximum(apart - nearest * (2.0 * along - nearest * length), 0.0))
    return found


def arc(x: float, y: float, width: float, height: float, start: float, stop: float) -> Floats:
    """Give points along an ellipse around (x, y), from `start` to `stop` in turns, clockwise from the right."""
    angle = 2.0 * np.pi * np.linspace(start, stop, max(3, round(12 * abs(stop - start)) + 1))
    return np.stack([x + width * np.cos(angle), y + height * np.sin(angle)], axis=1)


def line(*points: tuple[float, float]) -> Floats:
    """Give points to be joined by straight lines."""
    return np.array(points, dtype=float)


# in a square from -1 to 1, the second number downwards
STROKES: dict[int, list[Floats]] = {
    0: [arc(0.0, 0.0, 0.8, 1.0, 0.0, 1.0)],
    1: [line((-0.4, -0.6), (0.1, -1.0), (0.1, 1.0))],
    2: [arc(0.0, -0.45, 0.7, 0.55, -0.5, 0.15), line((0.41, 0.0), (-0.8, 1.0), (0.8, 1.0))],
    3: [arc(-0.1, -0.5, 0.7, 0.5, -0.4, 0.25), arc(-0.1, 0.5, 0.8, 0.5, -0.25, 0.4)],
    4: [line((0.2, -1.0), (-0.8, 0.3), (0.8, 0.3)), line((0.4, -0.3), (0.4, 1.0))],
    5: [line((0.7, -1.0), (-0.5, -1.0), (-0.6, -0.1)), arc(-0.1, 0.35, 0.8, 0.65, -0.3, 0.4)],
    6: [line((0.5, -1.0), (-0.2, -0.5), (-0.7, 0.4)), arc(0.0, 0.45, 0.7, 0.55, 0.0, 1.0)],
    7: [line((-0.8, -1.0), (0.8, -1.0), (-0.2, 1.0))],
    8: [arc(0.0, -0.5, 0.6, 0.5, 0.0, 1.0), arc(0.0, 0.5, 0.75, 0.5, 0.0, 1.0)],
    9: [arc(0.0, -0.4, 0.65, 0.6, 0.0, 1.0), line((0.65, -0.4), (0.4, 1.0))],
}
