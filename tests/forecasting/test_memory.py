import pytest

from longshort.errors import SettingsError
from longshort.forecasting.recipe import Recipe


@pytest.mark.parametrize(
    ("changes", "memory", "said", "hint"),
    [
        ({"model.hidden_size": 2000}, "100M", "parameters in each of 5 members", "--set model.hidden_size=16"),
        (
            {"horizon": 100, "model.hidden_size": 1},
            "700K",
            "each of 400 rows has 100 steps ahead to learn",
            "--horizon",
        ),
    ],
)
def test_what_does_not_fit_into_memory_is_refused_before_the_first_fit(
    prices, monkeypatch, changes, memory, said, hint
):
    monkeypatch.setenv("LONGSHORT_MEMORY", memory)
    with pytest.raises(SettingsError, match=said) as caught:
        Recipe().replace(changes).fit(prices(series=2, rows=200))
    assert hint in caught.value.hint


def test_forecasts_count_from_the_first_cutoff_on(prices, monkeypatch):
    panel = prices(series=2, rows=200)
    recipe = Recipe(quantile_levels=tuple(n / 300 for n in range(1, 300))).replace({"model.hidden_size": 1})
    first = int(panel.times.min())
    monkeypatch.setenv("LONGSHORT_MEMORY", "2M")
    with pytest.raises(SettingsError, match="299 quantiles from each of 398 rows") as caught:
        recipe.fit(panel, [first])
    assert "--test-from" in caught.value.hint


def test_a_recipe_says_without_data_that_its_networks_do_not_fit(monkeypatch):
    monkeypatch.setenv("LONGSHORT_MEMORY", "100M")
    Recipe().refuse_size()
    with pytest.raises(SettingsError, match="parameters"):
        Recipe().replace({"model.num_layers": 100, "model.hidden_size": 500}).refuse_size()
