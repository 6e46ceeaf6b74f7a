"""Where outcomes fall in the forecast distribution: flat where it is honest."""

from collections.abc import Sequence

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, percent
from longshort.report.rows import Row, where
from longshort.report.words import Words

W, H = 400, 240


def bins(rows: Sequence[Row], network: str) -> list[tuple[float, float, float, int]]:
    """List a model's parts of the distribution, lowest first: both ends, the share there, of how many outcomes."""
    found = []
    for row in where(rows, model=network):
        low, high, share = (finite(row.get(key)) for key in ("low", "high", "share"))
        if low is not None and high is not None and share is not None and high > low:
            found.append((low, high, share, int(finite(row.get("n")) or 0)))
    return sorted(found)


def pit(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw the probability integral transform's histogram; dotted lines show how far luck alone moves each bar."""
    known = bins(rows, network)
    if not known:
        return Markup()
    heights = [share / (high - low) for low, high, share, _ in known]
    lucky = [_luck(low, high, n) for low, high, _, n in known]
    x = svg.Scale(known[0][0], known[-1][1], 52, W - 24)
    y = svg.Scale(0, 1.08 * max(1.0, *heights, *(1 + luck for luck in lucky if luck < 1)), H - 44, 26)
    ends = svg.numbered(svg.ticks(x.low, x.high, 5), 100, "\u00a0%")
    parts = [svg.frame(x, y, ends, svg.numbered(svg.ticks(y.low, y.high)), (words("axis_pit"), words("axis_often")))]
    for (low, high, share, n), height in zip(known, heights, strict=True):
        said = {"share": percent(share), "n": f"{n:,}", "fair": percent(high - low)}
        tip = words("pit_tip", low=percent(low), high=percent(high), **said)
        parts.append(svg.block(x(low) + 1, y(height), x(high) - 1, y(0), "block", tip))
    parts.append(svg.rule(x.start, y(1), x.end, y(1), "promise"))
    for (low, high, _, _), luck in zip(known, lucky, strict=True):
        sides = (1 - luck, 1 + luck) if luck < 1 else ()
        parts += [svg.rule(x(low), y(side), x(high), y(side), "luck") for side in sides]
    return svg.picture(W, H, words("pit_label"), parts)


def _luck(low: float, high: float, n: int) -> float:
    """Give how far from one an honest bar strays in 5 % of cases, outcomes taken as independent."""
    fair = min(max(high - low, 1e-9), 1.0)
    return float(1.96 * ((1 - fair) / (fair * n)) ** 0.5) if n else 1.0
