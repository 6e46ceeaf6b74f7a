"""Decide what each column is for: the target, inputs, what is known in advance, what never changes."""

import re
import shlex
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from longshort.data.panel import Column, Kind, Known
from longshort.data.readers.numbers import Floats
from longshort.data.tables import names
from longshort.errors import DataError, SettingsError, examples
from longshort.language import message


def choose_target(columns: Sequence[str], wanted: str | None, aside: Collection[str], name: str) -> tuple[str, str]:
    """Choose the target among the columns of numbers, and say why in a sentence.

    `aside` columns (known in advance, static) can be no target. Raise `DataError` where more than one could be.
    """
    if wanted is not None:
        found = names.find(wanted, columns, "the target")
        if found != wanted:
            return found, message("notes.target.spelt", name=repr(found), given=repr(wanted))
        return found, message("notes.target", name=repr(found))
    free = [column for column in columns if column not in aside]
    kinds = names.kinds(free)
    prices = [column for column in free if kinds[column] in ("close", "adj_close")]
    if len(prices) > 1:
        raise DataError(
            f"both {prices[0]!r} and {prices[1]!r} could be the target.",
            hint=f"Pass --target {_typed(prices[0])} or --target {_typed(prices[1])}.",
        )
    likely = [column for column in free if names.plain(column) in names.TARGETS][:1] or prices or free
    if len(likely) == 1:
        return likely[0], message("notes.target" if len(free) > 1 else "notes.target.only", name=repr(likely[0]))
    if not likely:
        raise DataError(f"{name} has no column of numbers.", hint="Pass a file with a column to forecast.")
    raise DataError(
        f"{name} has {len(likely)} columns that could be the target: {examples(likely)}.",
        hint=f"Pass --target NAME, such as --target {_typed(likely[0])} (the others become inputs),"
        " or --wide to forecast every column as a series of its own.",
    )


def declare(
    ordered: Sequence[str],
    numbers: Mapping[str, Floats],
    known_future: Collection[str],
    static: Collection[str],
    asked: Collection[str],
) -> tuple[Column, ...]:
    """Describe the columns, the target first; leave out those that are blank throughout, unless asked for."""
    kinds = _kinds(ordered, numbers, {*known_future, *static})
    return tuple(
        Column(name, kinds[name], _known(name, known_future, static))
        for place, name in enumerate(ordered)
        if place == 0 or name in asked or not np.isnan(numbers[name]).all()
    )


def _kinds(ordered: Sequence[str], numbers: Mapping[str, Floats], declared: Collection[str]) -> dict[str, Kind]:
    """Tell what columns mean in a price file, by name and by what they hold.

    What is declared (known in advance, static) and what only says yes or no is no price; of volumes, one of zeros
    gives way to one that is not.
    """
    switches = {name for name in ordered if name in declared or _is_switch(numbers[name])}
    volumes = [name for name in ordered if names.kinds([name])[name] == "volume"]
    empty = {name for name in volumes if not np.nan_to_num(numbers[name]).any()}
    able = [name for name in ordered if name not in switches]
    filled = [name for name in able if name not in empty]
    kinds = names.kinds(filled)
    if "volume" not in kinds.values():
        kinds |= {name: kind for name, kind in names.kinds(able).items() if name in empty}
    return {name: kinds.get(name, "other") for name in ordered}


def _is_switch(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return bool(len(known) and np.isin(known, (0.0, 1.0)).all() and (known == 1.0).any())


def _known(name: str, known_future: Collection[str], static: Collection[str]) -> Known:
    if name in known_future:
        return "known_future"
    return "static" if name in static else "past_only"


def resolve(wanted: Sequence[str], columns: Sequence[str], texts: Sequence[str], option: str) -> list[str]:
    """Find the declared columns; raise `DataError` for one that does not exist or holds text."""
    found = [names.find(name, [*columns, *texts], option) for name in wanted]
    for name in found:
        if name in texts:
            raise DataError(
                f"column {name!r} ({option}) holds text.", hint="Turn it into numbers first, one per category."
            )
    return found


def refuse_clashes(target: str | None, known_future: Collection[str], static: Collection[str]) -> None:
    """Refuse a target that is declared to be known in advance or static, and columns declared to be both."""
    if target in known_future or target in static:
        option = "known_future" if target in known_future else "static"
        raise SettingsError(
            f"{target!r} is the target and cannot be {option}: a forecast of what is known would prove nothing.",
            hint=f"Leave it out of --{option.replace('_', '-')}, or choose another --target.",
        )
    both = sorted(set(known_future) & set(static))
    if both:
        raise SettingsError(
            f"{examples(both)} cannot be known_future and static at once.", hint="Choose one of the two."
        )


def _typed(name: str) -> str:
    """Write a column's name as a shell takes it: in quotes where it holds a space, a # or the like."""
    if re.fullmatch(r"[\w.,:+/@%-]+", name):
        return name
    return shlex.quote(name) if set(name) & set('"$`!\\') else f'"{name}"'
