"""Each number has bounds, declared once, and what is out of them is refused with the reason."""

from typing import Annotated, get_args

import msgspec
import pytest

import longshort.recipes as recipes
from longshort.errors import SettingsError
from longshort.forecasting.recipe import Recipe
from longshort.sequences.settings import Settings
from longshort.settings import Bounds, Seed, change, from_mapping, listed, refuse_beyond

WHY = "so it is"


class Layer(msgspec.Struct, frozen=True, tag_field="layer", tag=True):
    units: Annotated[int, Bounds(1, 8, WHY)] = 4


class Other(msgspec.Struct, frozen=True, tag_field="layer", tag=True):
    rate: Annotated[float, Bounds(0, 0.5, WHY)] = 0.1


class Whole(msgspec.Struct, frozen=True):
    seed: Seed = 0
    budget: Annotated[float, Bounds(0.1, 9.0, WHY)] | None = None
    levels: Annotated[tuple[Annotated[float, Bounds(0, 1, WHY)], ...], Bounds(1, 3, WHY)] = (0.5,)
    layers: tuple[Layer | Other, ...] = (Layer(), Other())
    word: Annotated[str, Bounds(0, 5, WHY)] = "abc"


@pytest.mark.parametrize(
    ("name", "value", "said", "hint"),
    [
        ("seed", 2**63, "seed is 9223372036854775808, but may be at most 1,000,000,000,000,000,000", "--set seed=1000"),
        ("seed", -(2**63), "seed is -9223372036854775808, but must be -1,000,0", "--set seed=0"),
        ("budget", 10.0, "budget is 10.0, but may be at most 9.0: so it is.", "--set budget=9.0 or less"),
        ("budget", float("nan"), "budget is nan, but must be 0.1 or more", "--set budget=0.1"),
        ("levels", [], "levels has 0 items, but must be 1 or more", "Leave --set levels=... out"),
        ("levels", [0.1] * 4, "levels has 4 items, but may be at most 3: so it is", "at most 3 items"),
        ("levels", [0.1, 7.0], "levels.1 is 7.0, but may be at most 1", "--set levels.1=1 or less"),
        ("layers.0.units", 9, "layers.0.units is 9, but may be at most 8", "--set layers.0.units=8"),
        ("layers.1.rate", 0.9, "layers.1.rate is 0.9, but may be at most 0.5", "--set layers.1.rate=0.5"),
        ("word", "longer", "word has 6 items, but may be at most 5", "at most 5 items"),
        pytest.param("seed", 16**5000, "seed is a number of thousands of digits", "--set seed=", id="endless"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_the_reason_and_what_to_type(name, value, said, hint):
    with pytest.raises(SettingsError) as caught:
        change(Whole(), {name: value})
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_what_lies_on_the_bounds_passes():
    changed = change(Whole(), {"seed": 10**18, "budget": 9.0, "levels": [0, 1, 0.5], "layers.0.units": 8})
    refuse_beyond(changed)
    with pytest.raises(SettingsError, match=r"budget is 0\.0"):
        from_mapping(Whole, {"budget": 0.0})


def test_what_is_made_without_reading_it_is_refused_too_under_its_parts_name():
    with pytest.raises(SettingsError, match=r"part.layers.0.units is 100, but"):
        refuse_beyond(Whole(layers=(Layer(units=100),)), "part")


def test_all_bounds_are_listed_by_name():
    assert [name for name, _ in listed(Whole)] == [
        "seed", "budget", "levels", "levels.N", "layers.N.units (Layer)", "layers.N.rate (Other)", "word",
    ]  # fmt: skip


def numbers(kind, name=""):
    """Name every setting that is a number, or a list of numbers, however its type is written."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield from numbers(field.type, f"{name}.{field.name}".lstrip("."))
    elif kind in (int, float):
        yield name
    elif get_args(kind) and not str(kind).startswith("typing.Literal"):
        for inside in get_args(kind):
            yield from numbers(inside, name)


@pytest.mark.parametrize(
    "kind",
    [Recipe, Settings, *dict.fromkeys(type(recipe.settings) for recipe in recipes.every())],
    ids=lambda kind: f"{kind.__module__}.{kind.__name__}",
)
def test_no_number_is_without_bounds(kind):
    bounded = {name.split(" (")[0].replace(".N", "") for name, _ in listed(kind)}
    held = {"quantile_levels"}  # by its own check
    shares = {"test_share", "training_share"}
    assert {name.replace(".N", "") for name in numbers(kind)} - bounded - held - shares == set()
