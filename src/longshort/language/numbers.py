"""Numbers as people read them, in each language: shares, points, p-values, counts."""

from typing import Any

MISSING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
GAP = {"en": " ", "ko": ""}  # between a number and its percent sign


def percent(share: float, lang: str = "en", digits: int = 1) -> str:
    """Write a share in percent, without a trailing zero.

    >>> percent(0.055), percent(0.8), percent(12.5), percent(-0.003), percent(0.62, "ko")
    ('5.5 %', '80 %', '1,250 %', '−0.3 %', '62%')
    """
    return f"{_plain(100 * share, digits)}{GAP[lang]}%"


def size(share: float, lang: str = "en") -> str:
    """Write how large a difference is, without its sign, with a second digit where it is tiny.

    >>> size(-0.0123), size(0.0004)
    ('1.2 %', '0.04 %')
    """
    return percent(abs(share), lang, 1 if abs(share) >= 0.001 else 2)


def points(share: float, lang: str = "en") -> str:
    """Write a difference of two shares in percentage points, without its sign.

    >>> points(0.019), points(0.01), points(-0.019, "ko")
    ('1.9 points', '1 point', '1.9%p')
    """
    number = _plain(abs(100 * share), 1)
    return f"{number}%p" if lang == "ko" else f"{number} point{'' if number == '1' else 's'}"


def p_value(p: float | None, lang: str = "en") -> str:
    """Write a p-value as a person reads it.

    >>> p_value(0.613), p_value(0.0421), p_value(0.00002), p_value(None)
    ('p = 0.61', 'p = 0.042', 'p < 0.001', 'too few to test')
    """
    if p is None:
        return "too few to test" if lang == "en" else "검정하기에 너무 적음"
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.2f}" if p >= 0.095 else f"p = {p:.3f}"


def number(value: float) -> str:
    """Write a number with four significant digits.

    >>> number(0.06325), number(1414.2135), number(3.0)
    ('0.06325', '1,414', '3')
    """
    return f"{value:,.4g}".replace("-", MINUS)


def count(value: float) -> str:
    """Write a whole number, its thousands apart.

    >>> count(1005)
    '1,005'
    """
    return f"{value:,.0f}".replace("-", MINUS)


def _plain(value: float, digits: int) -> str:
    written = f"{value:,.{digits}f}"
    written = written.rstrip("0").rstrip(".") if digits else written
    return "0" if written in ("-0", "") else written.replace("-", MINUS)


def formatted(value: Any, spec: str, lang: str) -> str:
    """Write a value as a template's specification asks: percent, percent0, percent2, size, points, p, number, count."""
    if spec == "p":
        return p_value(value, lang)
    if value is None:
        return MISSING
    if spec.startswith("percent"):
        return percent(value, lang, int(spec.removeprefix("percent") or 1))
    if spec in ("size", "points"):
        return {"size": size, "points": points}[spec](value, lang)
    if spec in ("number", "count"):
        return {"number": number, "count": count}[spec](value)
    return format(value, spec)
