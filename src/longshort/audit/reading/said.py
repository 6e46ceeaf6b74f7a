"""What was recognised in a table of forecasts, one plain sentence each."""

from collections.abc import Sequence

from longshort.audit.reading.models import RESERVED, Model
from longshort.audit.reading.roles import Roles
from longshort.audit.reading.rows import Rows
from longshort.errors import examples

_WORDS = (
    ("id", "series in"),
    ("ds", "dates in"),
    ("cutoff", "cutoffs in"),
    ("start", "starts of forecasts in"),
    ("step", "steps in"),
    ("y", "outcomes in"),
    ("model", "models in"),
    ("level", "quantile levels in"),
    ("sample", "sample paths in"),
)


def recognised(roles: Roles, models: Sequence[Model], rows: Rows) -> list[str]:
    """Say which shape the table has, what its columns are, and which models it holds."""
    columns = [f"{words} {getattr(roles, role)!r}" for role, words in _WORDS if getattr(roles, role) is not None]
    notes = [
        f"Read as {_shape(roles, models)}: {', '.join(columns)}." if columns else f"Read as {_shape(roles, models)}."
    ]
    names = rows.models or tuple(model.name for model in models)
    if names != ("forecast",):
        notes.append(f"{'Model' if len(names) == 1 else 'Models'}: {', '.join(names[:12])}{_more(names)}.")
    kept = [name for name in names if name in RESERVED]
    if kept:
        notes.append(f"Taken from the table as baselines: {', '.join(kept)}.")
    return notes


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - 12} more" if len(names) > 12 else ""


def _shape(roles: Roles, models: Sequence[Model]) -> str:
    """Name the shape of a table."""
    if roles.level is not None:
        return "a long table with a row for each quantile"
    if roles.sample is not None:
        return "a long table with a row for each sample path"
    if any(model.paths for model in models):
        return "a table with a column for each sample path"
    kinds = []
    if any(model.centre for model in models):
        kinds.append("points")
    if any(model.quantiles for model in models):
        levels = sorted({level for model in models for level in model.quantiles})
        kinds.append(f"quantiles ({examples_of(levels)})")
    if any(model.chance for model in models):
        kinds.append("probabilities of a rise")
    if any(model.call for model in models):
        kinds.append("calls of the direction")
    return "a table of " + " and ".join([", ".join(kinds[:-1]), kinds[-1]] if kinds[1:] else kinds)


def examples_of(levels: Sequence[float]) -> str:
    """List levels, the first and the last where they are many.

    >>> examples_of([0.1, 0.5, 0.9])
    '0.1, 0.5, 0.9'
    """
    told = [f"{level:g}" for level in levels]
    return ", ".join(told) if len(told) <= 11 else f"{len(told)} of them, {told[0]} to {told[-1]}"


def matched(ids: Sequence[str], name: str) -> str:
    """Say that the only series of a table is that of the actuals, under another name."""
    return f"The only series, {examples(ids)}, is taken for the only one of the actuals, {name!r}."
