"""The bounds of settings: each declared once, beside its setting, with the reason why it is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from longshort.errors import SettingsError, quoted


@dataclass(frozen=True)
class Bounds:
    """Say between which numbers a setting lies, both included, and `why` it may not be larger.

    It stands in the setting's type: `members: Annotated[int, Bounds(1, 1_000, "each is a network of its own")]`. Of a
    list or a text it bounds the number of items.
    """

    low: float
    high: float
    why: str

    def refuse(self, name: str, value: Any, typed: str, usual: Any = None) -> None:
        """Raise SettingsError unless a value lies between the bounds.

        `typed` is what one types before the setting's value, `usual` a value that fits, the lowest unless given.

        >>> Bounds(1, 100, "each layer is run after the other").refuse("num_layers", 2, "--set num_layers=")
        """
        size = len(value) if isinstance(value, tuple | list | str) else value
        if self.low <= size <= self.high:
            return
        said = f"has {size:,} items" if size is not value else f"is {quoted(value)}"
        if not size > self.high:
            usual = usual if isinstance(usual, int | float) else self.low
            raise SettingsError(
                f"{name} {said}, but must be {self.low:,} or more.",
                hint=f"Leave {typed}... out." if size is not value else f"Choose {typed}{usual}",
            )
        raise SettingsError(
            f"{name} {said}, but may be at most {self.high:,}: {self.why}.",
            hint=f"Choose at most {self.high:,} items." if size is not value else f"Choose {typed}{self.high} or less.",
        )


SEEDS = Bounds(-(10**18), 10**18, "it is kept as a whole number of 64 bits, and the members' seeds follow it")
Seed = Annotated[int, SEEDS]


def refuse_beyond(settings: msgspec.Struct, part: str = "", *, typed: str = "--set ") -> None:
    """Raise SettingsError for the first setting that is outside its bounds.

    `part` is what the struct is part of, `typed` what one types before a setting's name.
    """
    for name, value, usual, bounds in _bounded(settings, None, part, None):
        bounds.refuse(name, value, f"{typed}{name}=", usual)


def listed(kind: Any, name: str = "") -> Iterator[tuple[str, Bounds]]:
    """List all bounds that a struct's settings have, by dotted name; what is in a list is called N, its kind behind it.

    >>> class Whole(msgspec.Struct):
    ...     seed: Seed = 0
    >>> [name for name, _ in listed(Whole)]
    ['seed']
    """
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        tag = kind.__struct_config__.tag
        for field in msgspec.structs.fields(kind):
            for below, bounds in listed(field.type, _below(name, field.name)):
                yield f"{below} ({tag})" if tag else below, bounds
        return
    yield from ((name, bounds) for bounds in _own(kind))
    for inside in _inside(kind):
        yield from listed(inside, f"{name}.N" if get_origin(kind) is tuple else name)


def _bounded(value: Any, kind: Any, name: str, usual: Any) -> Iterator[tuple[str, Any, Any, Bounds]]:
    """List each value that has bounds by its setting's name, with the setting's default."""
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(type(value)):
            yield from _bounded(getattr(value, field.name), field.type, _below(name, field.name), field.default)
    elif value is not None:
        yield from ((name, value, usual, bounds) for bounds in _own(kind))
        for inside in _inside(kind):
            items = enumerate(value) if get_origin(kind) is tuple else ((None, value),)
            for number, item in items:
                yield from _bounded(item, inside, name if number is None else f"{name}.{number}", usual)


def _below(name: str, field: str) -> str:
    return f"{name}.{field}" if name else field


def _own(kind: Any) -> list[Bounds]:
    return [each for each in getattr(kind, "__metadata__", ()) if isinstance(each, Bounds)]


def _inside(kind: Any) -> tuple[Any, ...]:
    """List what a type holds: what is annotated, the choices of a union, the items of a list."""
    if get_origin(kind) is Annotated:
        return (get_args(kind)[0],)
    if get_origin(kind) in (Union, UnionType):
        return tuple(each for each in get_args(kind) if each is not type(None))
    return tuple(dict.fromkeys(each for each in get_args(kind) if each is not ...)) if get_origin(kind) is tuple else ()
