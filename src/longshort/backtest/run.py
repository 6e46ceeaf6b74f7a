"""The backtest: folds, fits, the walk, calibration and judgement, in this order."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl

from longshort.backtest.adapter import adapt
from longshort.backtest.conformal import Calibration, calibrate, fit_calibration
from longshort.backtest.folds import Fold, single, walk_forward
from longshort.backtest.walk import join_forecasts, walk
from longshort.baselines import Baseline, Fitted, default_baselines
from longshort.data.panel import Panel
from longshort.data.windows import Pairs, last_pairs
from longshort.errors import SettingsError, nearest
from longshort.evaluation.evaluate import Evaluation, evaluate
from longshort.evaluation.facts import FitFacts
from longshort.finding import Finding
from longshort.results.forecast import Forecast
from longshort.results.plain import iso
from longshort.results.run import Run, Savable

DAY = 86_400_000_000
LIBRARIES = ("longshort", "numpy", "polars", "scipy", "torch", "arch", "exchange_calendars")


class NetworkFit(Fitted, Protocol):
    """Be what a network's fit gives beside its forecasts: what it held back, saw and learnt."""

    @property
    def ledger(self) -> Mapping[str, Mapping[str, Any]]: ...  # noqa: D102 - the names say it
    @property
    def records(self) -> Sequence[Sequence[Any]]: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def device(self) -> str: ...  # noqa: D102
    def validation_pairs(self, panel: Panel) -> Pairs: ...  # noqa: D102
    def facts(self, panel: Panel, pairs: Pairs, fold: int) -> FitFacts: ...  # noqa: D102
    def forecaster(self, panel: Panel, calibration: Calibration) -> Savable: ...  # noqa: D102


class Network(Protocol):
    """Be what a recipe is: settings that can be fitted at cutoffs."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def horizon(self) -> int: ...  # noqa: D102
    @property
    def seed(self) -> int: ...  # noqa: D102
    @property
    def quantile_levels(self) -> tuple[float, ...]: ...  # noqa: D102
    def to_dict(self) -> dict[str, Any]: ...  # noqa: D102
    def with_history(self, sessions: int) -> "Network": ...  # noqa: D102
    def usable(self, panel: Panel, cutoff: int) -> Panel: ...  # noqa: D102
    def fit(  # noqa: D102
        self,
        panel: Panel,
        cutoffs: Sequence[int],
        *,
        device: str,
        listen: Callable[[Any], None] | None,
        checkpoint: Path | None,
    ) -> Sequence[NetworkFit]: ...


def backtest(
    recipe: Network,
    panel: Panel,
    *,
    folds: int = 8,
    test_from: str | date | int | None = None,
    history: str = "expanding",
    season: int | None = None,
    baselines: Sequence[str] | None = None,
    models: Sequence[Any] = (),
    device: str = "auto",
    listen: Callable[[Any], None] | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    title: str = "",
    about: Mapping[str, Any] | None = None,
) -> Run:
    """Walk a recipe's network forward through the past beside its baselines, and judge it.

    The last fifth of the sessions is cut into `folds`, with one fit before each; `test_from` (a day) makes it one fit
    on all that was known before. `history` is "expanding" or "rolling". `season` counts sessions, None takes each
    calendar's own; `baselines` names some of them; `models` are further models, a user's own among them (`fit(panel)`
    and `predict(panel)`). `listen` is told of every epoch. With `out` the run goes into a folder, where an
    interrupted one of the same settings and data goes on. `title` names the run; `about` is kept with it (the command
    that was typed, for one).

    Raises SettingsError, DataError, NotEnoughHistory for what cannot be tested, RunFolderError for an unusable `out`.
    """
    plan = _folds(panel, folds, test_from)
    panel = recipe.usable(panel, plan[0].fit_at)
    plan = _folds(panel, folds, test_from)
    if _rolls(history):
        recipe = recipe.with_history(len(np.unique(panel.times[panel.times <= plan[0].fit_at])))
    rivals = [*_baselines(panel, recipe, season, baselines), *(adapt(model, recipe.horizon) for model in models)]
    checkpoint = _begin(out, recipe, panel, plan, [rival.name for rival in rivals], overwrite)
    clock = Clock()
    cutoffs = [*(fold.fit_at for fold in plan), int(panel.times.max())]
    with clock("fit"):
        fits = recipe.fit(panel, cutoffs, device=device, listen=listen, checkpoint=checkpoint)
    with clock("forecast"):
        own = _own_forecasts(fits, panel, plan)
    with clock("baselines"):
        others = [_rival(rival, panel, plan, cutoffs) for rival in rivals]
    with clock("evaluate"):
        judged = evaluate(
            [own.tested, *(other.tested for other in others)],
            network=recipe.name,
            panel=panel,
            scale_until=plan[0].fit_at,
            facts=[
                fit.facts(panel, fold.pairs, number) for number, (fit, fold) in enumerate(zip(fits, plan, strict=False))
            ],
            mechanical=mechanical(panel),
        )
    run = Run(
        network=recipe.name,
        forecasts={own.tested.model: own.tested} | {other.tested.model: other.tested for other in others},
        coming={own.coming.model: own.coming} | {other.coming.model: other.coming for other in others},
        history=history_frame(panel),
        curves=curves(fits[:-1], recipe.seed),
        folds=tuple(_ledger(panel, number, fit, own.tested) for number, fit in enumerate(fits[:-1])),
        recipe=recipe.to_dict(),
        info=_info(panel, recipe, fits[-1], own, clock) | dict(about or {}),
        model=fits[-1].forecaster(panel, own.calibration),
        target=panel.columns[0].name,
        title=title,
        findings=(*judged.findings, *(finding for other in others for finding in other.findings)),
        **_tables(judged),
    )
    if out is not None:
        run.save(out, overwrite=overwrite)
    return run


@dataclass(frozen=True, eq=False)
class Own:
    """Hold the network's forecasts: over the test, calibrated; those to come; and the calibration of the latter."""

    tested: Forecast
    coming: Forecast
    calibration: Calibration


@dataclass(frozen=True, eq=False)
class Rival:
    """Hold another model's forecasts over the test and to come, and what its fits noticed."""

    tested: Forecast
    coming: Forecast
    findings: tuple[Finding, ...]


def _own_forecasts(fits: Sequence[NetworkFit], panel: Panel, plan: Sequence[Fold]) -> Own:
    """Walk the network; calibrate on the first validation stretch and then on the test's outcomes as they come to pass."""
    raw = walk(fits[:-1], panel, plan)
    held_back = fits[0].validation_pairs(panel)
    first = fits[0].predict(panel, held_back) if len(held_back) else raw.select(np.arange(0))
    calibration = fit_calibration(join_forecasts([first, raw]))
    coming = calibration.apply(fits[-1].predict(panel, last_pairs(panel)))
    return Own(calibrate(raw, first), coming, calibration)


def _rival(rival: Baseline, panel: Panel, plan: Sequence[Fold], cutoffs: Sequence[int]) -> Rival:
    fitted = rival.fit(panel, cutoffs)
    noticed = dict.fromkeys(finding for fit in fitted for finding in getattr(fit, "findings", ()))
    return Rival(walk(fitted[:-1], panel, plan), fitted[-1].predict(panel, last_pairs(panel)), tuple(noticed))


def _folds(panel: Panel, folds: int, test_from: str | date | int | None) -> list[Fold]:
    if test_from is None:
        return walk_forward(panel, folds)
    if not panel.dated:
        return single(panel, int(test_from) if isinstance(test_from, int | str) else 0)
    try:
        return single(panel, int(np.datetime64(test_from, "us").astype(np.int64)))
    except ValueError as error:
        raise SettingsError(f"--test-from {test_from!r} is not a day.", hint="Write it as 2017-01-01.") from error


def _rolls(history: str) -> bool:
    if history not in ("expanding", "rolling"):
        raise SettingsError(f"--history {history!r} is unknown.", hint="Pass expanding or rolling.")
    return history == "rolling"


def _baselines(panel: Panel, recipe: Network, season: int | None, names: Sequence[str] | None) -> list[Baseline]:
    every = default_baselines(panel, recipe.horizon, recipe.quantile_levels, season=season, seed=recipe.seed)
    if names is None:
        return every
    known = {baseline.name: baseline for baseline in every}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SettingsError(f"there is no baseline {unknown[0]!r}.", hint=nearest(unknown[0], known))
    return [known[name] for name in names]


def _begin(
    out: str | Path | None, recipe: Network, panel: Panel, plan: Sequence[Fold], rivals: list[str], overwrite: bool
) -> Path | None:
    """Open the run folder and give the place for checkpoints in it."""
    if out is None:
        return None
    from longshort.results.folder import begin

    identity = {
        "recipe": recipe.to_dict(),
        "data": panel.fingerprint(),
        "fits": [fold.fit_at for fold in plan],
        "rivals": rivals,
    }
    return begin(Path(out), identity, overwrite)


def mechanical(panel: Panel) -> str | None:
    """Say why a gain over repeating the target would be mechanical: another column of its row is fresher."""
    kinds = {column.kind for column in panel.columns[1:]}
    own = panel.columns[0].kind
    if own in ("open", "high", "low") and kinds & {"close", "adj_close"}:
        return f"the session's close is fresher than its {own}"
    return None


def history_frame(panel: Panel) -> pl.DataFrame:
    """Give the target as used: unique_id, ds, y."""
    ids = pl.Series("unique_id", np.array(panel.ids, dtype=object)[panel.series], dtype=pl.String)
    return pl.DataFrame([ids, pl.Series("ds", panel.labels(panel.times)), pl.Series("y", panel.target)])


def curves(fits: Sequence[NetworkFit], seed: int) -> pl.DataFrame:
    """Give the learning curves: one row for each fold, seed and epoch."""
    columns = ("train_loss", "validation_loss", "gradient_norm")
    rows = [
        {"fold": fold, "seed": seed + member, "epoch": record.epoch} | {name: getattr(record, name) for name in columns}
        for fold, fit in enumerate(fits)
        for member, records in enumerate(fit.records)
        for record in records
    ]
    schema = {"fold": pl.Int64, "seed": pl.Int64, "epoch": pl.Int64} | dict.fromkeys(columns, pl.Float64)
    return pl.DataFrame(rows, schema=schema)


def _ledger(panel: Panel, number: int, fit: NetworkFit, tested: Forecast) -> dict[str, Any]:
    """Say which dates a fold knew, learnt from, validated on and was tested on (the sessions forecast at step 1)."""
    test = np.unique(tested.ds[tested.fold == number, 0])
    parts = {name: fit.ledger[name] for name in ("known", "train", "validation")}
    parts["test"] = {"from": int(test[0]), "to": int(test[-1]), "sessions": len(test)}
    return {"fold": number} | {name: _dated(panel, part) for name, part in parts.items()}


def _dated(panel: Panel, part: Mapping[str, Any]) -> dict[str, Any]:
    """Write a stretch's two times as the files write them."""
    return {
        name: value if name == "sessions" or value is None else _label(panel, value) for name, value in part.items()
    }


def _label(panel: Panel, moment: int) -> Any:
    return iso(np.array([moment]), dated=panel.dated, daily=bool((panel.times % DAY == 0).all()))[0]


def _tables(judged: Evaluation) -> dict[str, Any]:
    names = ("scores", "skill", "seeds", "coverage", "reliability", "lag", "verdict")
    return {name: getattr(judged, name) for name in names}


def _info(panel: Panel, recipe: Network, fit: NetworkFit, own: Own, clock: "Clock") -> dict[str, Any]:
    """Say what was done, when, on what and with which versions."""
    return {
        "version": version("longshort"),
        "versions": {name: version(name) for name in LIBRARIES},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": clock.seconds,
        "data": {
            "fingerprint": panel.fingerprint(),
            "rows": len(panel.target),
            "series": len(panel),
            "from": _label(panel, int(panel.times.min())),
            "to": _label(panel, int(panel.times.max())),
            "calendar": ", ".join(sorted({calendar.name for calendar in panel.calendars})),
            "notes": list(panel.notes),
        },
        "recipe": recipe.to_dict(),
        "device": fit.device,
        "horizon": recipe.horizon,
        "seeds": list(range(recipe.seed, recipe.seed + len(fit.records))),
        "notes": [
            *fit.notes,
            f"Intervals are calibrated on up to {own.calibration.outcomes} known outcomes of each step.",
        ],
    }


class Clock:
    """Measure the seconds that each part takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        """Measure one part."""
        begin = time.perf_counter()
        yield
        self.seconds[part] = round(time.perf_counter() - begin, 3)
