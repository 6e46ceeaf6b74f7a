"""Page 5: convolution by hand, stride and padding, two functions slid over each other, and an image on its way."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say
from longshort.learn.convolution import convolve, convolve_functions, cross_correlate, map_size, max_pool, padded
from longshort.learn.drawing import arrow, axes, cells, curve, picture, shades, word
from longshort.learn.graphs import key
from longshort.learn.text import same, words
from longshort.report import svg

Floats = NDArray[np.floating[Any]]
W = words(__file__)
HEAD = Head("5", W("title"), W("question"))
FIRST = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
FIRST_KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
SECOND = np.array([[2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]])
SECOND_KERNEL = np.array([[2, 0, 1], [1, 0, 0], [0, 1, 1]])
PRINTED = np.array([[1, 6, 5], [7, 10, 9], [7, 10, 8]])  # what the slide gives for stride 2
FILTERS = {
    "edges_upright": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4,
    "edges_level": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]) / 4,
    "blur": np.ones((3, 3)) / 9,
    "outline": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 4,
}
STAGES = ("image", "red", "green", "blue", "filtered", "rectified", "pooled")
SIDE = 24

# What is computed


@cache
def rgb_image() -> Floats:
    """Draw a small landscape, `[height, width, depth]` with shares of red, green and blue: a sun over a house."""
    row, column = np.mgrid[0:SIDE, 0:SIDE]
    image = np.empty((SIDE, SIDE, 3))
    image[:] = (0.3, 0.55, 0.85)
    image[row >= 18] = (0.35, 0.6, 0.3)
    image[(row - 5) ** 2 + (column - 5) ** 2 <= 9] = (1.0, 0.9, 0.5)
    image[(row >= 11) & (row < 20) & (column >= 11) & (column < 21)] = (0.85, 0.75, 0.65)
    image[(row >= 6) & (row < 11) & (np.abs(column - 15.5) <= row - 5)] = (0.7, 0.25, 0.2)
    image[(row >= 14) & (row < 20) & (column >= 14) & (column < 17)] = (0.35, 0.22, 0.15)
    return image


def through(name: str) -> dict[str, Floats]:
    """Send the image through one filter (the same on all three depths, added up), ReLU and 2 × 2 max-pool."""
    image = rgb_image()
    filtered = sum(cross_correlate(image[:, :, depth], FILTERS[name]) for depth in range(3))
    rectified = np.maximum(np.asarray(filtered), 0.0)
    return {"filtered": np.asarray(filtered), "rectified": rectified, "pooled": max_pool(rectified)}


@cache
def two_functions(step: float = 0.01) -> tuple[Floats, Floats, Floats]:
    """Give points, a box on them, and a ramp that falls from 1 to 0 on them; all lie between multiples of `step`."""
    s = np.arange(-3.0, 3.0, step) + step / 2
    return s, (np.abs(s) <= 0.5) * 1.0, np.where((s >= 0) & (s <= 1.5), 1 - s / 1.5, 0.0)


@cache
def shared_area() -> tuple[Floats, Floats]:
    """Give shifts and the area that the box and the turned ramp share at each: their convolution."""
    s, box, ramp = two_functions()
    step = float(s[1] - s[0])
    area = convolve_functions(box, ramp, step)
    return 2 * s[0] + step * np.arange(len(area)), area


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield _by_hand()
    yield listing(cross_correlate)
    yield heading(W("stride_padding"))
    yield say(W("size"))
    yield _strides()
    yield lecture(W("slide_said"), W("slide"))
    yield heading(W("true_head"))
    yield say(W("true_said"))
    yield _functions()
    yield listing(convolve_functions)
    yield _turned()
    yield listing(convolve)
    yield heading(W("image_head"))
    yield say(W("image_said"))
    yield _image()
    yield listing(max_pool)
    yield lecture(W("code_said"), W("code"))
    yield command("longshort run mnist-cnn --data mnist/", W("own"))


def _by_hand() -> Markup:
    result = cross_correlate(FIRST, FIRST_KERNEL)
    frames = []
    for place in range(result.size):
        row, column = divmod(place, result.shape[1])

        def patch(r: int, c: int, row: int = row, column: int = column) -> str:
            return "input" if row <= r < row + 3 and column <= c < column + 3 else "cell"

        def mapped(r: int, c: int, place: int = place) -> str:
            return "target" if r * 3 + c == place else "middle" if r * 3 + c < place else "empty"

        seen = FIRST[row : row + 3, column : column + 3]
        sum_ = " + ".join(f"{a}·{b}" for a, b in zip(seen.ravel(), FIRST_KERNEL.ravel(), strict=True))
        parts = [
            cells(FIRST, 4, 26, 30, patch),
            cells(FIRST_KERNEL, 176, 56, 30, lambda r, c: "input"),
            cells(np.where(np.arange(9).reshape(3, 3) <= place, result, np.nan), 294, 56, 30, mapped, _blank),
            *_names(),
        ]
        said = W("place_read", sum=sum_, value=int(result[row, column]), row=row, column=column)
        frames.append([*picture(W("hand_label"), parts, 390, 182), say(said)])
    slider = Slider(W("place"), [same(f"({n // 3}, {n % 3})") for n in range(result.size)], 0)
    return live("hand", [slider], frames, W("hand"))


def _blank(value: float) -> str:
    return "" if np.isnan(value) else f"{value:g}"


def _names() -> list[Markup]:
    return [word(x, 16, W(name), "axis") for x, name in ((79, "image"), (221, "kernel"), (339, "map"))]


def _strides() -> Markup:
    strides, paddings = (1, 2, 3), (0, 1, 2)
    frames = [_stride_frame(stride, padding) for stride in strides for padding in paddings]
    sliders = [Slider(W("stride"), [same(n) for n in strides], 1), Slider(W("padding"), [same(n) for n in paddings], 1)]
    return live("stride", sliders, frames, W("stride_caption"))


def _stride_frame(stride: int, padding: int) -> list[Markup]:
    ground, result = padded(SECOND, padding), cross_correlate(SECOND, SECOND_KERNEL, stride, padding)
    side, last = len(ground), len(result)
    printed = stride == 1 and last >= 3 and np.array_equal(result[:3, :3], PRINTED)
    size = 22 if side > 7 else 24

    def image_style(row: int, column: int) -> str:
        inside = padding <= row < side - padding and padding <= column < side - padding
        corner = row % stride == 0 and column % stride == 0 and row // stride < last and column // stride < last
        return "input" if corner else "cell" if inside else "empty"

    def map_style(row: int, column: int) -> str:
        return "target" if printed and row < 3 and column < 3 else "middle"

    parts = [cells(ground, 4, 24, size, image_style), cells(result, 250, 24, size, map_style)]
    parts += [word(4 + side * size / 2, 15, W("padded"), "axis"), word(250 + last * size / 2, 15, W("map"), "axis")]
    fields = {"stride": stride, "padding": padding, "size": map_size(5, 3, stride, padding)}
    said = [W("stride_read", **fields)] + ([W("printed_here")] if printed else [])
    return [*picture(W("stride_label"), parts, 414, 232), say(*said)]


def _functions() -> Markup:
    shifts = np.arange(-1.5, 3.01, 0.25)
    s, box, ramp = two_functions()
    shown = np.flatnonzero((s >= -2) & (s <= 3))[::2]
    shifted, area = shared_area()
    under = (shifted >= -2) & (shifted <= 3)
    frames = []
    for shift in shifts:
        turned = np.interp(shift - s, s, ramp, left=0, right=0)
        x, y, grid = axes((-2.0, 3.0), (0, 1.2), (same("s"), same("")), (34, 12, 402, 112))
        both = [(float(a), float(b)) for a, b in zip(s, box * turned, strict=True) if -0.6 <= a <= 0.6]
        top = [grid, svg.area([(a, 0.0) for a, _ in both], both, x, y, "range"), curve(x, y, s[shown], box[shown])]
        top.append(curve(x, y, s[shown], turned[shown], "second"))
        u, v, low = axes((-2.0, 3.0), (0, 1.2), (same("t"), same("")), (34, 166, 402, 266))
        value = float(np.interp(shift, shifted, area))
        line = curve(u, v, shifted[under][::4], area[under][::4], "third")
        bottom = [low, line, svg.mark("circle", u(float(shift)), v(value), "own")]
        legend = key([("line", c, W(n)) for c, n in (("network", "f"), ("second", "g"), ("third", "fg"))])
        drawing = picture(W("functions_label"), [*top, *bottom], height=308)
        frames.append([*drawing, legend, say(W("functions_read", shift=shift, value=value))])
    slider = Slider(W("shift"), [same(f"{t:g}".replace("-", "−")) for t in shifts], 6)
    return live("functions", [slider], frames, W("functions"))


def _turned() -> Markup:
    kinds = {"as_it_is": (SECOND_KERNEL, cross_correlate), "turned": (SECOND_KERNEL[::-1, ::-1], convolve)}
    frames = []
    for kernel, by in kinds.values():
        result = by(SECOND, SECOND_KERNEL, 2, 1)
        parts = [cells(SECOND, 4, 26, 26), cells(kernel, 166, 52, 26, lambda r, c: "input")]
        parts += [cells(result, 286, 52, 26, lambda r, c: "middle")]
        parts += [word(x, 16, W(name), "axis") for x, name in ((69, "image"), (205, "kernel"), (325, "map"))]
        frames.append(picture(W("turned_label"), parts, 390, 162))
    return live("turned", [Slider(W("kernel_laid"), [W(kind) for kind in kinds])], frames, W("turned_caption"))


def _image() -> Markup:
    frames = [_image_frame(name, stage) for name in FILTERS for stage in STAGES]
    sliders = [
        Slider(W("filter"), [W(name) for name in FILTERS]),
        Slider(W("stage"), [W(f"stage_{s}") for s in STAGES], 4),
    ]
    return live("image", sliders, frames, W("image_caption"))


def _image_frame(name: str, stage: str) -> list[Markup]:
    x, y = svg.Scale(0, 1, 170, 410), svg.Scale(0, 1, 4, 244)
    image, made = rgb_image(), through(name)
    if stage == "image":
        parts, shape = [_pixels(image, 170, 240)], image.shape
    elif stage in made:
        values = made[stage]
        limit = max(float(np.abs(made["filtered"]).max()), 1e-9)
        parts = [
            shades(np.maximum(values, 0) / limit, x, y, 12),
            shades(np.maximum(-values, 0) / limit, x, y, 12, "cool"),
        ]
        shape = values.shape
    else:
        channel = image[:, :, ("red", "green", "blue").index(stage)]
        parts, shape = [shades(channel, x, y, 12)], channel.shape
    frame = Markup('<rect class="outline" x="170" y="4" width="240" height="240"/>')
    said = W(f"said_{stage}", shape=" × ".join(map(str, shape)))
    given = [_pixels(image, 4, 140), arrow(148, 74, 166, 74)]
    return [*picture(W("image_label"), [*given, *parts, frame], 414, 250), say(said)]


def _pixels(image: Floats, left: float, width: float) -> Markup:
    """Draw an image pixel by pixel, each colour as one path."""
    side = width / SIDE
    colours: dict[tuple[int, ...], list[str]] = {}
    for (row, column), _ in np.ndenumerate(image[:, :, 0]):
        colour = tuple(round(255 * share) for share in image[row, column])
        colours.setdefault(colour, []).append(f"M{left + column * side:.4g} {4 + (row + 0.5) * side:.4g}h{side:.4g}")
    path = '<path style="stroke:rgb({},{},{});stroke-width:{:.2f}" d="{}"/>'
    return Markup("").join(Markup(path).format(*c, side + 0.3, "".join(runs)) for c, runs in colours.items())
