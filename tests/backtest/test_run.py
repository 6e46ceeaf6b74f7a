from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import longshort as ls
from longshort.data.calendars import named
from longshort.errors import DataError, NotEnoughHistory, RunFolderError, SettingsError
from longshort.evaluation.findings import fresher_column

NAIVE = {"baselines": ["naive"], "folds": 2}


@pytest.fixture(scope="module")
def panel(prices):
    return prices(rows=160)


@pytest.fixture(scope="module")
def run(small, panel):
    told = []
    about = {"command": "longshort backtest prices.csv", "quick": True}
    run = ls.backtest(small, panel, title="A title", about=about, listen=told.append, **NAIVE)
    return run, told


def test_a_title_and_what_was_typed_are_kept(run, tmp_path):
    run[0].save(tmp_path / "run")
    for kept in (run[0], ls.load_run(tmp_path / "run")):
        assert kept.title == "A title"
        assert kept.info["command"] == "longshort backtest prices.csv"
        assert kept.info["quick"] is True
    assert run[0].summary()["title"] == "A title"


def test_the_account_says_what_was_done(run, small, panel):
    info = run[0].info
    assert info["data"]["fingerprint"] == panel.fingerprint()
    assert info["data"] | {"rows": 160, "series": 1, "from": "2020-01-01", "to": "2020-06-08"} == info["data"]
    assert info["recipe"] == run[0].recipe == small.to_dict()
    assert info["horizon"] == 3
    assert info["seeds"] == [0, 1]
    assert {"fit", "forecast", "baselines", "evaluate"} <= info["seconds"].keys()
    assert info["versions"].keys() >= {"longshort", "numpy", "torch"}
    assert run[0].target == "Close"


def test_curves_are_what_the_listener_heard_but_for_the_last_fit(run):
    curves, told = run[0].curves, run[1]
    assert len(told) == 3 * 2 * 2  # two folds and the last fit, two members, two epochs
    heard = {(r.key, r.epoch): (r.train_loss, r.validation_loss, r.gradient_norm) for r in told}
    kept = {(f"fold-{fold}.seed-{seed}", epoch): tuple(numbers) for fold, seed, epoch, *numbers in curves.iter_rows()}
    assert kept.items() <= heard.items()
    assert {key for key, _ in heard.keys() - kept.keys()} == {"fold-2.seed-0", "fold-2.seed-1"}


def test_history_is_the_target_as_used(run, panel):
    assert run[0].history["y"].to_list() == panel.target.tolist()
    assert run[0].history["ds"].to_numpy().astype(np.int64).tolist() == panel.times.tolist()


def test_the_coming_forecast_starts_at_the_end_and_is_the_models_own(run, panel):
    for forecast in run[0].coming.values():
        assert forecast.cutoffs.tolist() == [panel.times[-1]]
        assert np.isnan(forecast.y).all()
    own = run[0].model.predict()
    np.testing.assert_array_equal(run[0].coming["lstm"].quantiles, own.quantiles)


def test_baselines_are_chosen_by_name_in_the_order_given(small, panel):
    run = ls.backtest(small, panel, baselines=["drift", "naive"], folds=2)
    assert list(run.forecasts) == ["lstm", "drift", "naive"]
    assert list(run.coming) == ["lstm", "drift", "naive"]


def test_a_season_reaches_its_baseline(small, panel):
    run = ls.backtest(small, panel, baselines=["seasonal_naive"], folds=2, season=11)
    forecast = run.forecasts["seasonal_naive"]
    row = int(np.flatnonzero(panel.times == forecast.cutoffs[0])[0])
    assert forecast.mean[0].tolist() == panel.target[row - 10 : row - 7].tolist()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"baselines": ["niave"]}, "no baseline 'niave'"),
        ({"history": "sliding"}, "--history 'sliding'"),
        ({"test_from": "next week"}, "--test-from 'next week' is not a day"),
        ({"folds": 0}, "--folds 0"),
        ({"folds": 17}, "--folds 17"),
        ({"models": [object()]}, "no method predict"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_trained_or_written(small, panel, tmp_path, options, words):
    with pytest.raises(SettingsError, match=words):
        ls.backtest(small, panel, listen=pytest.fail, out=tmp_path / "run", **options)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["naive", "lstm", "mine"])
def test_two_models_of_one_name_are_refused(small, panel, name):
    class Mine:
        def __init__(self, name):
            self.name = name

        def predict(self, panel):
            return np.zeros((1, 3))

    with pytest.raises(SettingsError, match=f"two models are named '{name}'"):
        ls.backtest(small, panel, models=[Mine(name), Mine("mine")], listen=pytest.fail)


def test_a_day_may_be_written_in_three_ways(small, panel):
    moment = int(panel.times[150])
    days = ("2020-05-30", date(2020, 5, 30), np.datetime64(moment, "us"))
    runs = [ls.backtest(small, panel, test_from=day, baselines=["naive"]) for day in days]
    assert {one.folds[0]["known"]["to"] for one in runs} == {"2020-05-29"}


def test_rows_without_dates_are_numbered(small, panel):
    rows = np.arange(160)
    numbered = replace(panel, times=rows, sessions=rows, dated=False, calendars=(named("numbered"),))
    run = ls.backtest(small, numbered, test_from=150, baselines=["naive"])
    assert run.folds[0]["known"] == {"from": 0, "to": 149, "sessions": 150}
    assert run.folds[0]["test"] == {"from": 150, "to": 159, "sessions": 10}
    assert run.coming["naive"].ds.tolist() == [[160, 161, 162]]


def test_a_day_outside_the_data_is_refused(small, panel):
    with pytest.raises(DataError, match="after the last session"):
        ls.backtest(small, panel, test_from="2030-01-01")


def test_a_complete_folder_is_refused_before_training_unless_it_may_be_overwritten(run, small, panel, tmp_path):
    run[0].save(tmp_path / "run")
    with pytest.raises(RunFolderError, match="already holds a complete run"):
        ls.backtest(small, panel, out=tmp_path / "run", listen=pytest.fail, **NAIVE)
    ls.backtest(small.replace({"seed": 3}), panel, out=tmp_path / "run", overwrite=True, **NAIVE)
    assert ls.load_run(tmp_path / "run").recipe["seed"] == 3


def test_what_is_refused_while_it_is_fitted_leaves_no_folder(small, panel, tmp_path):
    long = small.replace({"window.context_length": 130})
    with pytest.raises(NotEnoughHistory, match="context_length=130"):
        ls.backtest(long, panel, out=tmp_path / "new/run", listen=pytest.fail, **NAIVE)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_training_goes_on_in_its_folder(small, panel, tmp_path):
    def stop(_):
        raise KeyboardInterrupt

    out = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        ls.backtest(small, panel, out=out, listen=stop, **NAIVE)
    assert list((out / "checkpoint").glob("*.safetensors"))
    with pytest.raises(RunFolderError, match="another command"):
        ls.backtest(small.replace({"seed": 3}), panel, out=out, listen=pytest.fail, **NAIVE)
    found = ls.backtest(small, panel, out=out, **NAIVE)
    assert found.forecasts["lstm"].mean.tolist() == ls.backtest(small, panel, **NAIVE).forecasts["lstm"].mean.tolist()
    assert not (out / "checkpoint").exists()


def test_short_series_are_left_out_of_every_models_test_where_asked(small, prices):
    panel = prices(series=3, rows=160)
    panel = panel._keep((panel.series != 1) | (panel.times >= panel.times[120]))
    run = ls.backtest(small.replace({"window.min_history": 60}), panel, **NAIVE)
    assert {forecast.ids for forecast in run.forecasts.values()} == {("S0", "S2")}
    with pytest.raises(DataError, match="'S1' has 8 sessions"):
        ls.backtest(small, panel, **NAIVE)


@pytest.mark.parametrize(("target", "fresher"), [(0, False), (1, True), (2, True), (3, False)])
def test_a_gain_is_mechanical_where_the_close_is_fresher(panel, target, fresher):
    order = [target, *(i for i in range(4) if i != target)]
    panel = ls.Panel(
        **{**vars(panel), "values": panel.values[:, order], "columns": tuple(panel.columns[i] for i in order)}
    )
    assert (fresher_column(panel) is not None) == fresher


@pytest.fixture
def uneven(prices):
    """Give two series of which the second ends half way, before any test begins."""
    panel = prices(series=2)
    cut = {name: getattr(panel, name)[:180] for name in ("values", "times", "sessions")}
    return replace(panel, offsets=np.array([0, 120, 180]), **cut)


def test_a_series_that_ends_before_the_test_is_named_forecast_and_not_scored(small, uneven, tmp_path):
    run = ls.backtest(small, uneven, folds=2, baselines=["naive", "volatility_cone"])
    assert {forecast.ids for forecast in run.forecasts.values()} == {("S0",)}
    assert run.coming["lstm"].ids == ("S0", "S1")
    (finding,) = [finding for finding in run.findings if finding.code == "untested_series"]
    assert finding.text == "1 of 2 series end before the test and are not scored: 'S1'."
    run.save(tmp_path / "run")
    assert ls.load_run(tmp_path / "run").verdict == run.verdict


def test_where_every_series_is_tested_nothing_is_said_of_it(small, prices):
    run = ls.backtest(small, prices(), folds=2, baselines=["naive"])
    assert "untested_series" not in {finding.code for finding in run.findings}


def test_a_season_of_no_session_is_refused(small, prices):
    with pytest.raises(SettingsError, match="season=0") as caught:
        ls.backtest(small, prices(), folds=2, season=0)
    assert "Pass 1 or more" in caught.value.hint


def test_a_prompt_shows_each_thing_in_a_line(small, prices):
    panel = prices(series=2)
    assert repr(panel) == "Panel(2 series, 240 rows, target 'Close', 3 inputs)"
    run = ls.backtest(small, panel, folds=2, baselines=["naive"])
    assert repr(run) == f"Run('lstm': {run.verdict})"
    assert repr(run.coming["lstm"]) == "Forecast('lstm', 2 series, 2 cutoffs, 3 steps)"
    assert repr(run.model) == f"Forecaster('lstm', 3 steps, {panel!r})"
