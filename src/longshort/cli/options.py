"""The options that several commands share, each group described once and handed to the command as one dictionary."""

import codecs
import math
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import click

from longshort.errors import SettingsError, quoted
from longshort.language import LANGUAGES, from_environment
from longshort.settings import Bounds

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

# By the names that Python gives them; its other codecs (punycode, idna, zip, unicode_escape ...) write no tables.
ENCODINGS = frozenset(
    (
        "ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
        "cp949", "euc_kr", "johab", "cp932", "shift_jis", "euc_jp", "gbk", "gb2312", "gb18030", "big5", "big5hkscs",
        "cp950", "koi8-r", "koi8-u", "mac-roman", "cp437", "cp850", "cp852", "cp866", "cp874",
        *(f"iso8859-{part}" for part in range(1, 17)), *(f"cp{page}" for page in range(1250, 1259)),
    )
)  # fmt: skip


def whole(bounds: Bounds | None = None) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """Make a callback that reads a whole number, within `bounds` where they are not a setting's own.

    It raises SettingsError where there is none, or one out of bounds.
    """

    def read(_: click.Context, option: click.Parameter, value: str | None) -> int | None:
        if value is None:
            return None
        name = option.opts[0]
        try:
            number = int(value)
        except ValueError:
            raise SettingsError(
                f"{name} takes a whole number, not {quoted(value)}.", hint=f"Type for example {name} 5"
            ) from None
        if bounds is not None:
            bounds.refuse(name, number, f"{name} ")
        return number

    return read


LAGS = Bounds(0, 100_000, "no value is published so many steps later")
FOLDS = Bounds(1, 1_000, "the network is refitted before each")
SEASON = Bounds(1, 100_000, "no season has so many steps")
FEE = Bounds(0, 10_000, "it is the whole price")


def _group(into: str, options: dict[str, dict[str, Any]]) -> Decorator:
    """Make a decorator that adds the options and passes them on together, as the dictionary named `into`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def collected(**parameters: Any) -> Any:
            return command(**{into: {name: parameters.pop(name) for name in options}}, **parameters)

        decorated: Callable[..., Any] = collected
        for name, described in reversed(options.items()):
            decorated = click.option(f"--{name.replace('_', '-')}", name, **described)(decorated)
        return decorated

    return decorate


def names(_: click.Context, __: click.Parameter, value: str | None) -> list[str] | None:
    """Take a list of names apart at its commas."""
    return None if value is None else [name.strip() for name in value.split(",")]


_DIGITS = 9  # of a number of steps


def _lags(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, int] | None:
    lags = {}
    for value in values:
        name, equals, sessions = value.rpartition("=")
        if not (name and equals and sessions.isdecimal() and len(sessions) <= _DIGITS):
            raise click.BadParameter(f"{quoted(value)} is not of the form NAME=SESSIONS, such as --lag Revenue=1")
        lags[name] = int(sessions)
        LAGS.refuse("--lag", lags[name], f"--lag {name}=")
    return lags or None


def _finite(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):
        raise click.BadParameter("it must be a number from 0 to 10000, such as 5")
    return value


def _encoding(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no encoding of text, as tables have them."""
    try:
        known = value is None or codecs.lookup(value).name in ENCODINGS
    except (LookupError, ValueError):
        known = False
    if not known:
        raise SettingsError(
            f"--encoding {quoted(value)} is no encoding of tables.",
            hint="Type for example --encoding utf-8, cp1252, utf-16, cp949 or shift_jis; or leave it out.",
        )
    return value


def _text(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse bytes that are no text in UTF-8."""
    if value is not None:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SettingsError(f"{option.opts[0]} {quoted(value)} is no UTF-8.", hint="Type it anew.") from None
    return value


def _separator(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    return None if value is None else value.replace("\\t", "\t")


sources = click.argument("sources", nargs=-1, required=True, metavar="FILE...")

reading_options = _group(
    "reading",
    {
        "target": {"metavar": "NAME", "help": "Column to forecast. [default: recognised, e.g. Close]"},
        "id": {
            "metavar": "NAME",
            "multiple": True,
            "help": "Column that names the series in a long table. Repeatable: Store and Dept name it together.",
        },
        "date": {"metavar": "NAME", "help": "Column of dates or times."},
        "columns": {
            "metavar": "A,B,C",
            "callback": names,
            "help": "Names for a file without a header: time,low,high,open,close,volume",
        },
        "no_dates": {"is_flag": True, "help": "The file has no dates: rows are in order, steps are numbered."},
        "newest_first": {"is_flag": True, "help": "Rows without dates stand newest first."},
        "date_format": {"metavar": "FORMAT", "callback": _text, "help": "Form of the dates, such as %d/%m/%Y."},
        "timezone": {"metavar": "ZONE", "help": "Zone of local times, such as Europe/Berlin: turned to UTC."},
        "calendar": {"metavar": "NAME", "help": "Calendar of the dates, such as XNYS. [default: recognised]"},
        "wide": {"is_flag": True, "help": "Each column is a series of its own."},
        "alone": {"is_flag": True, "help": "Use the target's own past and declared columns, no other."},
        "one_series": {"is_flag": True, "help": "The files follow one another: they are one series."},
        "drop": {"metavar": "NAME", "multiple": True, "help": "Column to leave out. Repeatable."},
        "blank": {"metavar": "SIGN", "multiple": True, "help": "Sign of a blank cell, such as -999. Repeatable."},
        "known_future": {"metavar": "NAME", "multiple": True, "help": "Column known in advance. Repeatable."},
        "static": {"metavar": "NAME", "multiple": True, "help": "Column that never changes in a series. Repeatable."},
        "lag": {
            "metavar": "NAME=1",
            "multiple": True,
            "callback": _lags,
            "help": "Column published so many steps of the calendar later. Repeatable.",
        },
        "join": {"metavar": "FILE", "multiple": True, "help": "Second file, joined as of what was known. Repeatable."},
        "future": {"metavar": "FILE", "help": "Coming rows, with the columns known in advance and no target."},
        "duplicates": {
            "type": click.Choice(["first", "last", "mean"]),
            "help": "What to keep of several rows for one series and date. [default: refuse]",
        },
        "separator": {
            "metavar": "CHAR",
            "callback": _separator,
            "help": r"Between the cells, such as ; or \t. [default: recognised]",
        },
        "decimal": {"metavar": "CHAR", "help": "Decimal mark, . or , [default: recognised]"},
        "encoding": {
            "metavar": "NAME",
            "callback": _encoding,
            "help": "Encoding of the text, such as cp1252. [default: recognised]",
        },
    },
)

recipe_options = _group(
    "settings",
    {
        "horizon": {
            "type": str,
            "callback": whole(),
            "metavar": "N",
            "help": "How far ahead, in steps of the calendar (days, months, ...). [default: the recipe's, 1]",
        },
        "recipe": {"metavar": "FILE", "help": "Recipe to start from, a TOML file such as run/recipe.toml."},
        "set": {
            "metavar": "KEY=VALUE",
            "multiple": True,
            "help": "Change one setting of the recipe: model.cell=gru, training.members=3. Repeatable.",
        },
        "seed": {"type": str, "callback": whole(), "metavar": "N", "help": "Seed of all that is random. [default: 0]"},
        "quick": {"is_flag": True, "help": "Train with a smaller budget, and say so in the result."},
    },
)

walk_options = _group(
    "walk",
    {
        "folds": {
            "type": str,
            "callback": whole(FOLDS),
            "metavar": "N",
            "help": "Test periods in the last fifth; the network is refitted before each. [default: 8]",
        },
        "test_from": {"metavar": "DATE", "help": "One fit on what was known before DATE, tested from there on."},
        "history": {
            "type": click.Choice(["expanding", "rolling"]),
            "help": "Train on all that was known, or on a constant length of it. [default: expanding]",
        },
        "season": {
            "type": str,
            "callback": whole(SEASON),
            "metavar": "N",
            "help": "Steps in a season, such as 12 for months. [default: what the data show]",
        },
        "baselines": {
            "metavar": "A,B,C",
            "callback": names,
            "help": "Compare with these alone, such as naive,garch; the verdict says so. [default: all that apply]",
        },
    },
)

judging_options = _group(
    "judging",
    {
        "direction": {
            "type": click.Choice(["change", "sign", "none"]),
            "help": "What a direction is: of the change, the sign of the value, or none. [default: by the data]",
        },
        "fee_bps": {
            "type": click.FloatRange(FEE.low, FEE.high),
            "callback": _finite,
            "metavar": "N",
            "help": "Cost of a trade in basis points; given, the target counts as a price. [default: 5, on prices]",
        },
    },
)

require_skill_option = click.option(
    "--require-skill", is_flag=True, help="Leave with exit code 3 where no skill worth acting on is shown."
)

asking_options = _group(
    "asked",
    {
        "data": {"metavar": "PATH", "multiple": True, "help": "File or folder of yours. Repeatable, in order of need."},
        "set": {
            "metavar": "KEY=VALUE",
            "multiple": True,
            "help": "Change one setting of the recipe: training.epochs=20, model.cell=gru. Repeatable.",
        },
        "seed": {"type": str, "callback": whole(), "metavar": "N", "help": "Seed of all that is random. [default: 0]"},
        "quick": {"is_flag": True, "help": "Train with a smaller budget, and say so in the result."},
        "synthetic": {"is_flag": True, "help": "Make small data up, and say so in the result."},
    },
)

device_option = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where to train.",
)


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of the answer. [default: the terminal's; of --json, en]",
)


class Languages(NamedTuple):
    """Name the language of an answer as text, and that of the sentences in its JSON."""

    text: str
    json: str


def languages(lang: str | None) -> Languages:
    """Resolve `--lang`: text speaks the terminal's language unless one is typed, JSON then alone another than English.

    A program that reads JSON shall find the same sentences whoever's terminal it runs in.

    >>> languages("ko")
    Languages(text='ko', json='ko')
    """
    return Languages(lang or from_environment(), lang or "en")


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Keep the options that were typed: what was not is left to the library's own defaults."""
    return {name: value for name, value in options.items() if value is not None}
