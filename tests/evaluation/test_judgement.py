"""From forecasts to claims, findings and a verdict: the same whatever order rows and baselines come in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from msgspec import structs

from longshort.baselines.registry import baselines_for
from longshort.claims import Claims, LeftOut
from longshort.data.calendars import named
from longshort.data.windows import Pairs
from longshort.evaluation.judgement import Context, Judgement, judge
from longshort.evaluation.lagged import cutoff_rows
from longshort.finding import Finding
from longshort.language import message, say
from longshort.results.forecast import Forecast, p_up_from_quantiles

Build = Callable[..., Any]


def judged(past: Any, forecasts: Sequence[Forecast], baselines: Sequence[Forecast], **context: Any) -> Judgement:
    return judge(forecasts, baselines, past.panel, Context(trials=1, **context))


def ahead_of(past: Any, share: float, horizon: int = 1, sigma: float = 1.0) -> Forecast:
    """Forecast with foresight: the last value plus a share of what is about to happen."""
    forecast = past.forecast("lstm", horizon, sigma=sigma)
    known = np.nan_to_num(forecast.y - forecast.last[:, None])
    quantiles = forecast.quantiles + (share * known)[:, :, None]
    p_up = p_up_from_quantiles(forecast.quantile_levels, quantiles, forecast.last)
    return replace(forecast, mean=forecast.mean + share * known, quantiles=quantiles, p_up=p_up)


def simple(past: Any, horizon: int = 1) -> list[Forecast]:
    return [
        past.forecast("naive", horizon),
        past.forecast("drift", horizon, shift=0.01),
        past.forecast("volatility_cone", horizon, sigma=1.1, shift=0.02),
        past.forecast("garch", horizon, sigma=1.0, shift=0.03),
    ]


def test_foresight_is_granted_skill_in_point_distribution_and_direction(past: Build) -> None:
    here = past()
    found = judged(here, [ahead_of(here, 0.2)], simple(here))
    claims = found.claims
    assert (claims.point.answer, claims.distribution.answer, claims.direction.answer) == ("yes", "yes", "yes")
    assert claims.point.value == pytest.approx(0.2, abs=0.001)
    assert claims.point.baselines == ("naive", "drift", "volatility_cone", "garch")
    assert claims.distribution.baselines == ("volatility_cone", "garch")
    assert claims.point.forecasts == 250
    assert found.verdict.startswith("Skill: over 250 forecasts 1 step ahead its error is 20 % below the best simple")
    assert [tile.code for tile in found.answers] == [name for name, _ in claims.each()]


def test_what_beats_naive_and_not_the_mean_shows_no_skill(past: Build) -> None:
    """Independent numbers: repeating the last one is half again as bad as their mean, which the model only copies."""
    here = past(np.random.default_rng(0).standard_normal((1, 451)))
    random = np.random.default_rng(1)
    network, mean = here.forecast("lstm"), here.forecast("mean")
    network = replace(network, mean=0.1 * random.standard_normal(network.mean.shape))
    mean = replace(mean, mean=np.zeros(mean.mean.shape))
    alone = judged(here, [network], [here.forecast("naive")], chosen=("naive",))
    assert alone.claims.point.answer == "yes"
    assert "It was compared with naive alone." in alone.verdict
    both = judged(here, [network], [here.forecast("naive"), mean])
    assert both.claims.point.answer in ("not_shown", "no")
    assert both.claims.point.baseline == "mean"
    assert both.verdict.startswith("No skill shown")
    assert [finding.code for finding in both.findings if finding.code == "outcomes"] == ["outcomes"]
    assert both.claims.direction.kind == "sign"


def test_the_order_of_rows_and_of_baselines_changes_nothing_that_is_said(past: Build) -> None:
    here = past(series=3)
    network, baselines = ahead_of(here, 0.1, 2), simple(here, 2)
    expected = judged(here, [network], baselines)
    random = np.random.default_rng(0)
    mixed = [each.select(random.permutation(len(each))) for each in (network, *baselines)]
    found = judged(here, mixed[:1], mixed[1:])
    assert found.verdict == expected.verdict
    assert [str(each.text) for each in found.findings] == [str(each.text) for each in expected.findings]
    for name, claim in found.claims.each():
        for field, value in structs.asdict(claim).items():
            wanted = getattr(getattr(expected.claims, name), field)
            assert value == (pytest.approx(wanted, rel=1e-9) if isinstance(wanted, float) else wanted), (name, field)
    turned = judged(here, [network], baselines[::-1])
    assert turned.claims.point.baseline == expected.claims.point.baseline
    assert turned.claims.point.value == expected.claims.point.value


def test_claims_of_real_tables_round_trip_through_json(past: Build) -> None:
    here = past(series=2)
    claims = judged(here, [ahead_of(here, 0.1, 2)], simple(here, 2)).claims
    assert msgspec.json.decode(msgspec.json.encode(claims), type=Claims) == claims


def test_of_several_models_the_one_with_the_largest_least_gain_is_judged_and_all_count_as_tried(past: Build) -> None:
    here = past()
    good, bad = ahead_of(here, 0.1), replace(ahead_of(here, 0.02), model="other")
    found = judge([bad, good], simple(here), here.panel, Context())
    assert (found.model.model, found.claims.point.trials) == ("lstm", 2)
    named = judge([bad, good], simple(here), here.panel, Context(model="other"))
    assert (named.model.model, named.claims.point.trials) == ("other", 1)


def test_what_a_baseline_forecasts_too_little_of_is_left_out_and_said(past: Build) -> None:
    here = past()
    part = here.forecast("ets", shift=-0.1).select(np.arange(100))
    found = judged(here, [ahead_of(here, 0.1)], [*simple(here), part], left_out=(LeftOut("theta", "history"),))
    assert found.claims.point.left_out == (LeftOut("theta", "history"), LeftOut("ets", "history"))
    assert "ets" not in found.claims.point.baselines


def test_classes_are_right_or_wrong_and_have_no_errors(past: Build) -> None:
    random = np.random.default_rng(0)
    here = past((random.random((1, 451)) < 0.6).astype(float))
    network = here.forecast("lstm")
    network = replace(network, mean=np.clip(0.5 + 0.3 * (network.y - 0.5) + 0.2 * random.random(network.y.shape), 0, 1))
    mean = replace(here.forecast("mean"), mean=np.full(network.mean.shape, 0.6))
    found = judged(here, [network], [here.forecast("naive"), mean])
    claims = found.claims
    assert (claims.point.reason, claims.coverage.reason, claims.money.reason) == ("classes",) * 3
    assert claims.direction.kind == "class"
    assert (claims.distribution.metric, claims.distribution.answer) == ("brier", "yes")
    assert found.tables.skill["metric"].unique().to_list() == ["brier"]
    assert "classes are called right" in found.verdict


def test_nothing_that_has_come_to_pass_is_said_to_be_so(past: Build) -> None:
    here = past()
    blind = [here.forecast(name, 3, sigma=1.0, blind=True) for name in ("lstm", "naive", "volatility_cone")]
    found = judged(here, blind[:1], blind[1:])
    assert found.verdict == "No verdict: no outcome is known yet."
    assert {claim.answer for name, claim in found.claims.each() if name != "power"} == {"not_judged"}
    assert found.tables.scores.is_empty()


@pytest.mark.parametrize("cutoffs", [1, 2, 3, 7])
def test_a_handful_of_cutoffs_shows_nothing(past: Build, cutoffs: int) -> None:
    here = past()
    keep = np.arange(cutoffs)
    found = judged(
        here, [here.forecast("lstm", 3, sigma=1.0).select(keep)], [each.select(keep) for each in simple(here, 3)]
    )
    assert found.claims.point.answer == "not_shown"
    assert found.claims.coverage.answer in ("not_shown", "not_judged")
    assert found.verdict.startswith("No skill shown")
    assert "few_forecasts" in {finding.code for finding in found.findings}
    for tile in found.answers:
        assert say(tile.word, "ko")


def test_only_a_direction_can_be_judged_where_nothing_else_was_forecast(past: Build) -> None:
    here = past()
    seen = ahead_of(here, 0.5)
    up = np.where(seen.y > seen.last[:, None], 1.0, 0.0)
    calls = replace(here.forecast("calls"), mean=np.full(up.shape, np.nan), p_up=up)
    found = judged(here, [calls], simple(here), calls=("calls",))
    assert found.claims.point.reason == "direction_only"
    assert found.claims.direction.answer == "yes"
    assert found.claims.direction.brier is None
    assert found.verdict.startswith("Skill: 100 % of ")


def test_money_is_judged_only_on_what_is_traded_or_where_costs_are_given(past: Build) -> None:
    here = past(np.random.default_rng(0).standard_normal((1, 451)).cumsum(axis=1) / 10 + 100)
    network = ahead_of(here, 0.3)
    assert judged(here, [network], simple(here)).claims.money.reason == "no_price"
    asked = judged(here, [network], simple(here), fee_bps=0.0).claims.money
    assert (asked.answer, asked.fee_bps) == ("yes", 0.0)


def test_a_mechanical_gain_is_marked_in_every_claim_of_a_gain(past: Build) -> None:
    here, why = past(), message("verdict.fresher_column", column="high")
    found = judged(here, [ahead_of(here, 0.2)], simple(here), why_mechanical=why)
    assert found.claims.point.mechanical
    assert "The gain is mechanical, not foresight" in found.verdict
    assert "mechanical_gain" in {finding.code for finding in found.findings}


def test_defects_come_first_and_make_a_leak(past: Build) -> None:
    here = past()
    said, noticed = (
        Finding(code, severity, message("claims.leak.not_shown"), None)  # type: ignore[arg-type]
        for code, severity in (("read", "info"), ("misaligned", "defect"))
    )
    found = judge([ahead_of(here, 0.2)], simple(here), here.panel, Context(trials=1), [said, noticed])
    assert found.findings[0] is noticed
    assert said in found.findings
    assert (found.claims.leak.answer, found.claims.leak.findings) == ("yes", ("misaligned",))
    assert found.verdict.startswith("Do not trust these numbers: ")


def test_no_table_holds_a_nan(past: Build) -> None:
    here = past(series=2)
    network = here.forecast("lstm", 3, sigma=1.0)
    keep = np.arange(len(network)) % 250 < 2
    found = judged(here, [network.select(keep)], [here.forecast("naive", 3).select(keep)])
    frames = [found.tables.scores, found.tables.skill, found.tables.coverage, found.tables.lag, *found.details.values()]
    for frame in frames:
        assert not frame.select(pl.col(pl.Float64).is_nan().any()).to_numpy().any()


def test_a_guess_is_seldom_claimed_to_know_white_noise_or_a_random_walk(past: Build) -> None:
    """A small version of the benchmark: a forecaster that knows nothing, beside the baselines of a backtest."""
    names = ("naive", "drift", "mean", "moving_average", "volatility_cone")
    claimed, counted = {"point": 0, "distribution": 0, "direction": 0}, 0
    for kind in ("noise", "walk"):
        for seed in range(12):
            random = np.random.default_rng(seed)
            shocks = random.standard_normal((1, 321))
            here = past(shocks if kind == "noise" else 100 + shocks.cumsum(axis=1))
            here = replace(here, panel=replace(here.panel, calendars=(named("daily"),)))
            guess = here.forecast("guess", sigma=1.2)
            rows = cutoff_rows(guess, here.panel)
            pairs = Pairs(np.zeros(len(rows), dtype=np.int64), rows)
            until = int(here.panel.times[rows[0]])
            chosen = baselines_for(here.panel, 1, guess.quantile_levels, until=until, names=names)
            fitted = [baseline.fit(here.panel, [until])[0] for baseline in chosen.baselines]
            simple = [each.predict(here.panel, pairs) for each in fitted]
            blur = 0.05 * random.standard_normal(guess.mean.shape) + (0 if kind == "walk" else -guess.mean)
            guess = replace(guess, mean=guess.mean + blur, quantiles=guess.quantiles + blur[:, :, None])
            claims = judged(here, [guess], simple).claims
            counted += 1
            for name in claimed:
                claimed[name] += getattr(claims, name).answer == "yes"
    assert counted == 24
    assert max(claimed.values()) <= 2
