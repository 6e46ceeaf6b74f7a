import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.errors import DataError, SettingsError
from longshort.forecasting.recipe import Recipe
from longshort.settings import setting_names


@given(
    horizon=st.integers(1, 500),
    cell=st.sampled_from(["lstm", "gru", "rnn"]),
    patience=st.none() | st.integers(1, 9),
    clip=st.none() | st.floats(0.01, 100),
    rate=st.floats(1e-6, 1.0),
)
def test_a_recipe_equals_its_toml_both_ways(horizon, cell, patience, clip, rate):
    recipe = Recipe(horizon=horizon).replace(
        {
            "model.cell": cell,
            "training.patience": patience,
            "training.gradient_clip": clip,
            "training.learning_rate": rate,
        }
    )
    again = Recipe.from_toml(recipe.to_toml())
    assert again == recipe
    assert again.to_toml() == recipe.to_toml()


def test_every_setting_stands_in_the_toml():
    text = Recipe().to_toml()
    for name in setting_names(Recipe()):
        assert f"{name.rpartition('.')[2]} = " in text


def test_a_recipe_is_frozen():
    with pytest.raises(AttributeError):
        Recipe().horizon = 2


def test_replace_changes_one_setting_and_no_other():
    changed, plain = Recipe().replace({"model.hidden_size": 7}), Recipe()
    assert changed.model.hidden_size == 7
    assert msgspec.structs.replace(changed, model=plain.model) == plain


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("horizon = 0", "horizon is 0"),
        ("horizon = 'five'", "Expected `int`, got `str`"),
        ("horizont = 5", "horizont"),
        ("[model]\ncell = 'lstn'", "lstn"),
        ("[model\n", "not valid TOML"),
        ("quantile_levels = [0.5, 0.1]", "rising"),
        ("quantile_levels = [0.0, 0.5]", "between 0 and 1"),
        ("quantile_levels = [0.1, 0.2]", "leave the median out"),
        ("[window]\ncontext_length = 0", "context_length is 0"),
        ("[window]\nburn_in = 60", "leaves nothing"),
        ("[window]\nhistory = 20", "shorter than context_length"),
        ("[transform]\nname = 'window_log_ratio'", "window.method='forking'"),
        ("[model]\nhead = 'bounded'\nlow = 0.0\nhigh = 1.0", "limits in the target's unit"),
        ("[training]\nmembers = 0", "members"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_with_the_setting_named(toml, words):
    with pytest.raises(SettingsError, match=words):
        Recipe.from_toml(toml)


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ({"model.cell": "lstn"}, "'lstm', 'gru', 'rnn': --set model.cell=lstm"),
        ({"training.members": "many"}, "--set training.members=5"),
        ({"training.time_budget_s": "long"}, "--set training.time_budget_s=none"),
        ({"quantile_levels": 0.5}, "--set 'quantile_levels=[0.025,"),
        ({"quantile_levels": ["half"]}, "--set 'quantile_levels=[0.025,"),
        ({"horizon": 1.5}, "--set horizon=1"),
    ],
)
def test_a_value_of_the_wrong_kind_is_answered_with_one_that_can_be_typed(wrong, value):
    with pytest.raises(SettingsError) as caught:
        Recipe().replace(wrong)
    assert value in caught.value.hint


@pytest.mark.parametrize("name", ["model.cel", "cell", "model", "model.cell.x", "modell.cell"])
def test_an_unknown_setting_is_refused_with_the_nearest(name):
    with pytest.raises(SettingsError, match="no setting"):
        Recipe().replace({name: 1})


def test_quick_is_smaller():
    quick = Recipe().quick()
    assert quick.training.members < Recipe().training.members
    assert quick.training.epochs < Recipe().training.epochs


def test_short_series_are_left_out_only_where_asked(prices):
    panel = prices(series=2, rows=50)
    cutoff = int(panel.times.max())
    short = panel.until(cutoff)
    assert len(Recipe().usable(short, cutoff)) == 2
    with pytest.raises(DataError, match="longest has 50"):
        Recipe().replace({"window.min_history": 51}).usable(panel, cutoff)


def test_a_missing_recipe_file_is_a_clear_error(tmp_path):
    with pytest.raises(SettingsError, match=r"none.toml' cannot be read: No such file or directory\.") as caught:
        Recipe.from_file(tmp_path / "none.toml")
    assert "--recipe" in caught.value.hint


def test_a_recipe_file_that_does_not_fit_is_named(tmp_path):
    (tmp_path / "wrong.toml").write_text("Date,Open\n")
    with pytest.raises(SettingsError, match=r"the recipe '.*wrong.toml' is not valid TOML") as caught:
        Recipe.from_file(tmp_path / "wrong.toml")
    assert "recipe.toml" in caught.value.hint
