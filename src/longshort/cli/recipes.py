"""From the options to a Recipe."""

import tomllib
from typing import Any

import longshort as ls
from longshort.errors import SettingsError


def make_recipe(settings: dict[str, Any]) -> "ls.Recipe":
    """Build the recipe: the file's (or the default), made quick if asked, then `--set`, `--horizon` and `--seed`.

    What is typed last wins, so that `--quick --set training.epochs=3` trains for three epochs.
    """
    recipe = ls.Recipe.from_file(settings["recipe"]) if settings["recipe"] else ls.Recipe()
    if settings["quick"]:
        recipe = recipe.quick()
    changes = dict(map(parse_setting, settings["set"]))
    changes |= {name: settings[name] for name in ("horizon", "seed") if settings[name] is not None}
    return recipe.replace(changes) if changes else recipe


def parse_setting(text: str) -> tuple[str, Any]:
    """Split `KEY=VALUE`; the value is read as TOML, and as plain text where it is none.

    >>> parse_setting("model.cell=gru"), parse_setting("training.members=3")
    (('model.cell', 'gru'), ('training.members', 3))
    """
    key, equals, value = text.partition("=")
    if not (key.strip() and equals):
        raise SettingsError(
            f"--set '{text}' is not of the form KEY=VALUE.", hint="Type for example --set model.cell=gru"
        )
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()
