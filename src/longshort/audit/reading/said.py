"""What was recognised in a table of forecasts, one plain sentence each."""

from collections.abc import Sequence

from longshort.audit.reading.models import RESERVED, Model
from longshort.audit.reading.roles import Roles
from longshort.audit.reading.rows import Rows
from longshort.language import Message, listed, message, quoted

_COLUMNS = ("id", "ds", "cutoff", "start", "step", "y", "model", "level", "sample")
_MOST_MODELS, _MOST_LEVELS = 12, 11  # that are named one by one


def recognised(roles: Roles, models: Sequence[Model], rows: Rows) -> list[str]:
    """Say which shape the table has, what its columns are, and which models it holds."""
    names = {role: getattr(roles, role) for role in _COLUMNS}
    columns = [message(f"reading.column.{role}", name=repr(name)) for role, name in names.items() if name is not None]
    shape = _shape(roles, models)
    notes: list[str] = [
        message("reading.read_as.with", shape=shape, columns=columns)
        if columns
        else message("reading.read_as", shape=shape)
    ]
    held = rows.models or tuple(model.name for model in models)
    if held != ("forecast",):
        notes.append(message("reading.models", n=len(held), names=listed(held, _MOST_MODELS)))
    kept = [name for name in held if name in RESERVED]
    if kept:
        notes.append(message("reading.baselines", names=listed(kept, len(kept))))
    return notes


def _shape(roles: Roles, models: Sequence[Model]) -> Message:
    """Name the shape of a table."""
    if roles.level is not None:
        return message("reading.shape.level")
    if roles.sample is not None:
        return message("reading.shape.sample")
    if any(model.paths for model in models):
        return message("reading.shape.paths")
    kinds = []
    if any(model.centre for model in models):
        kinds.append(message("reading.kind.points"))
    if any(model.quantiles for model in models):
        levels = sorted({level for model in models for level in model.quantiles})
        kinds.append(message("reading.kind.quantiles", levels=examples_of(levels)))
    if any(model.chance for model in models):
        kinds.append(message("reading.kind.chances"))
    if any(model.call for model in models):
        kinds.append(message("reading.kind.calls"))
    return message("reading.shape.columns", kinds=kinds)


def examples_of(levels: Sequence[float]) -> Message:
    """List levels, the first and the last where they are many.

    >>> examples_of([0.1, 0.5, 0.9]), examples_of([i / 20 for i in range(1, 20)])
    ('0.1, 0.5, 0.9', '19 levels from 0.05 to 0.95')
    """
    told = [f"{level:g}" for level in levels]
    if len(told) <= _MOST_LEVELS:
        return listed(told, _MOST_LEVELS)
    return message("reading.levels", n=len(told), first=told[0], last=told[-1])


def matched(ids: Sequence[str], name: str) -> Message:
    """Say that the only series of a table is that of the actuals, under another name."""
    return message("reading.same_series", own=quoted(ids), name=repr(name))
