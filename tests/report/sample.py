"""A realistic, complete summary made with numpy alone: a random walk, what seven models said of it, how they fared."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Row = dict[str, Any]

LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
NORMAL = np.array([-1.96, -1.645, -1.282, -0.674, 0.0, 0.674, 1.282, 1.645, 1.96])
MODELS = ("lstm", "naive", "drift", "seasonal_naive", "moving_average", "volatility_cone", "garch")
SPREADS = ("lstm", "volatility_cone", "garch")
CUTOFFS = 400
VERDICT = (
    "No skill shown: over 400 forecasts for the next 5 sessions its error is 0.3 % above the best simple forecast's "
    "(naive; p = 0.61). Its interval is 5.5 % sharper than that of volatility_cone, the best simple one (95 % interval "
    "3.1 % to 7.8 %, p < 0.001) and holds 80 % of outcomes for 80 %."
)
ANSWERS = (
    ("point", "not_shown", "Is the point forecast better than every simple one?", "Not shown.", "plain"),
    ("distribution", "yes", "Is the interval sharper than every simple one's?", "Yes.", "good"),
    ("coverage", "yes", "Does the interval hold what it promises?", "Yes.", "good"),
    ("copy", "not_shown", "Does it copy the past?", "Cannot be told.", "plain"),
    ("money", "not_judged", "Is anything gained by trading on it?", "Not judged.", "plain"),
)


def summary(*, series: int = 1, horizon: int = 5, seeds: int = 5, folds: int = 8, dated: bool = True) -> dict[str, Any]:
    """Build the dictionary that `results/summary.py` hands to the report."""
    rng = np.random.default_rng(7)
    ids = ["^GSPC"] if series == 1 else [f"TICK{n:02d}" for n in range(series)]
    days = np.busday_offset("2014-02-03", np.arange(1300), roll="forward")
    ds = [str(day) for day in days] if dated else list(range(1300))
    walks = {name: _walk(rng, 1290) for name in ids}
    told = {name: _forecasts(rng, walk, horizon) for name, walk in walks.items()}
    scores = [row for name in ids for row in _scores(name, told[name], horizon)]
    skill = [row for name in ids for row in _skill(name, told[name], horizon)]
    everyone = [None] if series > 1 else []
    scores += [row | {"unique_id": u} for u in everyone or [None] for row in scores if row["unique_id"] == ids[0]]
    skill += [row | {"unique_id": u} for u in everyone or [None] for row in skill if row["unique_id"] == ids[0]]
    first = told[ids[0]]
    return {
        "schema": 2,
        "kind": "backtest",
        "unit": "session",
        "given": "lstm",
        "verdict": VERDICT,
        "claims": claims(),
        "answers": answers(),
        "network": "lstm",
        "target": "Close",
        "title": f"S&P 500, Close, {horizon} sessions ahead",
        "scores": scores,
        "skill": skill,
        "seeds": _seeds(rng, first, ids[0], seeds, horizon),
        "coverage": [row for model in SPREADS for row in _coverage(model, first, horizon)],
        "reliability": _reliability(first),
        "lag": _lags(walks[ids[0]], first),
        "curves": _curves(rng, folds, seeds),
        "folds": _folds(ds, folds, horizon),
        "findings": _findings(),
        "series": [_series(name, walks[name], told[name], ds, horizon) for name in ids[:12]],
        "series_left_out": max(0, series - 12),
        "series_table": [_in_table(name, walks[name]) for name in ids] if series > 1 else [],
        "by_fold": [
            {"fold": fold, "model": model, "metric": "rmse", "value": 30.0 + fold + at, "n": 50}
            for fold in range(folds)
            for at, model in enumerate(MODELS)
        ],
        "cumulative": [
            {"ds": at, "metric": metric, "value": 0.1 * n}
            for metric in ("rmse", "crps")
            for n, at in enumerate(ds[-200:])
        ],
        "equity": [
            {"ds": at, "net": 1 + 0.001 * n, "holding": 1 + 0.002 * n, "drawdown": 0.01 * (n % 7)}
            for n, at in enumerate(ds[-200:])
        ],
        "residuals": [{"lag": lag, "value": 0.1 / lag, "bound": 0.098} for lag in range(1, 21)],
        "run": _run(ds, series, seeds, horizon),
    }


def claims() -> dict[str, Any]:
    """Give what the page reads of the claims."""
    effects = [{"question": "skill", "planned": 0.031, "realised": 0.035}]
    return {
        "point": {"baseline": "naive"},
        "distribution": {"baseline": "volatility_cone"},
        "power": {"effects": effects},
    }


def answers() -> list[Row]:
    """Give the claims in words."""
    keys = ("code", "answer", "question", "word", "tone")
    return [dict(zip(keys, row, strict=True)) | {"details": [f"Details of {row[0]}."]} for row in ANSWERS]


def _in_table(name: str, y: Floats) -> Row:
    row: Row = {"unique_id": name, "skill": 0.01 * float(y[-1] % 7) - 0.03, "low": -0.02, "high": 0.02}
    row |= {"sharpness": 0.05, "mase": 1.0, "coverage_80": 0.8, "last": float(y[-1]), "coming": float(y[-1])}
    return row | {"spark": y[-40:].tolist()}


def _walk(rng: np.random.Generator, length: int) -> Floats:
    """Draw prices whose volatility comes in clusters."""
    volatility = np.exp(1.3 * np.convolve(rng.normal(size=length + 39), np.ones(40) / 8, "valid")) * 0.006
    return np.asarray(1900 * np.exp(np.cumsum(rng.normal(size=length) * volatility + 0.0003)))


def _forecasts(rng: np.random.Generator, y: Floats, horizon: int) -> dict[str, Any]:
    """Let every model forecast from the last cutoffs, with what happened beside it: `[cutoff, step]`."""
    cutoffs = np.arange(len(y) - CUTOFFS - horizon, len(y) - horizon)
    steps = np.arange(1, horizon + 1)
    last = y[cutoffs][:, None]
    actual = y[cutoffs[:, None] + steps]
    scale = np.array([np.std(np.diff(np.log(y[c - 15 : c + 1]))) for c in cutoffs])[:, None] * np.sqrt(steps)
    flat = np.ones((1, horizon))
    centre = {
        "lstm": last * (1 + 0.0005 * rng.normal(size=actual.shape) + 0.0002),
        "naive": last * flat,
        "drift": last * (1 + 0.0003 * steps),
        "seasonal_naive": y[cutoffs[:, None] + steps - 5 * ((steps + 4) // 5)],
        "moving_average": np.array([y[c - 4 : c + 1].mean() for c in cutoffs])[:, None] * flat,
        "volatility_cone": last * flat,
        "garch": last * (1 + 0.0002 * steps),
    }
    spread = {"lstm": scale * 1.15, "volatility_cone": np.median(scale, axis=0) * 1.3 * np.ones_like(scale)}
    spread["garch"] = 0.8 * scale * 1.1 + 0.2 * spread["volatility_cone"]
    quantiles = {m: centre[m][..., None] * np.exp(spread[m][..., None] * NORMAL) for m in spread}
    return {"cutoffs": cutoffs, "actual": actual, "last": last, "centre": centre, "quantiles": quantiles}


def _losses(told: dict[str, Any], model: str, metric: str) -> Floats:
    actual = told["actual"]
    error = actual - told["centre"][model]
    if metric == "rmse":
        return np.asarray(error**2)
    if metric == "crps" and model in told["quantiles"]:
        miss = actual[..., None] - told["quantiles"][model]
        return np.asarray(2 * np.mean(np.maximum(np.array(LEVELS) * miss, (np.array(LEVELS) - 1) * miss), axis=-1))
    return np.abs(error) / (actual / 100 if metric == "mape" else 1) / (24.0 if metric == "mase" else 1)


def _scores(name: str, told: dict[str, Any], horizon: int) -> list[Row]:
    rows: list[Row] = []
    for model in MODELS:
        for step in [None, *range(1, horizon + 1)]:
            at = slice(None) if step is None else slice(step - 1, step)
            values: dict[str, float] = {}
            for metric in ("mae", "rmse", "mape", "mase", "crps"):
                mean = float(np.mean(_losses(told, model, metric)[:, at]))
                values[metric] = mean**0.5 if metric == "rmse" else mean
            if model in told["quantiles"]:
                values |= _interval_scores(told, model, at)
            common = {"model": model, "unique_id": name, "step": step, "n": CUTOFFS}
            rows += [common | {"metric": metric, "value": value} for metric, value in values.items()]
    return rows


def _interval_scores(told: dict[str, Any], model: str, at: slice) -> dict[str, float]:
    quantiles, actual = told["quantiles"][model][:, at], told["actual"][:, at]
    inside = {50: (3, 5), 80: (2, 6), 95: (0, 8)}
    values = {
        f"coverage_{n}": float(np.mean((actual >= quantiles[..., a]) & (actual <= quantiles[..., b])))
        for n, (a, b) in inside.items()
    }
    up = float(np.mean(actual > told["last"]))
    values["width_80"] = float(np.mean(quantiles[..., 6] - quantiles[..., 2]))
    return values | {"brier": 0.249, "accuracy": max(up, 1 - up) - 0.004, "base_rate": max(up, 1 - up)}


def _skill(name: str, told: dict[str, Any], horizon: int) -> list[Row]:
    """Compare the network with every model, and every model with `naive`, as `evaluation` does."""
    rows: list[Row] = []
    pairs = [("lstm", other) for other in MODELS[1:]] + [(other, "naive") for other in MODELS[2:]]
    for model, baseline in pairs:
        for metric in ("rmse", "crps"):
            own, against = (_losses(told, which, metric) for which in (model, baseline))
            for step in [None, *range(1, horizon + 1)]:
                at = slice(None) if step is None else slice(step - 1, step)
                gain = ((against - own) / against.mean(axis=0))[:, at].mean(axis=1) * (0.5 if metric == "rmse" else 1)
                value, error = float(gain.mean()), float(gain.std() / np.sqrt(CUTOFFS / 3))
                p_value = float(np.exp(-0.717 * abs(value / error) - 0.416 * (value / error) ** 2)) if error else None
                rows.append(
                    {"model": model, "baseline": baseline, "unique_id": name, "step": step, "metric": metric}
                    | {"value": value, "low": value - 1.96 * error, "high": value + 1.96 * error, "p_value": p_value}
                )
    return rows


def _seeds(rng: np.random.Generator, told: dict[str, Any], name: str, seeds: int, horizon: int) -> list[Row]:
    rows: list[Row] = []
    for metric in ("rmse", "crps"):
        for step in [None, *range(1, horizon + 1)]:
            at = slice(None) if step is None else slice(step - 1, step)
            mean = float(np.mean(_losses(told, "lstm", metric)[:, at])) ** (0.5 if metric == "rmse" else 1)
            values = mean * (1.004 + 0.004 * rng.normal(size=seeds))
            common = {"model": "lstm", "unique_id": name, "step": step, "metric": metric}
            rows += [common | {"seed": seed, "value": float(value)} for seed, value in enumerate(values)]
    alone = -0.006 + 0.004 * rng.normal(size=seeds)
    common = {"model": "lstm", "unique_id": None, "step": None, "metric": "rmse_skill"}
    return rows + [common | {"seed": seed, "value": float(value)} for seed, value in enumerate(alone)]


def _coverage(model: str, told: dict[str, Any], horizon: int) -> list[Row]:
    rows: list[Row] = []
    for step in [None, *range(1, horizon + 1)]:
        at = slice(None) if step is None else slice(step - 1, step)
        quantiles, actual = told["quantiles"][model][:, at], told["actual"][:, at]
        for low, high, nominal in ((3, 5, 0.5), (2, 6, 0.8), (1, 7, 0.9), (0, 8, 0.95)):
            share = float(np.mean((actual >= quantiles[..., low]) & (actual <= quantiles[..., high])))
            error = 1.96 * (share * (1 - share) / CUTOFFS) ** 0.5
            rows.append(
                {"model": model, "step": step, "nominal": nominal, "empirical": share, "n": CUTOFFS}
                | {"low": share - error, "high": min(1.0, share + error)}
            )
    return rows


def _reliability(told: dict[str, Any]) -> list[Row]:
    edges = (0.0, 0.4, 0.45, 0.5, 0.55, 0.6, 1.0)
    said, seen, n = (
        (0.37, 0.43, 0.48, 0.53, 0.57, 0.63),
        (0.44, 0.49, 0.51, 0.54, 0.53, 0.58),
        (31, 160, 502, 801, 417, 89),
    )
    rows = zip(edges[:-1], edges[1:], said, seen, n, strict=True)
    return [{"model": "lstm", "low": a, "high": b, "p": p, "observed": o, "n": k} for a, b, p, o, k in rows]


def _lags(y: Floats, told: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for model in ("lstm", "naive"):
        said, ahead = told["centre"][model][:, 0], told["cutoffs"] + 1
        for lag in range(8):
            rows.append({"model": model, "lag": lag, "rmse": float(np.mean((said - y[ahead - lag]) ** 2) ** 0.5)})
    return rows


def _curves(rng: np.random.Generator, folds: int, seeds: int) -> list[Row]:
    rows: list[Row] = []
    for fold in range(folds):
        for seed in range(seeds):
            last = int(rng.integers(6, 11))
            for epoch in range(1, last + 1):
                loss = 0.32 + 0.12 * np.exp(-epoch / 2) + 0.01 * rng.normal() * np.exp(-epoch / 6) + 0.004 * fold
                rows.append(
                    {"fold": fold, "seed": seed, "epoch": epoch, "train_loss": float(loss - 0.002 * epoch)}
                    | {
                        "validation_loss": float(loss + 0.01 + 0.001 * epoch),
                        "gradient_norm": float(rng.uniform(0.1, 1)),
                    }
                )
    return rows


def _folds(ds: list[Any], folds: int, horizon: int) -> list[Row]:
    rows: list[Row] = []
    size = CUTOFFS // folds if folds else 0
    for fold in range(folds):
        begin = len(ds) - 10 - CUTOFFS + fold * size
        edge = begin - 150
        spans = {"known": (0, begin - 1), "train": (0, edge - horizon), "validation": (edge, begin - horizon)}
        spans["test"] = (begin, begin + size - 1)
        parts = {part: {"from": ds[a], "to": ds[b], "sessions": b - a + 1} for part, (a, b) in spans.items()}
        rows.append({"fold": fold} | parts)
    return rows


def _findings() -> list[Row]:
    copy = "The one-step forecast lies nearer to the last known value than to the coming one."
    outside = "6.1 % of the test's targets and 2.0 % of its inputs lie outside the range that training saw."
    return [
        {"code": "lagged_copy", "severity": "info", "text": copy, "value": 1.0},
        {"code": "extrapolation", "severity": "warning", "text": outside, "value": 0.061},
    ]


def _series(name: str, y: Floats, told: dict[str, Any], ds: list[Any], horizon: int) -> dict[str, Any]:
    scale = float(np.std(np.diff(np.log(y[-60:])))) * np.sqrt(np.arange(1, horizon + 1))
    quantiles = told["quantiles"]["lstm"][:, 0]
    ahead, n = told["cutoffs"] + 1, len(y)
    return {
        "unique_id": name,
        "history": {"ds": ds[n - 250 : n], "y": y[-250:].tolist()},
        "cutoff": ds[n - 1],
        "last": float(y[-1]),
        "forecast": {
            "ds": ds[n : n + horizon] if n + horizon <= len(ds) else [ds[-1]] * horizon,
            "model": "lstm",
            "mean": (y[-1] * (1 + 0.0004 * np.arange(1, horizon + 1))).tolist(),
            "quantile_levels": list(LEVELS),
            "quantiles": (y[-1] * np.exp(scale[:, None] * NORMAL + 0.0004)).tolist(),
            "p_up": (0.53 + 0.008 * np.arange(horizon)).tolist(),
        },
        "network": None,
        "test": {
            "ds": [ds[at] for at in ahead],
            "y": y[ahead].tolist(),
            "mean": told["centre"]["lstm"][:, 0].tolist(),
            "naive": told["last"][:, 0].tolist(),
            "low_80": quantiles[:, 2].tolist(),
            "high_80": quantiles[:, 6].tolist(),
        },
    }


def _run(ds: list[Any], series: int, seeds: int, horizon: int) -> dict[str, Any]:
    return {
        "version": "0.1.0",
        "versions": {"python": "3.11.7", "torch": "2.13.0", "numpy": "2.4.0", "polars": "1.41.0", "arch": "8.0.0"},
        "created": "2026-11-21T10:31:07+00:00",
        "command": "longshort backtest prices.csv --target Close --horizon 5 --out run",
        "recipe": 'horizon = 5\nseed = 0\n\n[model]\ncell = "lstm"\nhidden_size = 32\n\n[training]\nmembers = 5\n',
        "seconds": {"read": 0.4, "fit": 41.2, "predict": 3.1, "baselines": 12.9, "evaluate": 2.2, "total": 59.8},
        "data": {
            "fingerprint": "8f1c2a90be77d105",
            "rows": 1290 * series,
            "series": series,
            "from": ds[0],
            "to": ds[1289],
            "calendar": "XNYS",
            "notes": [
                "Separator ',' and dates like 2014-02-03.",
                "Target: 'Close'; Open, High, Low, Volume are inputs.",
            ],
        },
        "horizon": horizon,
        "seeds": list(range(seeds)),
        "device": "cpu",
        "notes": [
            "The target is the log return since the cutoff, scaled by volatility known at the cutoff.",
            "GARCH was refitted at each fold and filtered between.",
            "Trained on the CPU with two threads.",
        ],
        "quick": False,
    }
