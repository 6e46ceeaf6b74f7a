"""The whole through its public door: no peeking, the same bits, interruptions, histories, calendars, gaps, ledger."""

import itertools

import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.backtest.folds import walk_forward
from longshort.baselines import NAMES
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel

HORIZON = 3
ROWS = 200
MODELS = {"lstm", "Halfway", *NAMES} - {"zero"}  # which is held against counts alone
GIVEN = ("ds", "last", "mean", "quantiles", "p_up", "seed_mean", "seed_quantiles")
TABLES = ("scores", "skill", "seeds", "coverage", "reliability", "lag", "curves", "history")


class Halfway:
    """Be a user's own model: half way from the newest value to the mean of all that was shown."""

    def fit(self, panel):
        self.middle = np.nanmean(panel.target)

    def predict(self, panel):
        last = np.array([known(panel.target[panel.rows(i)])[-1] for i in range(len(panel))])
        return np.repeat((last[:, None] + self.middle) / 2, HORIZON, axis=1)


def known(values):
    return values[~np.isnan(values)]


def walked(recipe, panel, **options):
    return ls.backtest(recipe, panel, **{"folds": 2, "season": 7, "models": [Halfway()]} | options)


def keys(forecast):
    """Name each forecast by its series and cutoff: a series without any is not in the test, so indices may differ."""
    return [(forecast.ids[i], cutoff) for i, cutoff in zip(forecast.series, forecast.cutoffs.tolist(), strict=True)]


def same_forecasts(one, other, until=np.inf):
    """Compare each model's forecasts from the cutoffs that both have, up to a time; give the numbers compared."""
    compared = set()
    assert one.forecasts.keys() == other.forecasts.keys()
    for name in one.forecasts:
        ours, theirs = (run.forecasts[name] for run in (one, other))
        ours_at, theirs_at = keys(ours), keys(theirs)
        both = {key for key in set(ours_at) & set(theirs_at) if key[1] <= until}
        ours = ours.select(np.array([key in both for key in ours_at]))
        theirs = theirs.select(np.array([key in both for key in theirs_at]))
        for array in GIVEN:
            np.testing.assert_array_equal(getattr(ours, array), getattr(theirs, array), err_msg=f"{name} {array}")
        compared.add(len(both))
    return compared


def same_runs(one, other):
    same_forecasts(one, other)
    assert one.verdict == other.verdict
    assert one.findings == other.findings
    for table in TABLES:
        assert getattr(one, table).equals(getattr(other, table)), table


@pytest.fixture(scope="module")
def panel(prices):
    return prices(series=3, rows=ROWS)


@pytest.fixture(scope="module")
def run(small, panel):
    return walked(small, panel)


def at_cutoff(panel, fold, place):
    """Give the time of a fold's first cutoff (0), second ..."""
    return int(panel.times[walk_forward(panel, 2)[fold].pairs.rows[place]])


@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize("place", [0, 9])
@pytest.mark.parametrize("replacement", [np.nan, 1e6])
def test_what_comes_after_a_cutoff_changes_no_bit_of_any_models_forecast(small, panel, run, fold, place, replacement):
    cutoff = at_cutoff(panel, fold, place)
    values = panel.values.copy()
    values[panel.times > cutoff] = replacement
    seen = 3 * (20 * fold + place + 1)
    if np.isnan(replacement):  # folds are cut from sessions with a known target: one series keeps its own
        values[panel.rows(2)] = panel.values[panel.rows(2)]
        seen -= 2  # the others end at the cutoff, which nothing follows
    changed = walked(small, panel.with_values(values))
    assert run.forecasts.keys() == MODELS
    assert run.folds == changed.folds
    assert same_forecasts(run, changed, until=cutoff) == {seen}


def test_a_price_that_falls_below_zero_after_a_cutoff_stops_nothing_and_changes_nothing_before(small, panel, run):
    cutoff = at_cutoff(panel, 0, 9)
    values = panel.values.copy()
    values[panel.times > cutoff] *= -1
    changed = walked(small, panel.with_values(values))
    assert same_forecasts(run, changed, until=cutoff) == {30}
    assert any("forecasts the change from the last known value" in note for note in changed.info["notes"])
    for forecast in changed.forecasts.values():
        assert np.isfinite(forecast.mean[(forecast.fold == 1) | (forecast.last > 0)]).all()


@pytest.mark.parametrize("head", ["quantiles", "point"])
def test_rows_that_are_not_there_yet_change_no_bit_either(small, panel, head):
    recipe = small.replace({"model.head": head})
    day = str(panel.labels(panel.times)[160])
    cutoff = int(panel.times[185])
    run, shorter = (walked(recipe, p, test_from=day) for p in (panel, panel.until(cutoff)))
    assert same_forecasts(run, shorter) == {3 * (185 - 159)}


@pytest.mark.parametrize("cores", [1, 2])
def test_the_same_seed_gives_the_same_run_on_one_thread_and_on_two(small, panel, run, monkeypatch, cores):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    same_runs(run, walked(small, panel))


def test_another_seed_gives_another_run(small, panel, run):
    other = walked(small.replace({"seed": 2}), panel, baselines=["naive"])
    assert not np.array_equal(run.forecasts["lstm"].mean, other.forecasts["lstm"].mean)


def test_a_series_is_forecast_alone_as_in_a_crowd(small, panel, run):
    crowd, single = run, panel.only(np.array([1]))
    alone = walked(small, single, models=[])
    for name in alone.forecasts.keys() - {"lstm"}:  # a network learns from the crowd
        mine = crowd.forecasts[name].select(crowd.forecasts[name].series == 1)
        for array in ("mean", "quantiles", "p_up"):
            np.testing.assert_allclose(getattr(mine, array), getattr(alone.forecasts[name], array), rtol=1e-6)
    coming = crowd.coming["lstm"]
    asked = crowd.model.predict(single)
    for array in ("mean", "quantiles", "p_up", "seed_mean"):
        mine = getattr(coming.select(coming.series == 1), array)
        np.testing.assert_allclose(mine, getattr(asked, array), rtol=1e-6)


def test_the_ensemble_is_the_mean_of_its_members_and_each_has_its_scores(small, panel):
    recipe = small.replace({"seed": 5, "training.members": 3, "training.validation": 0.0})
    run = walked(recipe, panel, baselines=["naive", "volatility_cone"])
    forecast = run.forecasts["lstm"]
    assert set(run.seeds["seed"]) == {5, 6, 7}
    assert run.info["seeds"] == [5, 6, 7]
    assert set(run.curves["seed"]) == {5, 6, 7}
    counts = run.seeds.group_by("seed").len()["len"]
    assert counts.n_unique() == 1
    np.testing.assert_allclose(forecast.mean, np.exp(np.log(forecast.seed_mean).mean(axis=0)), rtol=1e-12)
    early = forecast.cutoffs <= forecast.cutoffs.min()  # nothing has come to pass, so nothing is calibrated
    members = np.exp(np.log(forecast.seed_quantiles[:, early]).mean(axis=0))
    np.testing.assert_allclose(forecast.quantiles[early], members, rtol=1e-12)
    assert len(np.unique(forecast.seed_mean[:, 0, 0])) == 3


@pytest.mark.parametrize("moment", [1, 4, 7, 11, 12])
def test_interrupted_and_resumed_changes_no_bit(small, panel, tmp_path, moment):
    recipe = small.replace({"training.steps_per_epoch": 2})
    options = {"baselines": ["naive", "volatility_cone"], "models": []}
    heard = itertools.count(1)

    def interrupt(record):
        if next(heard) == moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walked(recipe, panel, listen=interrupt, out=tmp_path / "run", **options)
    with pytest.raises(ls.LongshortError, match="unfinished"):
        ls.load_run(tmp_path / "run")
    told = []
    resumed = walked(recipe, panel, listen=told.append, out=tmp_path / "run", **options)
    whole = walked(recipe, panel, out=tmp_path / "whole", **options)
    assert len(told) <= 12 - moment + 2  # two members may have been at work unheard
    same_runs(resumed, whole)
    for name in ("model/weights.safetensors", "model/arrays.safetensors", "model/model.json", "recipe.toml"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    for table in (tmp_path / "whole").rglob("*.parquet"):
        ours = pl.read_parquet(tmp_path / "run" / table.relative_to(tmp_path / "whole"))
        assert ours.equals(pl.read_parquet(table)), table.name


def test_an_interrupt_after_training_costs_no_second_training(small, panel, tmp_path):
    class Tired(Halfway):
        name = "tired"

        def predict(self, panel):
            raise KeyboardInterrupt

    class Awake(Halfway):
        name = "tired"

    with pytest.raises(KeyboardInterrupt):
        walked(small, panel, models=[Tired()], out=tmp_path)
    told = []
    resumed = walked(small, panel, models=[Awake()], out=tmp_path, listen=told.append)
    assert not told
    same_runs(resumed, walked(small, panel, models=[Awake()]))


def test_a_rolling_history_sees_only_its_own_stretch(small, panel):
    options = {"baselines": ["naive"], "models": []}
    expanding = walked(small, panel, **options)
    rolling = walked(small, panel, history="rolling", **options)
    assert [fold["known"]["sessions"] for fold in expanding.folds] == [160, 180]
    assert [fold["known"]["sessions"] for fold in rolling.folds] == [160, 160]
    begins = rolling.folds[1]["known"]["from"]
    assert begins == str(panel.labels(panel.times)[20])[:10]
    fold = expanding.forecasts["lstm"].fold
    ours, theirs = (run.forecasts["lstm"].seed_mean for run in (expanding, rolling))
    np.testing.assert_array_equal(ours[:, fold == 0], theirs[:, fold == 0])
    assert not np.array_equal(ours[:, fold == 1], theirs[:, fold == 1])
    values = panel.values.copy()
    values[panel.times < panel.times[20]] *= np.random.default_rng(1).uniform(0.5, 2.0, (60, 4))
    second = pl.col("fold") == 1
    for history, run, same in (("rolling", rolling, True), ("expanding", expanding, False)):
        changed = walked(small, panel.with_values(values), history=history, **options)
        assert changed.curves.filter(second).equals(run.curves.filter(second)) == same


def test_without_validation_intervals_rest_on_what_came_to_pass(small, panel):
    recipe = small.replace({"training.validation": 0.0, "training.patience": 1, "training.epochs": 4})
    run = walked(recipe, panel, models=[])
    assert run.curves["validation_loss"].null_count() == len(run.curves)
    assert run.curves.group_by("fold", "seed").len()["len"].to_list() == [4] * 4
    assert [fold["validation"] for fold in run.folds] == [{"from": None, "to": None, "sessions": 0}] * 2
    forecast = run.forecasts["lstm"]
    raw = np.exp(np.log(forecast.seed_quantiles).mean(axis=0))
    moved = np.abs(forecast.quantiles / raw - 1).max(axis=(1, 2)) > 1e-9
    days = np.searchsorted(np.unique(forecast.cutoffs), forecast.cutoffs)
    assert not moved[days <= 6].any()  # three series: 18 outcomes of step 1 by then, and 20 are needed
    assert moved[days >= 9].all()


def test_a_single_test_counts_exactly(small, panel):
    day = str(panel.labels(panel.times)[170])[:10]
    run = walked(small, panel.only(np.array([0])), test_from=day)
    assert len(run.folds) == 1
    assert run.folds[0]["known"]["sessions"] == 170
    assert run.folds[0]["test"]["sessions"] == 30
    assert run.folds[0]["test"]["from"] == day
    for forecast in run.forecasts.values():
        assert (~np.isnan(forecast.y)).sum(axis=0).tolist() == [30, 29, 28]
        assert forecast.cutoffs.tolist() == panel.times[169:199].tolist()
    counts = run.scores.filter((pl.col("metric") == "mae") & (pl.col("model") == "lstm")).drop_nulls("unique_id")
    assert dict(counts.select("step", "n").iter_rows()) == {None: 87, 1: 30, 2: 29, 3: 28}


def two_calendars():
    """Put a coin that trades every day beside a stock of New York, over the same year."""
    day = 86_400_000_000
    first = int(np.datetime64("2019-01-02", "us").astype(np.int64))
    calendars = (named("daily"), named("XNYS"))
    starts = [int(calendar.numbers(np.array([first]))[0]) for calendar in calendars]
    sessions = [np.arange(start, start + rows) for start, rows in zip(starts, (365, 252), strict=True)]
    times = np.concatenate([calendar.times(part) for calendar, part in zip(calendars, sessions, strict=True)])
    assert abs(times[364] - times[-1]) <= 2 * day
    random = np.random.default_rng(3)
    return Panel(
        values=100 * np.exp(np.cumsum(0.02 * random.standard_normal((len(times), 1)), axis=0)),
        times=times,
        sessions=np.concatenate(sessions),
        offsets=np.array([0, 365, 365 + 252]),
        ids=("COIN", "STOCK"),
        columns=(Column("Close", "close"),),
        calendars=calendars,
    )


def test_a_coin_beside_a_stock_goes_through_each_on_its_own_days(small):
    panel = two_calendars()
    run = walked(small, panel)
    day = 86_400_000_000
    assert run.info["data"]["calendar"] == "XNYS, daily"
    for forecast in run.forecasts.values():
        coin, stock = (forecast.select(forecast.series == i) for i in (0, 1))
        assert (np.diff(coin.ds, axis=1) == day).all()
        assert set(stock.ds[~np.isnan(stock.y)]) <= set(panel.times[365:])
        assert (np.diff(stock.ds, axis=1) >= day).all()
        assert (stock.ds - stock.cutoffs[:, None]).max() >= 5 * day  # over a weekend
        assert np.isfinite(forecast.mean).all()
    weekday = np.datetime64("2019-12-31", "us").astype(np.int64)
    assert (run.coming["lstm"].ds > weekday - day).all()


def test_missing_sessions_and_blanks_inside_the_test_are_neither_cutoffs_nor_scored(small, panel):
    values = panel.values.copy()
    blank = [170, 171, 185, ROWS + 190]
    values[blank, 0] = np.nan
    panel = panel.with_values(values)
    gone = np.isin(np.arange(len(panel.times)), [175, 176, 177, 178, ROWS + 165])
    panel = panel._keep(~gone)
    run = walked(small, panel)
    for forecast in run.forecasts.values():
        assert np.isfinite(forecast.mean).all()
        assert np.isfinite(forecast.quantiles).all()
        day = (forecast.cutoffs - panel.times[0]) // 86_400_000_000
        mine = forecast.series == 0
        assert not set(day[mine]) & {170, 171, 175, 176, 177, 178, 185}
        before = mine & (day == 174)
        assert np.isnan(forecast.y[before]).all()  # all three coming sessions are missing from the file
        assert ((forecast.ds[before] - forecast.cutoffs[before]) // 86_400_000_000).tolist() == [[1, 2, 3]]
        assert (~np.isnan(forecast.y[mine & (day == 173)])).tolist() == [[True, False, False]]
    counted = run.scores.filter((pl.col("unique_id") == "S0") & (pl.col("metric") == "mae") & (pl.col("step") == 1))
    assert set(counted["n"]) == {
        int((~np.isnan(run.forecasts["naive"].y[run.forecasts["naive"].series == 0, 0])).sum())
    }


@pytest.mark.parametrize("history", ["expanding", "rolling"])
def test_the_ledgers_stretches_never_meet_and_the_purge_is_the_horizon(small, prices, history):
    panel = prices(rows=ROWS)
    run = walked(small, panel, folds=3, history=history, baselines=["naive"], models=[])
    days = {str(label)[:10]: number for number, label in enumerate(panel.labels(panel.times))}
    tested = []
    for fold in run.folds:
        spans = {name: (days[fold[name]["from"]], days[fold[name]["to"]]) for name in fold if name != "fold"}
        for name, (first, last) in spans.items():
            assert fold[name]["sessions"] == last - first + 1
        assert spans["known"][0] == spans["train"][0]
        assert spans["validation"][0] - spans["train"][1] - 1 == HORIZON
        assert spans["known"][1] - spans["validation"][1] == HORIZON
        assert spans["test"][0] > spans["known"][1] + 1  # the first cutoff lies between
        tested += range(spans["test"][0], spans["test"][1] + 1)
    assert tested == list(range(161, ROWS))


def test_a_free_run_over_a_year_has_intervals_that_widen(small, prices, monkeypatch):
    monkeypatch.setattr("longshort.forecasting.recursive.PATHS", 16)  # fewer, to be fast
    changes = {"horizon": 251, "window.steps": "recursive", "training.members": 1, "model.num_layers": 1}
    panel = prices(rows=450, alone=True)
    day = str(panel.labels(panel.times)[449])
    run = ls.backtest(small.replace(changes), panel, test_from=day, baselines=["naive"])
    forecast = run.forecasts["lstm"]
    assert forecast.mean.shape == (1, 251)
    assert (~np.isnan(forecast.y)).sum(axis=0)[:2].tolist() == [1, 0]
    width = forecast.quantile(0.9) - forecast.quantile(0.1)
    assert (width > 0).all()
    assert (width[:, 20] > 2 * width[:, 0]).all()
    assert (width[:, 250] > 2 * width[:, 20]).all()
    assert any("free run" in note for note in run.info["notes"])
