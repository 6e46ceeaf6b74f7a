import tomllib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.errors import SettingsError
from longshort.settings import change, from_mapping, override, setting_names, to_dict, to_toml


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Dense(Struct, tag_field="layer", tag=True):
    units: int = 4
    rate: float | None = None


class Pool(Struct, tag_field="layer", tag=True):
    over: str = "last"


class Inner(Struct):
    budget: float | None = None
    name: str = "none"


class Model(Struct):
    cell: str = "lstm"
    inner: Inner = Inner()
    layers: tuple[Dense | Pool, ...] | None = (Dense(), Pool())


class Whole(Struct):
    seed: int = 0
    levels: tuple[float, ...] = (0.1, 0.9)
    model: Model = Model()


@given(
    seed=st.integers(0, 9),
    budget=st.none() | st.floats(0, 1),
    layers=st.none() | st.lists(st.builds(Dense, units=st.integers(1, 5), rate=st.none() | st.floats(0, 1))).map(tuple),
)
def test_settings_equal_their_toml_both_ways_however_deep(seed, budget, layers):
    whole = Whole(seed=seed, model=Model(inner=Inner(budget=budget), layers=layers))
    text = to_toml(whole)
    assert from_mapping(Whole, tomllib.loads(text)) == whole
    assert override(Whole(), tomllib.loads(text)) == whole


def test_every_setting_has_one_dotted_name_and_list_items_have_theirs():
    assert setting_names(Whole()) == [
        "seed", "levels", "model.cell", "model.inner.budget", "model.inner.name", "model.layers",
        "model.layers.0.layer", "model.layers.0.units", "model.layers.0.rate", "model.layers.1.layer",
        "model.layers.1.over",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dotted", "value", "found"),
    [
        ("model.inner.budget", 2.5, lambda whole: whole.model.inner.budget),
        ("model.layers.0.units", 9, lambda whole: whole.model.layers[0].units),
        ("model.layers.1.over", "mean", lambda whole: whole.model.layers[1].over),
        ("levels", (0.5,), lambda whole: whole.levels),
        ("model.layers", None, lambda whole: whole.model.layers),
    ],
)
def test_change_reaches_a_setting_at_any_depth_and_no_other(dotted, value, found):
    changed = change(Whole(), {dotted: value})
    assert found(changed) == value
    names = [name for name in setting_names(Whole()) if not name.startswith(dotted)]
    assert [name for name in names if name in setting_names(changed)] == names or value is None
    assert change(changed, {dotted: to_dict_value(Whole(), dotted)}) == Whole()


def to_dict_value(settings, dotted):
    place = to_dict(settings)
    for key in dotted.split("."):
        place = place[int(key)] if key.isdecimal() else place[key]
    return place


def test_none_is_read_where_a_setting_may_be_none_and_is_a_word_elsewhere():
    changed = change(Whole(model=Model(inner=Inner(budget=1.0))), {"model.inner.budget": "none"})
    assert changed.model.inner.budget is None
    assert changed.model.inner.name == "none"


def test_a_list_of_layers_can_be_written_whole():
    changed = change(Whole(), {"model.layers": [{"layer": "Pool", "over": "max"}, {"layer": "Dense", "rate": "none"}]})
    assert changed.model.layers == (Pool(over="max"), Dense())


@pytest.mark.parametrize(
    ("dotted", "nearest"),
    [("model.cel", "'model.cell'"), ("modle.cell", "'model.cell'"), ("model.layers.0.unit", "'model.layers.0.units'")],
)
def test_an_unknown_setting_is_refused_with_its_whole_name_and_the_nearest(dotted, nearest):
    with pytest.raises(SettingsError) as caught:
        change(Whole(), {dotted: 1})
    assert repr(dotted) in caught.value.message
    assert nearest in caught.value.hint


@pytest.mark.parametrize("dotted", ["model", "model.inner", "model.layers.2.units", "model.layers.first", "seed.x", ""])
def test_parts_and_places_that_are_not_there_are_no_settings(dotted):
    with pytest.raises(SettingsError, match="no setting"):
        change(Whole(), {dotted: 1})


@pytest.mark.parametrize(
    ("toml", "name", "nearest"),
    [
        ("[model]\ncel = 'gru'", "'model.cel'", "'model.cell'"),
        ("[modell]\ncell = 'gru'", "'modell.cell'", "'model.cell'"),
        ("sed = 1", "'sed'", "'seed'"),
        ("[model.inner]\nbuget = 1.0", "'model.inner.buget'", "'model.inner.budget'"),
    ],
)
def test_an_unknown_key_of_a_file_is_named_by_its_path(toml, name, nearest):
    with pytest.raises(SettingsError) as caught:
        override(Whole(), tomllib.loads(toml))
    assert name in caught.value.message
    assert nearest in caught.value.hint


def test_an_unknown_key_of_a_mapping_is_named_by_its_path():
    with pytest.raises(SettingsError, match=r"no setting 'model.inner.buget'") as caught:
        from_mapping(Whole, {"model": {"inner": {"buget": 1.0}}})
    assert "'model.inner.budget'" in caught.value.hint


def test_an_unfit_value_deep_inside_is_answered_with_one_that_fits():
    with pytest.raises(SettingsError, match="my recipe does not fit") as caught:
        change(Whole(), {"model.layers.0.units": "many"}, "my recipe")
    assert "--set model.layers.0.units=4" in caught.value.hint
