"""Which models stand beside the network: baselines that it has to beat, and a user's own, as either."""

import numpy as np
import pytest

import longshort as ls
from longshort.backtest.beside import models_beside
from longshort.errors import NotEnoughHistory, SettingsError


class Mine:
    """Repeat the newest value, under any name."""

    def __init__(self, name="mine", ahead=0.0):
        self.name, self.ahead = name, ahead

    def predict(self, panel):
        last = np.array([panel.target[panel.rows(series)][-1] for series in range(len(panel))])
        return np.repeat(last[:, None] + self.ahead, 3, axis=1)


def beside(recipe, panel, names=("naive",), models=(), as_baseline=(), season=None):
    return models_beside(panel, recipe, int(panel.times.max()), season, names, models, as_baseline)


@pytest.fixture(scope="module")
def panel(prices):
    return prices(rows=160)


def test_a_users_model_is_judged_beside_the_network_unless_it_is_a_baseline(small, panel):
    found = beside(small, panel, models=[Mine("one"), Mine("two")], as_baseline=["two"])
    assert [model.name for model in found.models] == ["one"]
    assert [model.name for model in found.baselines] == ["naive", "two"]
    assert [model.name for model in found] == ["one", "naive", "two"]
    assert found.named == ("naive", "two")


def test_beside_all_baselines_nothing_counts_as_chosen(small, panel):
    found = beside(small, panel, names=None, models=[Mine()], as_baseline=["mine"])
    assert found.named == ()
    assert found.baselines[-1].name == "mine"
    assert [(one.baseline, one.reason) for one in found.left_out] == [
        ("seasonal_naive", "no_season"),
        ("seasonal_mean", "no_season"),
    ]


def test_a_baseline_that_is_no_model_is_refused_with_the_nearest(small, panel):
    with pytest.raises(SettingsError, match="as_baseline names 'mien'") as caught:
        beside(small, panel, models=[Mine()], as_baseline=["mien"])
    assert "mine" in caught.value.hint
    with pytest.raises(SettingsError, match="no model has that name") as caught:
        beside(small, panel, as_baseline=["mine"])
    assert "models=[...]" in caught.value.hint


@pytest.mark.parametrize("name", ["naive", "lstm"])
def test_two_of_one_name_are_refused(small, panel, name):
    with pytest.raises(SettingsError, match=f"two models are named '{name}'"):
        beside(small, panel, models=[Mine(name)], as_baseline=[name])


def test_the_network_has_to_beat_a_users_baseline_too(small, panel):
    plain = ls.backtest(small, panel, baselines=["drift"], folds=2, models=[Mine()])
    tough = ls.backtest(small, panel, baselines=["drift"], folds=2, models=[Mine()], as_baseline=["mine"])
    assert plain.claims.point.baselines == ("drift",)
    assert set(tough.claims.point.baselines) == {"drift", "mine"}
    assert set(tough.skill["baseline"]) == {"drift", "mine"}
    np.testing.assert_array_equal(plain.forecasts["mine"].mean, tough.forecasts["mine"].mean)


def test_a_run_says_which_baselines_are_fitted_again(small, panel):
    fitted = ls.backtest(small, panel, baselines=["naive", "theta", "garch"], folds=2)
    (note,) = [note for note in fitted.info["notes"] if "before each fold" in note]
    assert note.endswith("in between: theta, GARCH.")
    plain = ls.backtest(small, panel, baselines=["naive"], folds=2)
    assert not any("before each fold" in note for note in plain.info["notes"])


def test_a_baseline_that_needs_more_history_or_fits_nothing_is_left_out_and_said(small, prices):
    class Hungry(Mine):
        def predict(self, panel):
            raise NotEnoughHistory("too short")

    class Lost(Mine):
        def predict(self, panel):
            return np.full((len(panel), 3), np.nan)

    models = [Hungry("hungry"), Lost("lost")]
    run = ls.backtest(
        small, prices(rows=160), baselines=["naive"], folds=2, models=models, as_baseline=["hungry", "lost"]
    )
    assert {"hungry", "lost"}.isdisjoint(run.forecasts)
    left_out = [["hungry", "history"], ["lost", "no_fit"]]
    assert [[one.baseline, one.reason] for one in run.claims.point.left_out] == left_out
    assert run.info["context"]["left_out"] == left_out


@pytest.mark.parametrize(("rows", "said"), [(28, True), (29, False)])
def test_short_series_whose_past_errors_are_pooled_are_said(small, prices, rows, said):
    panel, names = prices(rows=rows, alone=True), ["naive", "mean", "ets"]
    run = ls.backtest(small.replace({"window.context_length": 6}), panel, baselines=names, folds=1)
    notes = [note for note in run.info["notes"] if "fewer than 20 past errors" in note]
    assert [note[note.index("(") :] for note in notes] == (["(mean, ETS)."] if said else [])
