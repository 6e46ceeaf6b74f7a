"""The composition: what the audit says of forecasts whose worth is known."""

import json

import numpy as np
import polars as pl
import pytest
from msgspec import to_builtins

import longshort as ls
from longshort.audit.baselines import beside, refits
from longshort.audit.reading import read_forecasts
from longshort.errors import DataError, SettingsError

KEYS = ["model", "unique_id", "step", "metric"]
DAY = pl.duration(days=1)
BITCOIN = [[17, 10, 17], [883, 2908, 882], [49, 25, 36]]


def codes(audit):
    return {finding.code: finding for finding in audit.findings}


def flat(value, name=""):
    """Give the leaves of nested plain data by their places."""
    if isinstance(value, dict | list | tuple):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        return {place: leaf for key, item in inside for place, leaf in flat(item, f"{name}/{key}").items()}
    return {name: value}


def score(audit, model, metric="rmse", step=None):
    wanted = (pl.col("model") == model) & (pl.col("metric") == metric) & pl.col("unique_id").is_null()
    rows = audit.scores.filter(wanted & pl.col("step").eq_missing(step))
    return rows["value"][0], rows["n"][0]


def test_a_run_folder_gives_the_backtests_own_scores(backtest):
    run, folder = backtest
    audit = ls.audit(folder)
    assert audit.models == (run.network,)
    for own, theirs in ((run.scores, audit.scores), (run.skill, audit.skill)):
        value = ["value"] if "n" in own.columns else ["value", "low", "high", "p_value"]
        keys = [name for name in own.columns if name not in (*value, "n")]
        both = own.join(theirs, on=keys, how="left", nulls_equal=True, suffix="_audit")
        assert len(both) == len(own) > 0
        for name in value:
            np.testing.assert_allclose(
                both[f"{name}_audit"].to_numpy().astype(float), both[name].to_numpy().astype(float), rtol=0, atol=1e-12
            )


def test_scores_and_skill_are_those_computed_by_hand(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * 1.001))
    cutoffs = np.arange(120, market.n - 1)
    y, last = market.close[cutoffs + 1], market.close[cutoffs]
    own, naive = (np.sqrt(np.mean((y - f) ** 2)) for f in (1.001 * last, last))
    assert score(audit, "M") == (pytest.approx(own, rel=1e-12), len(y))
    assert score(audit, "naive") == (pytest.approx(naive, rel=1e-12), len(y))
    against = audit.skill.filter(
        (pl.col("model") == "M") & (pl.col("baseline") == "naive") & (pl.col("metric") == "rmse")
    )
    assert against["value"].to_list() == pytest.approx([1 - own / naive] * len(against), rel=1e-10)
    assert audit.claims.point.forecasts == len(y)


def test_a_noisy_copy_is_named(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * (1 + 0.004 * np.cos(c * c))))
    assert audit.verdict.startswith("No skill shown")
    assert (audit.claims.copy.answer, round(audit.claims.copy.share, 2)) == ("yes", 0.87)
    assert codes(audit)["lagged_copy"].severity == "warning"
    assert audit.trustworthy
    assert not audit.has_skill


def test_an_exact_copy_is_named_too(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c]))
    assert audit.claims.copy.share == pytest.approx(1.0)
    assert audit.claims.point.answer != "yes"


def test_a_copy_of_an_older_value_is_not_called_one_of_yesterday(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c - 1]))
    assert audit.verdict.startswith("No skill")
    assert "2 days earlier" in codes(audit)["lagged_copy"].text


def test_skill_is_found_where_there_is_some(trending):
    def honest(c, s):
        return trending.close[c] * (trending.close[c] / trending.close[c - 1]) ** 0.6

    audit = trending.audit(trending.table(M=honest), trials=1)
    assert audit.verdict.startswith("Skill: over ")
    assert audit.has_skill
    assert {"naive", "drift", "mean", "theta", "ets"} <= set(audit.claims.point.baselines)
    assert not {"lagged_copy", "leak_suspected", "trials_unknown"} & set(codes(audit))


def test_no_skill_is_said_of_an_honest_forecast_of_a_random_walk(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * 1.0001))
    assert audit.verdict.startswith("No skill")
    assert audit.claims.copy.answer == "not_shown"
    assert "lagged_copy" not in codes(audit)


def test_directions_alone_are_judged_as_such(market):
    table = market.table(p_up=lambda c, s: 0.5 + 0.1 * np.sin(c))
    audit = market.audit(table)
    assert audit.verdict.startswith("No skill shown: ")
    assert audit.claims.direction.answer == "not_shown"
    assert "few_forecasts" not in codes(audit)
    assert audit.claims.copy.reason == "direction_only"
    few = market.audit(table.head(12))
    assert codes(few)["few_forecasts"].value == 12
    assert codes(few)["few_forecasts"].severity == "warning"


def test_the_edge_of_another_model_is_not_that_of_the_best(market):
    def knows(c, s):
        return 0.9 if market.close[c + 1] > market.close[c] else 0.1

    table = market.table(Naive2=lambda c, s: market.close[c], **{"Oracle-p_up": knows})
    audit = market.audit(table)
    assert audit.run.network == "Naive2"
    assert not audit.has_skill


def test_a_confusion_matrix_is_enough():
    audit = ls.audit_confusion(BITCOIN, rows="predicted")
    assert audit.claims.direction.kind == "class"
    assert audit.claims.direction.answer == "not_shown"
    assert audit.verdict.startswith("No skill shown: 61.3 % of 4,827 classes")
    found = audit.to_dict()["confusion"]
    assert [round(found[name], 4) for name in ("accuracy", "majority", "macro_recall")] == [0.6134, 0.6097, 0.3482]
    with pytest.raises(DataError, match="square"):
        ls.audit_confusion(BITCOIN[:2], rows="true")


def peeking(frame):
    """Forecast the close that is still to come."""
    later = frame["Close"].shift(-1).fill_null(strategy="forward")
    return frame.select(cutoff="Date", step=1, M=later * 1.001)[100:300:4]


def honest(frame):
    return frame.select(cutoff="Date", step=1, M=pl.col("Close") * 1.001)[100:300:4]


def test_a_peek_is_a_defect_and_an_honest_pipeline_passes(market):
    audit = ls.audit_leakage(peeking, market.actuals, target="Close")
    assert audit.verdict.startswith("Do not trust these numbers: Forecasts made up to ")
    assert audit.leak["columns"] == ["Close"]
    assert audit.leak["distance"] == 1
    assert not audit.trustworthy
    assert len(audit.scores)
    audit = ls.audit_leakage(honest, market.actuals, target="Close")
    assert "No leak: " in audit.verdict
    assert audit.trustworthy
    assert audit.to_dict()["leak"]["found"] is False


def test_few_cutoffs_are_tested_for_leaks_but_not_scored(market):
    audit = ls.audit_leakage(lambda frame: honest(frame).head(10), market.actuals, target="Close")
    assert audit.run is None
    assert audit.verdict.startswith("No leak: ")
    assert {"part": "point", "why": "the pipeline forecast from fewer than 20 dates"} in audit.not_judged()
    assert audit.claims.leak.answer == "no"


def test_trials_correct_the_p_value(market):
    table = market.table(M=lambda c, s: market.close[c] * 1.0001, Other=lambda c, s: market.close[c] * 0.9)
    p = market.audit(table.drop("Other"), trials=1).claims.point.p_value
    for columns, trials, counted in ((["Other"], 7, 7), ([], None, 2), ([], 7, 7), ([], 1, 2)):
        claim = market.audit(table.drop(columns), trials=trials).claims.point
        assert claim.p_value == pytest.approx(1 - (1 - p) ** counted)
        assert claim.trials == counted
    with pytest.raises(SettingsError, match="--trials 0"):
        market.audit(table, trials=0)


def test_unknown_trials_are_said_of_the_p_value_of_one(trending):
    def vague(c, s):
        return trending.close[c] * (trending.close[c] / trending.close[c - 1]) ** 0.6 * (1 + 0.002 * np.cos(c * c))

    alone = trending.audit(trending.table(M=vague))
    others = trending.audit(trending.table(M=vague, Other=lambda c, s: 1.0, Third=lambda c, s: 2.0))
    assert codes(alone)["trials_unknown"].value == codes(others)["trials_unknown"].value < 1000
    assert alone.claims.point.p_value < others.claims.point.p_value


def test_what_was_trained_on_is_a_defect(market):
    table = market.table(M=lambda c, s: market.close[c] * 1.001)
    audit = market.audit(table, trained_until=market.days[200])
    assert codes(audit)["overlap"].severity == "defect"
    assert f"dates up to {market.days[200]}, the end" in audit.verdict
    assert "overlap" not in codes(market.audit(table, trained_until=market.days[120]))
    with pytest.raises(SettingsError, match="no day"):
        market.audit(table, trained_until="spring")


def test_forecasts_changed_afterwards_are_seen(market):
    older = market.table(M=lambda c, s: market.close[c])
    newer = older.with_columns(M=pl.when(pl.int_range(pl.len()) < 5).then(pl.col("y")).otherwise("M"))
    found = codes(market.audit(newer, previous=older))
    assert found["leak_suspected"].text.startswith("5 of ")
    assert "leak_suspected" not in codes(market.audit(older, previous=older))


def test_baselines_in_the_table_are_taken_as_they_are(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * 1.001, drift=lambda c, s: 50.0))
    assert set(audit.run.forecasts["drift"].mean.ravel()) == {50.0}
    assert audit.models == ("M",)
    assert {"naive", "theta", "moving_average"} < set(audit.run.forecasts)


def test_baselines_know_nothing_after_the_cutoff(market):
    ends = {"M-lo-80": lambda c, s: 0.0, "M-hi-80": lambda c, s: 2.0}
    table = market.table(horizon=3, start=220, M=lambda c, s: 1.0, **ends)
    changed = market.actuals.with_columns(
        Close=pl.when(pl.int_range(pl.len()) <= 250).then("Close").otherwise(pl.col("Close") ** 1.5)
    )
    made = []
    for actuals in (market.actuals, changed):
        read = read_forecasts(table.drop("y"), actuals, target="Close")
        made.append(beside(read.forecasts, read.panel, None, season=7).forecasts)
    assert {"theta", "ets", "garch", "seasonal_naive", "mean"} <= {forecast.model for forecast in made[0]}
    for before, after in zip(*made, strict=True):
        early = before.cutoffs <= np.datetime64(market.days[250], "us").astype(np.int64)
        assert 0 < early.sum() < len(early)
        for name in ("mean", "quantiles", "p_up"):
            assert getattr(before, name)[early].tobytes() == getattr(after, name)[early].tobytes(), (before.model, name)
        if before.model not in ("garch", "zero"):
            assert (before.mean[~early] != after.mean[~early]).any()


def test_baselines_are_scored_on_what_was_forecast_and_nothing_else(market):
    fifth = market.table(horizon=5, M=lambda c, s: market.close[c]).filter(pl.col("ds") - pl.col("cutoff") == 5 * DAY)
    audit = market.audit(fifth)
    assert score(audit, "naive") == score(audit, "M")
    assert audit.claims.copy.reason == "not_first_step"
    gaps = market.table(M=lambda c, s: np.nan if c % 7 == 0 else market.close[c])
    audit = market.audit(gaps)
    assert score(audit, "naive") == score(audit, "M")
    assert audit.claims.point.forecasts == score(audit, "M")[1] < len(gaps)
    assert "unequal_outcomes" not in codes(audit)


def test_scores_over_fewer_outcomes_are_said_and_not_set_side_by_side(market):
    table = market.table(horizon=2, Long=lambda c, s: market.close[c] * 1.001, Short=lambda c, s: market.close[c])
    table = table.with_columns(Short=pl.when(pl.col("ds") - pl.col("cutoff") == DAY).then("Short"))
    audit = market.audit(table)
    assert f"Short {len(table) // 2}" in codes(audit)["unequal_outcomes"].text


def test_a_baseline_that_does_as_well_is_named():
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2021, 2, 1), eager=True)
    y = 100 + 0.5 * np.arange(len(days)) + np.random.default_rng(0).normal(0, 0.4, len(days)).cumsum() * 0.5
    table = pl.DataFrame({"ds": days[100:], "cutoff": days[99:-1], "M": y[99:-1] + 0.45})
    audit = ls.audit(table, pl.DataFrame({"Date": days, "Close": y}), target="Close")
    assert audit.verdict.startswith("No skill shown: over ")
    assert audit.claims.point.baseline in ("drift", "theta", "ets")
    assert not audit.has_skill


def test_a_constant_forecast_of_returns_shows_nothing(market):
    table = pl.DataFrame({"date": market.days[1:], "y": np.diff(np.log(market.close))}).with_columns(forecast=0.0)
    audit = ls.audit(table, step=1)
    assert audit.claims.point.answer == "not_shown"
    assert audit.claims.direction.kind == "sign"


def test_some_baselines_by_name_are_said(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * 1.001), baselines=["naive", "drift"])
    assert audit.claims.point.baselines == ("naive", "drift")
    assert "compared with" in audit.verdict
    with pytest.raises(SettingsError, match="no baseline 'naiv'"):
        market.audit(market.table(M=lambda c, s: market.close[c]), baselines=["naiv"])


def test_fits_are_repeated_when_history_has_grown(prices):
    panel = prices(series=2, rows=200)
    times = np.unique(panel.times)
    found = refits(panel, panel.times[10:200])
    assert found == [int(times[place]) for place in (10, 30, 61, 123)]


def test_classes_are_judged_as_classes():
    draws = np.random.default_rng(3).integers(0, 2, (2, 400)).astype(float)
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2021, 2, 3), eager=True)
    audit = ls.audit(pl.DataFrame({"date": days, "y_true": draws[0], "y_pred": draws[1]}), step=1)
    assert (audit.claims.direction.kind, audit.claims.direction.answer) == ("class", "not_shown")
    assert audit.claims.point.reason == "classes"
    assert not audit.has_skill


def test_a_run_folder_gives_the_backtests_own_claims(backtest):
    run, folder = backtest
    audit = ls.audit(folder)
    own, theirs = flat(to_builtins(run.claims)), flat(to_builtins(audit.claims))
    assert own.keys() == theirs.keys()
    for name, value in own.items():
        assert theirs[name] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), name
    assert audit.verdict == run.verdict
    own, theirs = ([(each.code, each.text) for each in one.findings] for one in (run, audit))
    assert own == theirs
    assert "few_folds" in [code for code, _ in theirs]


def test_crossed_quantiles_are_counted(market):
    ends = {"M-lo-80": lambda c, s: 101.0 if c % 2 else 90.0, "M-hi-80": lambda c, s: 100.0}
    audit = market.audit(market.table(M=lambda c, s: 100.0, **ends).head(50))
    assert codes(audit)["crossed_quantiles"].text.startswith("The quantiles of 'M' cross in 25 of 50 forecasts")
    assert codes(audit)["crossed_quantiles"].value == 0.5


def test_calls_of_the_direction_overlap_with_the_training_too(market):
    table = market.table(p_up=lambda c, s: 0.5 + 0.1 * np.sin(c))
    assert not market.audit(table, trained_until=market.days[200]).trustworthy


def test_a_run_folder_is_held_against_an_older_one(backtest):
    _, folder = backtest
    assert "leak_suspected" not in codes(ls.audit(folder, previous=folder))
    with pytest.raises(SettingsError, match="says by itself"):
        ls.audit(folder, step=1)


def test_a_copy_of_older_values_is_named(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c - 1]))
    assert [f.code for f in audit.findings if f.code == "lagged_copy" and f.severity == "warning"] == ["lagged_copy"]


def test_defects_come_first(market):
    table = market.table(M=lambda c, s: market.close[c] * 1.001)
    audit = market.audit(table.vstack(table.head(1).with_columns(cutoff="ds")), trained_until=market.days[200])
    assert [finding.severity for finding in audit.findings[:2]] == ["defect", "defect"]
    assert audit.verdict.startswith("Do not trust these numbers: 1 forecast ")


def test_nothing_but_defects_is_judged_as_that(market):
    audit = ls.audit(market.table(M=lambda c, s: market.close[c]).with_columns(cutoff="ds"))
    assert set(codes(audit)) == {"dated_before_cutoff"}
    assert audit.run is None
    assert json.loads(audit.to_json())["scores"] == []


def test_three_forecasts_are_too_few(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * 1.01).head(3))
    assert "few_forecasts" in codes(audit)
    assert audit.trustworthy


def test_the_page_is_written_and_speaks_korean(market, tmp_path):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * 1.0001))
    audit.report(tmp_path / "page.html", lang="ko")
    page = (tmp_path / "page.html").read_text("utf-8")
    verdict = audit.summary("ko")["verdict"]
    assert verdict.startswith("예측력이 확인되지 않음")
    assert verdict.split(":")[0] in page
    assert "No skill" not in page
    assert audit.summary()["verdict"] == audit.verdict


def test_the_document_keeps_full_precision(market):
    audit = market.audit(market.table(M=lambda c, s: market.close[c] * 1.001))
    document = json.loads(audit.to_json())
    assert list(document)[:8] == ["schema", "verdict", "claims", "answers", "scores", "skill", "findings", "run"]
    found = {tuple(row[key] for key in KEYS): row["value"] for row in document["scores"]}
    assert found["M", None, None, "rmse"] == score(audit, "M")[0]


def test_calls_of_the_direction_are_not_scored_as_probabilities(market):
    told = market.table(p_up=lambda c, s: 0.5 + 0.4 * np.sin(c))
    called = told.with_columns(direction=pl.when(pl.col("p_up") > 0.5).then(pl.lit("up")).otherwise(pl.lit("down")))
    chances, calls = market.audit(told), market.audit(called.drop("p_up"))
    assert "brier" in chances.scores["metric"]
    assert len(chances.run.reliability) > 0
    assert "brier" not in calls.scores["metric"]
    assert not calls.run.details["direction"]["metric"].str.starts_with("brier").any()
    assert calls.run.reliability.is_empty()
    assert "accuracy" in calls.scores["metric"]
