"""Twelve pipelines that peek, each the way people do it, and four honest ones; small regressions, fast."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

ROWS, TRAIN = 240, 150
NOISY = tuple(f"n{i}" for i in range(6))

RANDOM = np.random.default_rng(0)  # goes on from run to run; each test begins anew


def make_data(rows: int = ROWS, seed: int = 3) -> pl.DataFrame:
    """Simulate a target with memory, a covariate that leads it, one with blanks and six that mean nothing."""
    random = np.random.default_rng(seed)
    x = random.standard_normal(rows).cumsum() * 0.1 + random.standard_normal(rows)
    y = np.zeros(rows)
    for t in range(1, rows):
        y[t] = 0.6 * y[t - 1] + 0.4 * x[t - 1] + random.standard_normal()
    gappy = np.where(random.random(rows) < 0.3, np.nan, y + random.standard_normal(rows))
    start = np.datetime64("2021-01-01")
    columns = {"ds": np.arange(start, start + rows), "y": 50 + y, "x": x, "gappy": gappy}
    columns |= {name: random.standard_normal(rows) for name in NOISY}
    return pl.DataFrame(columns).with_columns(pl.col("gappy").fill_nan(None))


def _ridge(features: np.ndarray, target: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    design = np.column_stack([np.ones(len(features)), features])
    held = penalty * np.eye(design.shape[1])
    held[0, 0] = 0.0
    return np.linalg.solve(design.T @ design + held, design.T @ target)


def _predict(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    # row by row: a product of matrices may round a row differently when others change
    return weights[0] + (features * weights[1:]).sum(axis=1)


def _table(frame: pl.DataFrame, cutoffs: np.ndarray, mean: np.ndarray) -> pl.DataFrame:
    ds = frame["ds"].to_numpy()
    return pl.DataFrame({"cutoff": ds[cutoffs], "step": np.ones(len(cutoffs), np.int64), "mean": mean})


def _fixed(frame: pl.DataFrame, features: np.ndarray, target: np.ndarray, train: int = TRAIN) -> pl.DataFrame:
    """Fit once on the rows before the split, forecast the row after each later one; row t of features is known at t."""
    weights = _ridge(features[1 : train - 1], target[2:train])
    cutoffs = np.arange(train, len(target) - 1)
    return _table(frame, cutoffs, _predict(features[cutoffs], weights))


def _lags(y: np.ndarray) -> np.ndarray:
    return np.column_stack([y, np.concatenate([[y[0]], y[:-1]])])


def _y(frame: pl.DataFrame) -> np.ndarray:
    return frame["y"].to_numpy().copy()


def scaler_on_everything(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    mean, deviation = y.mean(), y.std()
    forecasts = _fixed(frame, _lags((y - mean) / deviation), (y - mean) / deviation)
    return forecasts.with_columns(pl.col("mean") * deviation + mean)


def covariate_scaled_on_everything(frame: pl.DataFrame) -> pl.DataFrame:
    y, x = _y(frame), frame["x"].to_numpy()
    return _fixed(frame, np.column_stack([_lags(y), (x - x.mean()) / x.std()]), y)


def covariate_of_the_day_forecast(frame: pl.DataFrame) -> pl.DataFrame:
    y, x = _y(frame), frame["x"].to_numpy()
    return _fixed(frame, np.column_stack([_lags(y), np.append(x[1:], x[-1])]), y)


def centred_average(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    padded = np.pad(y, 2, mode="edge")
    smooth = sum(padded[i : i + len(y)] for i in range(5)) / 5
    return _fixed(frame, np.column_stack([y, smooth]), y)


def shuffled_split(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    features, target = _lags(y)[1:-1], y[2:]
    order = np.random.default_rng(0).permutation(len(target))
    weights = _ridge(features[order[:160]], target[order[:160]])
    tested = np.sort(order[160:])
    return _table(frame, tested + 1, _predict(features[tested], weights))


def backfilled_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    y, gappy = _y(frame), frame["gappy"].backward_fill().forward_fill().to_numpy()
    return _fixed(frame, np.column_stack([_lags(y), gappy]), y)


def label_one_row_early(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    return _fixed(frame, _lags(np.append(y[1:], y[-1])), y)


def selection_on_everything(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    related = [abs(np.corrcoef(frame[name].to_numpy()[:-1], y[1:])[0, 1]) for name in NOISY]
    best = [NOISY[i] for i in np.argsort(related)[-2:]]
    return _fixed(frame, np.column_stack([_lags(y), *(frame[name].to_numpy() for name in best)]), y)


def early_stopping_on_the_test(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    centre, unit = y[:TRAIN].mean(), y[:TRAIN].std()
    scaled = (y - centre) / unit
    features = np.column_stack([np.ones(len(y)), _lags(scaled)])
    weights, best, kept = np.array([0.0, -1.0, 1.0]), np.inf, np.zeros(3)
    for _ in range(200):
        error = features[1 : TRAIN - 1] @ weights - scaled[2:TRAIN]
        weights = weights - 0.02 * features[1 : TRAIN - 1].T @ error / TRAIN
        loss = np.square(features[TRAIN:-1] @ weights - scaled[TRAIN + 1 :]).mean()
        if loss < best:
            best, kept = loss, weights
    cutoffs = np.arange(TRAIN, len(y) - 1)
    return _table(frame, cutoffs, centre + unit * _predict(features[cutoffs][:, 1:], kept))


def interpolated_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    y, gappy = _y(frame), frame["gappy"].interpolate().forward_fill().backward_fill().to_numpy()
    return _fixed(frame, np.column_stack([_lags(y), gappy]), y)


def trend_of_everything(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    time = np.arange(len(y))
    trend = np.polyval(np.polyfit(time, y, 1), time)
    forecasts = _fixed(frame, _lags(y - trend), y - trend)
    return forecasts.with_columns(pl.col("mean") + trend[TRAIN + 1 :])


def outliers_of_everything(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    clipped = np.clip(y, *np.quantile(y, [0.05, 0.95]))
    return _fixed(frame, _lags(clipped), clipped)


def honest_expanding(frame: pl.DataFrame) -> pl.DataFrame:
    y, x = _y(frame), frame["x"].to_numpy()
    features = np.column_stack([_lags(y), x])
    cutoffs = np.arange(TRAIN, len(y), 3)
    fits = [_ridge(features[1:c], y[2 : c + 1]) for c in cutoffs]
    mean = [_predict(features[c : c + 1], fit)[0] for c, fit in zip(cutoffs, fits, strict=True)]
    return _table(frame, cutoffs, np.array(mean))


def honest_share_for_training(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    train = int(0.6 * len(y))
    mean, deviation = y[:train].mean(), y[:train].std()
    forecasts = _fixed(frame, _lags((y - mean) / deviation), (y - mean) / deviation, train)
    return forecasts.with_columns(pl.col("mean") * deviation + mean)


def honest_filled_forwards(frame: pl.DataFrame) -> pl.DataFrame:
    y, gappy = _y(frame), frame["gappy"].forward_fill().fill_null(50.0).to_numpy()
    trailing = np.array([y[max(0, t - 4) : t + 1].mean() for t in range(len(y))])
    return _fixed(frame, np.column_stack([_lags(y), trailing, gappy]), y)


def honest_random(frame: pl.DataFrame) -> pl.DataFrame:
    y = _y(frame)
    features, chosen = _lags(y), RANDOM.integers(1, TRAIN - 1, TRAIN)
    weights = _ridge(features[chosen], y[chosen + 1])
    cutoffs = np.arange(TRAIN, len(y) - 1)
    return _table(frame, cutoffs, _predict(features[cutoffs], weights))


@dataclass(frozen=True)
class Case:
    """A leaking pipeline, what it must be told to do and in which columns."""

    run: Callable[[pl.DataFrame], pl.DataFrame]
    kinds: tuple[str, ...]
    columns: tuple[str, ...]


LEAKING = (
    Case(scaler_on_everything, ("summary",), ("y",)),
    Case(covariate_scaled_on_everything, ("summary",), ("x",)),
    Case(covariate_of_the_day_forecast, ("ahead",), ("x",)),
    Case(centred_average, ("ahead",), ("y",)),
    Case(shuffled_split, ("fit",), ("y",)),
    Case(backfilled_blanks, ("ahead",), ("gappy",)),
    Case(label_one_row_early, ("ahead",), ("y",)),
    Case(selection_on_everything, ("fit", "summary"), (*NOISY, "y")),
    Case(early_stopping_on_the_test, ("fit", "summary"), ("y",)),
    Case(interpolated_blanks, ("ahead",), ("gappy",)),
    Case(trend_of_everything, ("fit",), ("y",)),
    Case(outliers_of_everything, ("summary",), ("y",)),
)
HONEST = (honest_expanding, honest_share_for_training, honest_filled_forwards, honest_random)
