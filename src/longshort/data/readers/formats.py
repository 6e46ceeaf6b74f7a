"""The ways in which people write a date, each as a pattern that takes it apart."""

import re
from dataclasses import dataclass, field

_MONTH = r"(?<b>[A-Za-z]{3,9})\.?"
_YEAR = r"(?<y>\d{4})"
_TIME = (
    r"(?:(?:[T ]|, ?)\s*(?<H>\d{1,2}):(?<M>\d{2})(?::(?<S>\d{2})(?:[.,](?<f>\d{1,9}))?)?\s*(?<p>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?<z>Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|UTC|GMT)?$"
)
_MONTHS = ("jan", "feb", "mar mär", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez")
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}


@dataclass(frozen=True)
class Way:
    """Describe one way to write dates: its pattern, how strftime would write it, and how three numbers may be read.

    `orders` lists what the groups `u`, `v`, `w` of the pattern can mean; with more than one the dates themselves must
    tell. The separator is the pattern's group `s`.
    """

    pattern: str
    written: str
    orders: tuple[str, ...] = ("",)
    timed: bool = True
    regex: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", "^" + self.pattern + (_TIME if self.timed else "$"))

    def strftime(self, order: str, example: str) -> str:
        """Write the way as `--date-format` takes it, with the separator and the time of an example."""
        found = re.match(self.regex.replace("(?<", "(?P<"), example)
        groups = found.groupdict() if found else {}
        written = self.written.replace("{s}", groups.get("s") or "")
        year = "%y" if len(groups.get("w" if order.endswith("y") else "u") or "1234") == 2 else "%Y"
        for place, letter in zip("uvw", order, strict=False):
            written = written.replace("{" + place + "}", year if letter == "y" else "%" + letter)
        if len(groups.get("b") or "") > 3:
            written = written.replace("%b", "%B")
        if len(groups.get("yy") or "") == 2:
            written = written.replace("%Y", "%y")
        return written + _time_written(groups, example)


def _time_written(groups: dict[str, str | None], example: str) -> str:
    zone = "%z" if groups.get("z") else ""
    if not groups.get("H"):
        return zone
    if ":" not in example:
        return "%H%M" + ("%S" if groups.get("S") else "")
    hour = "%I" if groups.get("p") else "%H"
    seconds = (":%S" if groups.get("S") else "") + ("%.f" if groups.get("f") else "")
    return (
        ("T" if re.search(r"\dT\d", example) else " ")
        + hour
        + ":%M"
        + seconds
        + (" %p" if groups.get("p") else "")
        + zone
    )


_HOUR = r"[ T](?<H>\d{1,2})(?:[- ]?(?<p>[AaPp]\.?[Mm]\.?)|h|시)?"
_SHORT = r"(?<yy>\d{4}|\d{2})"
_WEEKDAY = r"(?:[A-Za-z]{3,9},? )?"
WAYS = (
    Way(_YEAR + r"(?<s>[-/.])\s?(?<m>\d{1,2})[-/.]\s?(?<d>\d{1,2})", "%Y{s}%m{s}%d"),
    Way(_YEAR + r"(?<s>[-/.])(?<m>\d{1,2})[-/.](?<d>\d{1,2})" + _HOUR, "%Y{s}%m{s}%d", timed=False),
    Way(
        r"(?<y>1[6-9]\d\d|2[01]\d\d)(?<m>\d{2})(?<d>\d{2})(?:(?:[T ]?(?<H>\d{2})(?<M>\d{2})(?<S>\d{2})?)|(?:\.0))?",
        "%Y%m%d",
        timed=False,
    ),
    Way(r"(?<y>1[6-9]\d\d|2[01]\d\d)(?<m>\d{2})(?<d>\d{2})", "%Y%m%d"),
    Way(r"(?<u>\d{1,2})(?<s>[-/.])(?<v>\d{1,2})[-/.](?<w>\d{4})", "{u}{s}{v}{s}{w}", ("dmy", "mdy")),
    Way(r"(?<u>\d{2})(?<s>[-/.])(?<v>\d{2})[-/.](?<w>\d{2})", "{u}{s}{v}{s}{w}", ("dmy", "mdy", "ymd")),
    Way(r"(?<u>\d{1,2})(?<s>[-/.])(?<v>\d{1,2})[-/.](?<w>\d{2})", "{u}{s}{v}{s}{w}", ("dmy", "mdy")),
    Way(_WEEKDAY + _MONTH + r" (?<d>\d{1,2}),? " + _YEAR, "%b %d, %Y"),
    Way(_WEEKDAY + r"(?<d>\d{1,2})(?<s>[- ])" + _MONTH + r",?[- ]" + _SHORT, "%d{s}%b{s}%Y"),
    Way(_MONTH + r"(?<s>-)(?<d>\d{1,2})-" + _SHORT, "%b{s}%d{s}%Y"),
    Way(_YEAR + r"년 ?(?<m>\d{1,2})월 ?(?<d>\d{1,2})일", "%Y년 %m월 %d일"),
    Way(_YEAR + r"[.] (?<m>\d{1,2})[.] (?<d>\d{1,2})[.]?", "%Y. %m. %d."),
    Way(_YEAR + r"[年](?<m>\d{1,2})[月](?<d>\d{1,2})[日]", "%Y年%m月%d日"),
    Way(_YEAR + r"(?<s>[-/.])(?<m>\d{1,2})", "%Y{s}%m", timed=False),
    Way(_YEAR + r"년 ?(?<m>\d{1,2})월", "%Y년 %m월", timed=False),
    Way(_YEAR + r"[年] ?(?<m>\d{1,2})[月]", "%Y年%m月", timed=False),
    Way(_YEAR + r"(?<s>[- ]?)[Mm](?<m>\d{1,2})", "%Y{s}M%m", timed=False),
    Way(_YEAR + r"년 ?(?<q>[1-4])분기", "%Y년 %q분기", timed=False),
    Way(r"(?<q>[1-4])[Qq](?<s>[- ]?)" + _SHORT, "%qQ{s}%Y", timed=False),
    Way(r"(?<m>\d{1,2})(?<s>[-/.])" + _YEAR, "%m{s}%Y", timed=False),
    Way(_MONTH + r"(?<s>[- ])" + _SHORT, "%b{s}%Y", timed=False),
    Way(r"(?<yy>\d{2})(?<s>-)" + _MONTH, "%Y{s}%b", timed=False),
    Way(_YEAR + r"(?<s>[- ]?)[Qq](?<q>[1-4])", "%Y{s}Q%q", timed=False),
    Way(r"[Qq](?<q>[1-4])(?<s>[- ])" + _YEAR, "Q%q{s}%Y", timed=False),
    Way(_YEAR + r"-W(?<w7>\d{2})(?:-(?<a>[1-7]))?", "%G-W%V", timed=False),
    Way(r"(?<y>1[5-9]\d\d|2[01]\d\d)(?:[.]0)?", "%Y", timed=False),
    Way(r"(?<y>1[6-9]\d\d|2[01]\d\d)(?<m>0[1-9]|1[0-2])", "%Y%m", timed=False),
)
