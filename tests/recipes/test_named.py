import subprocess
import sys

import pytest

from longshort.errors import SettingsError
from longshort.recipes import every, find, names
from longshort.settings import setting_names

TASKS = {"forecast", "classify", "label", "generate", "translate", "regress", "demonstrate"}


@pytest.mark.parametrize("name", names())
def test_a_recipe_says_under_its_own_name_what_it_is(name):
    recipe = find(name)
    assert recipe.name == name
    assert recipe.task in TASKS
    for said in (recipe.lecture, recipe.about, recipe.time, recipe.expect, recipe.source):
        assert said
        assert "\n" not in said
    assert isinstance(recipe.needs, tuple)


@pytest.mark.parametrize("name", names())
def test_a_recipes_settings_have_a_seed_and_hold_what_quick_changes(name):
    recipe = find(name)
    known = setting_names(recipe.settings)
    assert "seed" in known
    assert set(recipe.quick) <= set(known)
    if recipe.validate is not None:
        recipe.validate(recipe.settings)


def test_an_unknown_recipe_is_refused_with_the_nearest():
    with pytest.raises(SettingsError, match="no recipe 'perceptrn'") as caught:
        find("perceptrn")
    assert "'perceptron'" in caught.value.hint


@pytest.mark.parametrize("name", ["named", "running", "../cli/app", "perceptron.py", ""])
def test_what_is_no_recipe_is_not_imported_as_one(name):
    with pytest.raises(SettingsError, match="no recipe"):
        find(name)


def test_listing_all_recipes_loads_nothing_heavy():
    code = (
        "import sys; from longshort.recipes import every; every(); "
        "print(*[m for m in ('torch', 'pandas', 'scipy.stats', 'matplotlib', 'arch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_gives_all_of_them():
    assert [recipe.name for recipe in every()] == names()
