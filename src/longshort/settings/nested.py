"""Settings as nested frozen structs: named by dotted paths, changed by name, equal to their TOML.

Serves every system alike: a setting is a field of a msgspec struct, or of a struct inside it (a part), or of one in a
list (`model.layers.0.hidden_size`). TOML knows no null, so a setting that is None reads "none".
"""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

import msgspec

from longshort.errors import SettingsError, examples, nearest, quoted
from longshort.settings.bounds import refuse_beyond

S = TypeVar("S", bound=msgspec.Struct)


def to_dict(settings: msgspec.Struct) -> dict[str, Any]:
    """Give settings as plain nested dictionaries, None as "none".

    >>> class Part(msgspec.Struct, frozen=True):
    ...     budget: float | None = None
    >>> to_dict(Part())
    {'budget': 'none'}
    """
    return dict(_spelt(_plain(settings)))


def to_toml(settings: msgspec.Struct) -> str:
    """Write settings as TOML."""
    import tomli_w

    return tomli_w.dumps(to_dict(settings))


def from_mapping(kind: type[S], data: Mapping[str, Any], what: str = "the recipe") -> S:
    """Build settings from nested dictionaries, the reverse of `to_dict`; every setting has a default, kept if missing.

    `what` names them in a message. Raises SettingsError where a name is unknown, with the nearest ones, or where a
    value does not fit, with one that does.
    """
    return _converted(data, kind, what, kind())


def change(settings: S, changes: Mapping[str, Any], what: str = "the recipe") -> S:
    """Change settings by dotted name; SettingsError for an unknown name, with the nearest, or an unfit value.

    >>> class Part(msgspec.Struct, frozen=True):
    ...     cell: str = "lstm"
    >>> class Whole(msgspec.Struct, frozen=True):
    ...     model: Part = Part()
    >>> change(Whole(), {"model.cell": "gru"}).model.cell
    'gru'
    """
    plain = _plain(settings)
    for dotted, value in changes.items():
        place, key = _place(plain, dotted)
        if place is None:
            raise _unknown(dotted, settings)
        place[key] = value
    return _converted(plain, type(settings), what, settings)


def override(settings: S, data: Mapping[str, Any], what: str = "the recipe") -> S:
    """Change the settings that stand in nested dictionaries, such as a TOML file's, and keep all others."""
    return change(settings, dict(_changes(data, _plain(settings))), what)


def setting_names(settings: msgspec.Struct) -> list[str]:
    """List every setting by its dotted name, lists of structs also item by item."""
    return list(_names(_plain(settings)))


def _plain(settings: Any) -> Any:
    """Give settings as dictionaries and lists that may be changed in place."""
    if isinstance(settings, msgspec.Struct):
        return _plain(msgspec.to_builtins(settings))
    if isinstance(settings, dict):
        return {key: _plain(item) for key, item in settings.items()}
    return [_plain(item) for item in settings] if isinstance(settings, list | tuple) else settings


def _spelt(value: Any) -> Any:
    """Spell None as "none", however deep."""
    if isinstance(value, dict):
        return {key: _spelt(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelt(item) for item in value]
    return "none" if value is None else value


def _nulls(value: Any, kind: Any) -> Any:
    """Read "none" as None wherever the type admits it."""
    if value == "none" and type(None) in get_args(kind):
        return None
    if isinstance(value, Mapping):
        struct = _struct(kind, value)
        kinds = {field.encode_name: field.type for field in msgspec.structs.fields(struct)} if struct else {}
        return {key: _nulls(item, kinds.get(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_nulls(item, kind) for item in value]
    return value


def _struct(kind: Any, value: Mapping[str, Any]) -> type[msgspec.Struct] | None:
    """Find the struct that a dictionary stands for: the only one that a type holds, or the one of its tag."""
    found = list(_structs(kind))
    tagged = [each for each in found if value.get(each.__struct_config__.tag_field or "") == _tag(each)]
    return (tagged if len(found) > 1 else found)[0] if tagged or len(found) == 1 else None


def _tag(kind: type[msgspec.Struct]) -> Any:
    return kind.__struct_config__.tag


def _structs(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """List the structs that a type mentions: itself, or inside a union, a tuple or a list."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for inside in get_args(getattr(kind, "__value__", kind)):
        yield from _structs(inside)


def _place(plain: Any, dotted: str) -> tuple[Any, Any]:
    """Find where a setting stands among plain values, as (its dictionary or list, its key); (None, None) if nowhere."""
    *path, last = dotted.split(".")
    place = plain
    for key in path:
        place = _inside(place, key)
    there = _inside(place, last)
    if there is _NOWHERE or isinstance(there, dict):
        return None, None
    return (place, int(last)) if isinstance(place, list) else (place, last)


_NOWHERE = object()
_DIGITS = 9  # of a place in a list


def _inside(place: Any, key: str) -> Any:
    if isinstance(place, dict):
        return place.get(key, _NOWHERE)
    if isinstance(place, list) and key.isdecimal() and len(key) <= _DIGITS and int(key) < len(place):
        return place[int(key)]
    return _NOWHERE


def _names(plain: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in plain.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _names(value, f"{name}.")
            continue
        yield name
        items = value if isinstance(value, list) else []
        for position, item in enumerate(items):
            if isinstance(item, dict):
                yield from _names(item, f"{name}.{position}.")


def _changes(data: Mapping[str, Any], plain: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Turn nested dictionaries into dotted names: as deep as the settings have parts, and no deeper."""
    for key, value in data.items():
        there = _inside(plain, key)
        if isinstance(value, Mapping) and (isinstance(there, dict) or there is _NOWHERE):
            yield from _changes(value, there, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _converted(data: Any, kind: type[S], what: str, example: msgspec.Struct) -> S:
    """Make settings of plain values; SettingsError where one is of another type, or outside its bounds."""
    try:
        made = msgspec.convert(_nulls(data, kind), kind)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        said = "a text in it is no UTF-8" if isinstance(error, UnicodeEncodeError) else str(error)
        raise _refusal(said, what, example) from error
    refuse_beyond(made)
    return made


def _unknown(dotted: str, example: msgspec.Struct) -> SettingsError:
    return SettingsError(f"there is no setting {quoted(dotted)}.", hint=nearest(dotted, setting_names(example)))


def _refusal(problem: str, what: str, example: msgspec.Struct) -> SettingsError:
    """Turn msgspec's refusal into ours: the setting's whole name, and what to type."""
    where = problem.partition(" - at `$")[2].rstrip("`").replace("[", ".").replace("]", "").lstrip(".")
    if "unknown field" in problem:
        dotted = f"{where}.{problem.split('`')[1]}".lstrip(".")
        return _unknown(dotted, example)
    return SettingsError(f"{what} does not fit: {problem}.", hint=_fitting(where, example))


def _fitting(dotted: str, example: msgspec.Struct) -> str:
    """Offer a value that fits a setting, in the words of the command line; nothing where no setting is meant."""
    names = setting_names(example)
    while dotted and dotted not in names:
        dotted = dotted.rpartition(".")[0]
    if not dotted:
        return ""
    owner: Any = example
    *path, last = dotted.split(".")
    for key in path:
        owner = owner[int(key)] if key.isdecimal() else getattr(owner, key)
    kinds = {field.name: field.type for field in msgspec.structs.fields(owner)}
    words = [word for word in get_args(kinds.get(last)) if isinstance(word, str)]
    own = getattr(owner, last) if last in kinds else _tag(type(owner))  # a struct's tag is no field of it
    value = msgspec.json.encode(own).decode().strip('"').replace("null", "none")
    return (
        f"Pass one of {examples(words, len(words))}: " if words else "Choose for example "
    ) + f"--set {shlex.quote(f'{dotted}={value}')}"
