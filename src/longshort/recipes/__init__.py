"""The systems of the lectures by name, one file each: `mnist-rows` is `recipes/mnist_rows.py`, which holds its RECIPE.

Looking one up imports that file alone. No file of a recipe imports torch before it runs.
"""

from importlib import import_module
from pkgutil import iter_modules

from longshort.errors import SettingsError, nearest
from longshort.recipes.named import Ask, Named

__all__ = ["Ask", "Named", "every", "find", "names"]

_FRAMEWORK = {"named", "places", "running", "sweep"}


def names() -> list[str]:
    """Name all recipes, in the order of the alphabet."""
    modules = (module.name for module in iter_modules(__path__) if not module.ispkg)
    return sorted(name.replace("_", "-") for name in modules if name not in _FRAMEWORK)


def find(name: str) -> Named:
    """Look a recipe up; SettingsError, with the nearest names, where there is none of that name."""
    known = names()
    if name not in known:
        raise SettingsError(f"there is no recipe {name!r}.", hint=nearest(name, known))
    recipe: Named = import_module(f"{__name__}.{name.replace('-', '_')}").RECIPE
    return recipe


def every() -> list[Named]:
    """Give all recipes."""
    return [find(name) for name in names()]
