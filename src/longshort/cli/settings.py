"""From the options to settings, and to a Recipe."""

from collections.abc import Sequence
from tomllib import TOMLDecodeError
from typing import Any

import click

import longshort as ls
from longshort.errors import SettingsError, quoted
from longshort.settings import read_toml


def make_recipe(settings: dict[str, Any]) -> "ls.Recipe":
    """Build the recipe: the file's (or the default), made quick if asked, then `--set`, `--horizon` and `--seed`.

    What is typed last wins, so that `--quick --set training.epochs=3` trains for three epochs.
    """
    recipe = ls.Recipe.from_file(settings["recipe"]) if settings["recipe"] else ls.Recipe()
    if settings["quick"]:
        recipe = recipe.quick()
    changes = dict(map(parse_setting, settings["set"]))
    changes |= {name: settings[name] for name in ("horizon", "seed") if settings[name] is not None}
    recipe = recipe.replace(changes) if changes else recipe
    recipe.refuse_size()
    return recipe


def typed(context: click.Context) -> str:
    """Give the command as it was typed, which is kept with its run; SettingsError where no file could hold it."""
    command: str = context.obj
    try:
        command.encode()
    except UnicodeEncodeError:
        said = command.encode("utf-8", "backslashreplace").decode()
        raise SettingsError(
            f"what was typed is no UTF-8: {said}", hint="Rename the file or folder, or mend the option."
        ) from None
    return command


def parse_setting(text: str) -> tuple[str, Any]:
    """Split `KEY=VALUE`; the value is read as TOML, and as plain text where it is none.

    >>> parse_setting("model.cell=gru"), parse_setting("training.members=3")
    (('model.cell', 'gru'), ('training.members', 3))
    """
    key, value = _halves(text, "--set", "model.cell=gru")
    return key, _value(value, key)


def parse_grid(text: str) -> tuple[str, list[Any]]:
    """Split `KEY=A,B,C` into a setting and its values; commas in brackets or quotes part nothing.

    >>> parse_grid("model.cell=gru,lstm"), parse_grid("levels=[0.1,0.9],[0.5]")
    (('model.cell', ['gru', 'lstm']), ('levels', [[0.1, 0.9], [0.5]]))
    """
    key, values = _halves(text, "--grid", "training.learning_rate=1e-3,1e-4")
    found = _toml(f"[{values}]", key)
    return key, [_value(value, key) for value in values.split(",") if value.strip()] if found is None else list(found)


def parse_grids(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Gather all of a grid; SettingsError where a setting stands in it twice."""
    pairs = [parse_grid(text) for text in texts]
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if [name for name, _ in pairs].count(key) > 1)
        raise SettingsError(
            f"--grid names {twice!r} more than once.", hint=f"Name all its values at once: --grid {twice}=A,B,C"
        )
    return found


def _halves(text: str, option: str, example: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key.strip() and equals):
        form = "KEY=VALUE" if option == "--set" else "KEY=A,B,C"
        raise SettingsError(
            f"{option} {quoted(text)} is not of the form {form}.", hint=f"Type for example {option} {example}"
        )
    return key.strip(), value.strip()


def _value(text: str, key: str) -> Any:
    """Read a value as TOML, and as plain text where it is none."""
    found = _toml(text, key)
    return text.strip() if found is None else found


def _toml(text: str, key: str) -> Any:
    """Read a value as TOML; None where it is none. SettingsError for what no setting is, such as endless digits."""
    try:
        data = read_toml(f"value = {text}", f"the value of {quoted(key)}", "Type a number, a word or a short list.")
    except SettingsError as error:
        if isinstance(error.__cause__, TOMLDecodeError):
            return None
        raise
    return data["value"] if len(data) == 1 else None
