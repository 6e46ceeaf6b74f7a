"""Tell which columns hold forecasts, and of which model each: centres, quantiles, paths, probabilities, calls."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from longshort.audit.reading import levels
from longshort.audit.reading.calls import is_call
from longshort.audit.reading.roles import ACTUALS, VALUES, Asked, Roles
from longshort.audit.reading.suffixes import Suffix, suffixes
from longshort.baselines import NAMES
from longshort.data.tables import names
from longshort.data.tables.names import plain
from longshort.errors import DataError, examples
from longshort.language import message, quoted

UNNAMED = "forecast"
CENTRES = [*VALUES, "mean", "point", "pointforecast", "expected", "centre", "center"]
RESERVED = tuple(name for name in NAMES if name not in CENTRES)  # of baselines that a table may bring
CHANCES = [
    "pup",
    "probup",
    "probability",
    "prob",
    "proba",
    "upprobability",
    "probabilityup",
    "probabilityofrise",
    "prise",
    "proba1",
    "prob1",
]
UNSAID = ["lower", "upper", "lo", "hi", "lowerbound", "upperbound", "low", "high"]
COUNTERS = ("", "index", "unnamed0", "column0", "column1", "level0")


@dataclass(frozen=True)
class Model:
    """Name the columns of one model: `quantiles` by level, `paths` one column for each."""

    name: str
    centre: str | None = None
    quantiles: dict[float, str] = field(default_factory=dict)
    chance: str | None = None
    call: str | None = None
    paths: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """List all its columns."""
        single = [name for name in (self.centre, self.chance, self.call) if name is not None]
        return [*single, *self.quantiles.values(), *self.paths]


def find_models(
    name: str, sample: pl.DataFrame, numeric: Sequence[str], roles: Roles, asked: Asked
) -> tuple[list[Model], list[str]]:
    """Sort the columns that are no keys by model, and say in sentences what was recognised and left out.

    Raise DataError where no column holds forecasts, or where it cannot be told which do.
    """
    if roles.value is not None:
        return [Model(UNNAMED, roles.value)], []
    aside = {*roles.keys, roles.y, roles.last}
    others = [column for column in sample.columns if column not in numeric and plain(column) not in ACTUALS]
    text = [column for column in others if is_call(sample[column], column)]
    free = [column for column in asked.forecast or (*numeric, *text) if column not in aside]
    parts, notes = _parts(name, suffixes([column for column in free if column not in text]))
    rest = [column for column in free if all(column not in part.columns for part in parts.values())]
    calls = [column for column in rest if is_call(sample[column], column)]
    chances = [column for column in rest if column not in calls and plain(column) in CHANCES]
    rest = [column for column in rest if column not in calls and column not in chances]
    centres, left = _centres(name, rest, [*parts], bool(calls or chances), asked)
    for kind, columns in (("centre", centres), ("chance", chances), ("call", calls)):
        for column in columns:
            owner = _owner(column, kind)
            if getattr(parts.get(owner, Model(owner)), kind) is not None:
                raise _ambiguous(name, [column, getattr(parts[owner], kind)])
            change: dict[str, Any] = {kind: column}
            parts[owner] = replace(parts.get(owner, Model(owner)), **change)
    if not parts:
        raise DataError(
            f"{name} has no column of forecasts; its columns are {examples(sample.columns, 12)}.",
            hint="Name it with --forecast NAME.",
        )
    return list(parts.values()), [*notes, *_left_out(left)]


def _owner(column: str, kind: str) -> str:
    """Name the model of a column: the column's own name, unless that only says what it holds."""
    generic = plain(column) in CENTRES or kind == "chance" or (kind == "call" and is_call(pl.Series(["up"]), column))
    return UNNAMED if generic else column


def _parts(name: str, found: dict[str, Suffix]) -> tuple[dict[str, Model], list[str]]:
    """Put the columns together whose names say a level, an interval's end, a path or a probability."""
    notes: list[str] = []
    ends = [column for column, suffix in found.items() if suffix.kind in ("low", "high")]
    given = [column for column, suffix in found.items() if suffix.kind == "level"]
    widths, percent = levels.as_shares([found[column].number for column in ends], name)
    level = dict(zip(ends, widths, strict=True))
    level = {c: levels.lower(w) if found[c].kind == "low" else levels.upper(w) for c, w in level.items()}
    if ends and not percent:
        notes.append(message("reading.widths_as_shares"))
    medians = {column for column in given if found[column].number == 0.5 and "median" in column.lower()}
    shares, percent = levels.as_shares([found[column].number for column in given if column not in medians], name)
    if given and percent:
        notes.append(message("reading.levels_in_percent"))
    level |= dict(zip([column for column in given if column not in medians], shares, strict=True))
    level |= dict.fromkeys(medians, 0.5)
    for column, suffix in found.items():
        if suffix.kind == "percent":
            level[column] = levels.of_percent(suffix.number, name)
    parts: dict[str, Model] = {}
    for column, suffix in found.items():
        owner = suffix.model or UNNAMED
        model = parts.get(owner, Model(owner))
        if suffix.kind == "chance":
            model = replace(model, chance=column)
        elif suffix.kind == "path":
            model = replace(model, paths=(*model.paths, column))
        elif level[column] in model.quantiles:
            raise DataError(
                f"{name}: {column!r} and {model.quantiles[level[column]]!r} are both the quantile "
                f"{level[column]:g} of {owner!r}.",
                hint="Leave one of the two out.",
            )
        else:
            model = replace(model, quantiles=dict(sorted([*model.quantiles.items(), (level[column], column)])))
        parts[owner] = model
    return parts, notes


def _centres(
    name: str, rest: Sequence[str], known: Sequence[str], otherwise: bool, asked: Asked
) -> tuple[list[str], list[str]]:
    """Choose the columns that are models' centres among those whose names say nothing else; list the others."""
    if asked.forecast:
        return list(rest), []
    usual = names.ranked(rest, CENTRES)
    kinds = names.kinds(rest)
    left = [c for c in rest if kinds[c] != "other" or plain(c) in (*UNSAID, *COUNTERS)]
    sure = [c for c in rest if c not in usual and c not in left and (c in known or c in RESERVED)]
    unsure = [c for c in rest if c not in usual and c not in left and c not in sure]
    if unsure and (usual or otherwise):
        raise _ambiguous(name, [*usual, *unsure])
    if len(rest) == len(left) == 1 and not known and not otherwise:
        return list(rest), []  # the only column of numbers, whatever its name
    return [column for column in rest if column not in left], left


def _ambiguous(name: str, columns: Sequence[str]) -> DataError:
    return DataError(
        f"{name} has {len(columns)} columns that could be forecasts: {examples(columns, 6)}.",
        hint=f"Name those that are: --forecast {columns[0]} (repeat it for several models).",
    )


def _left_out(left: Sequence[str]) -> list[str]:
    unsaid = [column for column in left if plain(column) in UNSAID]
    others = [column for column in left if column not in unsaid and plain(column) not in COUNTERS]
    notes: list[str] = []
    if unsaid:
        notes.append(message("reading.unused.level_unknown", names=quoted(unsaid)))
    if others:
        notes.append(message("reading.unused.no_forecast", names=quoted(others, 6)))
    return notes


def without_labels(sample: pl.DataFrame, roles: Roles, models: Sequence[Model], alone: bool) -> Roles:
    """Leave out outcomes that are classes, as beside calls of the direction: these are judged by what was paid.

    Raise DataError where the table is `alone`, so that there are no other outcomes.
    """
    named = [column for column in sample.columns if column == roles.y or plain(column) in ACTUALS]
    labels = [column for column in named if column not in roles.keys and is_call(sample[column], "class")]
    if not labels or not any(model.call for model in models):
        return roles
    if alone:
        raise DataError(
            f"the outcomes in column {labels[0]!r} are classes, as the forecasts are: what moved, and by how much, is "
            "not said.",
            hint="Pass the prices: --actuals FILE --target NAME. Or count both in a matrix: --confusion FILE.",
        )
    return replace(roles, y=None) if roles.y in labels else roles
