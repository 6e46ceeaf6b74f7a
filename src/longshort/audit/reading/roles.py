"""Tell by their names what the columns of a table of forecasts say: which series, which date, when it was made."""

from dataclasses import dataclass, replace

import polars as pl

from longshort.data.readers.dates import looks_dated
from longshort.data.tables import names
from longshort.data.tables.names import plain
from longshort.errors import DataError

CUTOFFS = [
    "cutoff",
    "cutoffdate",
    "cutofftime",
    "forecastorigin",
    "origin",
    "origindate",
    "origintime",
    "asof",
    "asofdate",
    "issued",
    "issuedate",
    "issuetime",
    "issuedat",
    "issuedon",
    "madeon",
    "madeat",
    "referencedate",
    "basedate",
    "basetime",
    "initdate",
    "inittime",
    "vintage",
]
STARTS = ["forecaststart", "forecaststartdate", "predictionstart", "windowstart", "start", "startdate"]
TARGET_DATES = ["ds", "targetdate", "targetenddate", "targettime", "validtime", "validdate"]
EITHER = ["forecastdate", "predictiondate", "forecasttime"]  # the date forecast, or the date of forecasting
STEPS = [
    "step",
    "steps",
    "h",
    "horizon",
    "horizonstep",
    "forecasthorizon",
    "fh",
    "lead",
    "leadtime",
    "stepahead",
    "stepsahead",
    "daysahead",
]
ACTUALS = [
    "y",
    "actual",
    "actuals",
    "actualvalue",
    "ytrue",
    "true",
    "truevalue",
    "truth",
    "groundtruth",
    "observed",
    "observation",
    "observedvalue",
    "realized",
    "realised",
    "outcome",
    "target",
]
MODELS = ["model", "modelname", "modelid", "forecaster", "algorithm", "method", "estimator", "learner"]
SAMPLES = ["sample", "sampleid", "samplenumber", "path", "pathid", "draw", "trajectory", "scenario", "simulation"]
LEVELS = ["quantile", "quantilelevel", "quantiles", "percentile", "level", "outputtypeid", "tau"]
VALUES = ["value", "forecast", "prediction", "pred", "predicted", "yhat", "predictedvalue", "forecastvalue"]


@dataclass(frozen=True)
class Asked:
    """Hold what the user said about the columns; None means: recognise it."""

    id: str | None = None
    date: str | None = None
    cutoff: str | None = None
    model: str | None = None
    target: str | None = None
    forecast: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roles:
    """Name the columns by what they say; None where the table has no such column.

    `id` the series, `ds` the date forecast, `cutoff` the last date known to the forecast, `start` the first date
    forecast, `step` the sessions between, `y` what happened, `last` the value at the cutoff; `model` names the model,
    `level` the quantile level and `sample` the path of the number in the column `value`.
    """

    id: str | None = None
    ds: str | None = None
    cutoff: str | None = None
    start: str | None = None
    step: str | None = None
    y: str | None = None
    last: str | None = None
    fold: str | None = None
    model: str | None = None
    level: str | None = None
    sample: str | None = None
    value: str | None = None

    @property
    def keys(self) -> list[str]:
        """List the columns that say which and when, not how much."""
        all_ = (self.id, self.ds, self.cutoff, self.start, self.step, self.model, self.level, self.sample, self.fold)
        return [name for name in all_ if name is not None]


def find_roles(name: str, sample: pl.DataFrame, asked: Asked) -> Roles:
    """Find each key's column: the one asked for, else the one of a usual name.

    `sample` holds the table's first rows. Raise DataError for a column that is not there, and where a date could be
    the one forecast as well as the one of forecasting.
    """
    free = [column for column in sample.columns if column not in asked.forecast]
    found: dict[str, str] = {}

    def take(role: str, columns: list[str]) -> None:
        if columns and role not in found:
            found[role] = columns[0]
            free.remove(columns[0])

    for role, wanted, what in _wanted(asked):
        take(role, [names.find(wanted, free, what)])
    for role, spellings in (("model", MODELS), ("cutoff", CUTOFFS), ("ds", TARGET_DATES), ("step", STEPS)):
        take(role, names.ranked(free, spellings))
    take("ds", _dates(sample, [column for column in free if plain(column) not in (*STARTS, *EITHER)]))
    if "cutoff" not in found:
        take("start", names.ranked(free, STARTS))
    either = names.ranked(free, EITHER)
    if either and "ds" not in found and not {"cutoff", "start"} & set(found):
        raise DataError(
            f"column {either[0]!r} of {name} could hold the dates forecast, or those on which forecasts were made.",
            hint=f"Say which: --date {either[0]} or --cutoff {either[0]}.",
        )
    take("ds" if "ds" not in found else "cutoff", either if not {"cutoff", "start", "ds"} <= set(found) else [])
    take("ds", _nameless(sample, free) if "step" not in found or "cutoff" not in found else [])
    take("id", [column for column in names.ranked(free, names.IDS) if _names_series(sample[column], column)])
    values = list(asked.forecast) if len(asked.forecast) == 1 else names.ranked(free, VALUES)
    if values:
        take("level", names.ranked([column for column in free if column not in values], LEVELS))
        if "level" not in found:
            take("sample", names.ranked([column for column in free if column not in values], SAMPLES))
        if {"level", "sample"} & set(found):
            found["value"] = values[0]
    take("fold", names.ranked(free, ["fold"]))
    return Roles(**found)


def with_actuals(roles: Roles, numeric: list[str], asked: Asked, needed: bool) -> Roles:
    """Find the column of what happened among the columns of numbers, and that of the values at the cutoffs.

    `needed` says that there are no other actuals, so that a column of closing prices beside forecasts counts too.
    """
    free = [column for column in numeric if column not in (*asked.forecast, roles.value)]
    spelt = [column for column in free if asked.target is not None and column.casefold() == asked.target.casefold()]
    y = [*spelt, *names.ranked(free, ACTUALS)]
    if not y and needed and (asked.forecast or len(free) > 1):
        kinds = names.kinds(free)
        y = [column for column in free if kinds[column] == "close"]
    last = names.ranked(free, ["last"]) if roles.step is not None and roles.cutoff is not None else []
    return replace(roles, y=y[0] if y else None, last=last[0] if last else None)


def _wanted(asked: Asked) -> list[tuple[str, str, str]]:
    whole = (
        ("cutoff", asked.cutoff, "the cutoffs"),
        ("ds", asked.date, "the dates"),
        ("id", asked.id, "the series"),
        ("model", asked.model, "the models"),
    )
    return [(role, wanted, what) for role, wanted, what in whole if wanted is not None]


def _dates(sample: pl.DataFrame, free: list[str]) -> list[str]:
    """List the columns of a date's name that hold dates, or whole numbers under a name that can mean nothing else."""
    named = names.ranked(free, names.DATES)
    temporal = [column for column in named if sample[column].dtype in (pl.Date, pl.Datetime)]
    dated = [column for column in named if looks_dated(sample[column])]
    return [*temporal, *dated, *(column for column in named if plain(column) in names.SURE_DATES)]


def _nameless(sample: pl.DataFrame, free: list[str]) -> list[str]:
    """Accept a column of a date's type or of dates as text under any name, where there is only one."""
    temporal = [column for column in free if sample[column].dtype in (pl.Date, pl.Datetime)]
    texts = [column for column in free if sample[column].dtype == pl.String and _divided(sample[column])]
    found = temporal or [column for column in texts if looks_dated(sample[column])]
    return found if len(found) == 1 else []


def _divided(cells: pl.Series) -> bool:
    return bool(cells.head(50).drop_nulls().str.contains(r"\d[-/.]\d.*[-/.]\d").any())


def _names_series(cells: pl.Series, column: str) -> bool:
    """Say whether a column of a series' name is one: text, or whole numbers under a name that can mean nothing else."""
    sure = plain(column) in names.SURE_IDS
    if cells.dtype in (pl.Categorical, pl.Enum):
        return True
    if cells.dtype == pl.String:
        return sure or cells.cast(pl.Float64, strict=False).null_count() > len(cells) / 2
    return sure
