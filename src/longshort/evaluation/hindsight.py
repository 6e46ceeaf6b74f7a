"""Signs of knowledge from after the cutoff, read off the forecasts themselves, without running anything."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.errors import DataError
from longshort.evaluation.claims import said
from longshort.evaluation.surprises import Surprises, expect, surprises
from longshort.finding import Finding
from longshort.language import message
from longshort.results.forecast import Forecast

FEWEST_CUTOFFS = 30
_SURE = 4.5  # standard errors
_TOO_GOOD = 0.6  # of the best linear forecast's error, in hindsight
_TOO_RIGHT = 0.25  # more right directions than the best linear forecast's, in hindsight
_CORRELATED = 0.25


def hindsight_findings(
    forecasts: Sequence[Forecast], panel: Panel, trained_until: int | None = None, knows_more: bool = False
) -> list[Finding]:
    """Look in each model's one-step forecasts for what they could not know.

    `leak_suspected` where they are far better than the best linear forecast, its coefficients fitted in hindsight, or
    go with surprises of the row after the date forecast; `misaligned` where they are the actuals of their own dates,
    or fit the row after it; `overlap` where `trained_until` (a time as in the panel) lies in what is forecast. What a
    linear forecast cannot know, such as a covariate, raises `leak_suspected` in honest forecasts too; where models saw
    other columns (`knows_more`) they are looked at for `misaligned` alone.
    """
    expected = expect(panel)
    looks = (_misaligned,) if knows_more else (_misaligned, _too_good, _too_right, _foreknown)
    found: list[Finding] = []
    for forecast in forecasts:
        seen = surprises(forecast, panel, expected)
        signs = (look(forecast.model, seen) for look in looks)
        found += [sign for sign in signs if sign is not None][:1]
        if trained_until is not None:
            found += overlap(forecast, panel, trained_until)
    return found


def overlap(forecast: Forecast, panel: Panel, trained_until: int) -> list[Finding]:
    """Find the forecasts whose first date lies in the period on which the model was trained."""
    first = np.where(said(forecast), forecast.ds, np.iinfo(np.int64).max).min(axis=1)
    inside = first <= trained_until
    if not inside.any():
        return []
    day = str(panel.labels(np.array([trained_until]))[0]).removesuffix("T00:00:00.000000")
    about = {"n": int(inside.sum()), "total": len(forecast), "model": forecast.model, "day": day}
    return [Finding("overlap", "defect", message("findings.overlap", **about), float(inside.mean()))]


def compare_versions(old: Sequence[Forecast], new: Sequence[Forecast]) -> list[Finding]:
    """Find forecasts that a newer file gives otherwise for the same model, series, cutoff and date.

    `leak_suspected`, a warning: a forecast that changes after its cutoff may have been made with later data. Raises
    DataError where the two have no forecast in common.
    """
    found, common = [], 0
    for now in new:
        for before in (forecast for forecast in old if forecast.model == now.model):
            keys = ["id", "cutoff", "ds"]
            both = _long(before).join(_long(now), on=keys, how="inner", suffix="_new")
            common += both.height
            changed = both.filter(pl.col("mean") != pl.col("mean_new"))
            if changed.height:
                found.append(_changed(now.model, both.height, changed))
    if not common:
        raise DataError(
            "the two versions have no forecast in common.", hint="Compare files of the same models, series and cutoffs."
        )
    return found


def _long(forecast: Forecast) -> pl.DataFrame:
    h = forecast.horizon
    ids = pl.Series(list(forecast.ids), dtype=pl.String).gather(np.repeat(forecast.series, h))
    columns = {"cutoff": np.repeat(forecast.cutoffs, h), "ds": forecast.ds.ravel(), "mean": forecast.mean.ravel()}
    frame = pl.DataFrame({"id": ids, **columns, "y": forecast.y.ravel()})
    return frame.filter(pl.col("mean").is_not_nan())


def _changed(model: str, common: int, changed: pl.DataFrame) -> Finding:
    about = {"n": changed.height, "total": common, "model": model}
    known = changed.select(
        "mean", "mean_new", y=pl.coalesce(pl.col("y_new").fill_nan(None), pl.col("y").fill_nan(None))
    )
    known = known.drop_nulls()
    text = message("findings.changed", **about)
    if known.height:
        before, now = (
            float(np.sqrt(np.square(known[name].to_numpy() - known["y"].to_numpy()).mean()))
            for name in known.columns[:2]
        )
        text = message("findings.changed.known", **about, before=before, now=now)
    return Finding("leak_suspected", "warning", text, changed.height / common)


def _misaligned(model: str, seen: Surprises) -> Finding | None:
    """Say whether forecasts are certainly dated wrongly: they equal their own outcome, or fit the row after it.

    Equal: an error of a hundredth of the surprise. The row after: a quarter of the squared error at the own date, and
    half of what repeating the own date's outcome would leave, both beyond doubt by signs. No forecast from the past
    does that.
    """
    if not _enough(seen):
        return None
    own = _ratio(np.square(seen.error), np.square(seen.now))
    if own < 1e-4:
        text = message("findings.misaligned.own", model=model, value=float(np.sqrt(own)))
        return Finding("misaligned", "defect", text, own)
    kept = np.isfinite(seen.next_step)
    later = np.square(seen.error + seen.next_step)[kept]
    error, after = np.square(seen.error[kept]), np.square(seen.next_step[kept])
    cutoffs = seen.cutoffs[kept]
    closer = later.mean() < 0.25 * error.mean() and later.mean() < 0.5 * after.mean()
    if (
        closer
        and min(_clustered(np.sign(error - 2 * later), cutoffs), _clustered(np.sign(after - later), cutoffs)) > _SURE
    ):
        value = float(np.sqrt(later.mean() / error.mean()))
        return Finding("misaligned", "defect", message("findings.misaligned.next", model=model, value=value), value)
    return None


def _too_good(model: str, seen: Surprises) -> Finding | None:
    """Compare with the best linear forecast in hindsight, on the same pairs: by size, and beyond doubt by signs."""
    if not _enough(seen):
        return None
    share = float(np.sqrt(_ratio(np.square(seen.error), np.square(seen.now))))
    if share >= _TOO_GOOD or _clustered(np.sign(np.abs(seen.now) - np.abs(seen.error)), seen.cutoffs) < _SURE:
        return None
    kept = np.isfinite(seen.next_step)
    shifted = float(np.sqrt(_ratio(np.square(seen.error + seen.next_step)[kept], np.square(seen.next)[kept])))
    text = message("findings.too_good", model=model, value=share)
    if 0.75 < shifted < 1.5:
        text = message("findings.too_good.vanishes", model=model, value=share, shifted=shifted)
    return Finding("leak_suspected", "warning", text, share)


def _too_right(model: str, seen: Surprises) -> Finding | None:
    """Compare how often the direction is right with the best linear forecast in hindsight, beyond doubt by pairs.

    A forecast that moves a little in the direction of what is coming has hardly less error, and is always right.
    """
    if not _enough(seen):
        return None
    moved = seen.step - seen.error
    told = (moved != 0) & (seen.step != 0)
    right = ((moved > 0) == (seen.step > 0))[told]
    linear = ((moved - seen.expected > 0) == (seen.step > 0))[told]
    gain = right.astype(float) - linear
    if len(gain) < FEWEST_CUTOFFS or gain.mean() < _TOO_RIGHT or _clustered(gain, seen.cutoffs[told]) < _SURE:
        return None
    value = float(right.mean())
    text = message("findings.too_right", model=model, value=value, linear=float(linear.mean()))
    return Finding("leak_suspected", "warning", text, value)


def _foreknown(model: str, seen: Surprises) -> Finding | None:
    """Correlate what the forecasts say beyond the best linear one with the surprise of the row after their date.

    Where forecasts know only the past the products are martingale differences (in time), so their sum over its root
    of squares is standard normal; products of one cutoff count as one.
    """
    kept = np.isfinite(seen.next)
    cutoffs, surprise = seen.cutoffs[kept], np.clip(seen.next[kept], -3.0, 3.0)  # so that no single shock decides
    if len(np.unique(cutoffs)) < FEWEST_CUTOFFS:
        return None
    surprise, beyond = surprise - surprise.mean(), np.clip(seen.expected[kept], -3.0, 3.0)
    product = beyond * surprise
    size = np.sqrt(np.square(beyond).sum() * np.square(surprise).sum())
    correlation = float(product.sum() / size) if size > 0 else 0.0
    if correlation < _CORRELATED or _clustered(product, cutoffs) < _SURE:
        return None
    text = message("findings.foreknown", model=model, value=correlation)
    return Finding("leak_suspected", "warning", text, correlation)


def _enough(seen: Surprises) -> bool:
    return len(np.unique(seen.cutoffs)) >= FEWEST_CUTOFFS


def _ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(a.mean() / b.mean()) if len(a) and b.mean() > 0 else np.inf


def _clustered(values: NDArray[np.float64], cutoffs: NDArray[np.int64]) -> float:
    """Give the t statistic of a mean of zero; the values of one cutoff are summed, for series move together."""
    _, code = np.unique(cutoffs, return_inverse=True)
    sums = np.bincount(code, values)
    spread = np.sqrt(np.square(sums).sum())
    return float(sums.sum() / spread) if spread > 0 else 0.0
