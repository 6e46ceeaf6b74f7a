"""The backtest: folds, fits, the walk, calibration and judgement, in this order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.backtest.beside import models_beside
from longshort.backtest.folds import Fold, plan_folds, thinned
from longshort.backtest.protocols import Network
from longshort.backtest.record import (
    Clock,
    account,
    context_account,
    curves,
    history_frame,
    ledgers,
    notes_of,
    untested,
)
from longshort.backtest.walk import Walked, walk_beside, walk_network
from longshort.claims import Claims, LeftOut
from longshort.data.panel import Panel
from longshort.data.readers import panel_of
from longshort.errors import NotEnoughHistory, SettingsError
from longshort.evaluation import training_findings as find
from longshort.evaluation.facts import FitFacts
from longshort.evaluation.findings import fresher_column
from longshort.evaluation.given import centred, ranked
from longshort.evaluation.judgement import Context, Judgement, judge
from longshort.evaluation.power import power
from longshort.evaluation.seeds import seed_table
from longshort.finding import Finding
from longshort.results.forecast import Forecast
from longshort.results.run import Run


def backtest(
    recipe: Network,
    panel: Panel | Any,
    *,
    folds: int = 8,
    test_from: str | date | int | None = None,
    every: int = 1,
    history: str = "expanding",
    season: int | None = None,
    baselines: Sequence[str] | None = None,
    models: Sequence[Any] = (),
    as_baseline: Sequence[str] = (),
    direction: str | None = None,
    fee_bps: float | None = None,
    device: str = "auto",
    listen: Callable[[Any], None] | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    checkpoint: Path | None = None,
    title: str = "",
    about: Mapping[str, Any] | None = None,
) -> Run:
    """Walk a recipe's network forward through the past beside its baselines, and judge it.

    The last fifth of the sessions is cut into `folds`, with one fit before each; `test_from` (a day) makes it one fit
    on all that was known before. Every session in a fold is a cutoff, or every `every`-th: with every=horizon, no two
    forecasts of a series overlap. `history` is "expanding" or "rolling". `season` is the length of the season (None:
    what the data show); `baselines` names some of them instead of all that apply. `models` are further models, a user's
    own among them (`fit(panel)` and `predict(panel)`); `as_baseline` names those that the network has to beat, too.
    `direction` says what an outcome's direction is ("change", "sign", "none"; None: decided by the data); `fee_bps` is
    the cost of a trade in basis points (5 unless given; given, the target counts as a price). `listen` is told of every
    epoch. With `out` the run goes into a folder, where an interrupted one of the same settings and data goes on;
    without it, `checkpoint` may name a folder for what an interrupted training needs to go on. `title` names the run;
    `about` is kept with it (the command that was typed, for one).

    Raises SettingsError, DataError, NotEnoughHistory for what cannot be tested, RunFolderError for an unusable `out`.

    A model of another library as a baseline:

    >>> import numpy as np, longshort as ls
    >>> class LastWeek:
    ...     name = "LastWeek"
    ...     def predict(self, panel):
    ...         return np.stack([panel.target[panel.rows(s)][-7:][:2] for s in range(len(panel))])
    >>> days = np.arange("2021-01-01", "2021-06-01", dtype="datetime64[D]")
    >>> import polars as pl
    >>> sales = ls.read(pl.DataFrame({"date": days, "sales": 50 + 10 * np.sin(np.arange(len(days)))}))
    >>> recipe = ls.Recipe(horizon=2).quick().replace({"training.epochs": 1, "window.context_length": 30})
    >>> run = ls.backtest(recipe, sales, folds=1, models=[LastWeek()], as_baseline=["LastWeek"])
    >>> "LastWeek" in run.claims.point.baselines
    True
    """
    panel = panel_of(panel)
    panel = recipe.usable(panel, plan_folds(panel, folds, test_from)[0].fit_at)
    plan = plan_folds(panel, folds, test_from)  # anew: series that were left out may have had sessions of their own
    plan = thinned(panel, plan, every, recipe.horizon)
    recipe = with_history(recipe, history, panel, plan[0].fit_at)
    beside = models_beside(panel, recipe, plan[0].fit_at, season, baselines, models, as_baseline)
    cutoffs = [*(fold.fit_at for fold in plan), int(panel.times.max())]
    names = [model.name for model in beside]
    with claimed_folder(out, recipe, panel, plan, names, overwrite, checkpoint) as checkpoint:
        clock, planned = Clock(), planned_power(panel, plan, recipe.horizon) if every == 1 else None
        with clock("fit"):
            fits = recipe.fit(panel, cutoffs, device=device, listen=listen, checkpoint=checkpoint)
        with clock("forecast"):
            own, calibration = walk_network(fits, panel, plan)
        with clock("baselines"):
            walked = {model.name: walk_beside(model, panel, plan, cutoffs) for model in beside}
        others = {name: one for name, one in walked.items() if isinstance(one, Walked)}
        failed = tuple(LeftOut(name, why) for name, why in walked.items() if isinstance(why, str))
        facts = [fit.facts(panel, fold.pairs, k) for k, (fit, fold) in enumerate(zip(fits[:-1], plan, strict=True))]
        context = Context(
            model=recipe.name,
            left_out=(*beside.left_out, *failed),
            chosen=beside.named,
            fee_bps=fee_bps,
            direction=direction,
            why_mechanical=fresher_column(panel),
            knows_more=len(panel.columns) > 1,
            planned=planned,
        )
        with clock("evaluate"):
            judged = judge(
                [own.tested, *(others[model.name].tested for model in beside.models if model.name in others)],
                [others[model.name].tested for model in beside.baselines if model.name in others],
                panel,
                context,
            )
            seeds = seeds_of(judged, [own.tested, *(each.tested for each in others.values())], recipe)
        coming = {recipe.name: own.coming} | {name: centred(one.coming) for name, one in others.items()}
        notes = notes_of(beside.baselines, panel, plan[0].fit_at, recipe.horizon)
        info = account(panel, recipe, fits[-1], clock.seconds, calibration.outcomes, notes)
        run = Run(
            network=recipe.name,
            forecasts={one.tested.model: one.tested for one in (own, *others.values())},
            coming=coming,
            given=ranked(judged.claims, judged.tables.skill, recipe.name, [*coming])[0],
            history=history_frame(panel),
            curves=curves(fits[:-1], recipe.seed),
            folds=ledgers(panel, fits[:-1], own.tested),
            recipe=recipe.to_dict(),
            info=info | {"context": context_account(context, judged, season)} | dict(about or {}),
            model=fits[-1].forecaster(panel, calibration),
            target=panel.columns[0].name,
            title=title,
            layers=tuple(fits[0].layers),
            parameters=facts[0].parameters,
            training_shape=fits[0].training_shape,
            findings=(
                *judged.findings,
                *training_findings(facts, own.tested, seeds, judged.claims),
                *untested(panel, own.tested),
                *(finding for one in others.values() for finding in one.findings),
            ),
            seeds=seeds,
            verdict=judged.verdict,
            claims=judged.claims,
            telling=judged.telling,
            **tables(judged),
        )
        if out is not None:
            run.save(out, overwrite=overwrite)
    return run


def seeds_of(judged: Judgement, forecasts: Sequence[Forecast], recipe: Network) -> pl.DataFrame:
    """Score each member alone, also against the toughest baselines; members are named by their seeds."""
    claims, found = judged.claims, judged.tables
    against = {claim.metric: claim.baseline for claim in (claims.point, claims.distribution) if claim.baseline}
    table = seed_table(forecasts, recipe.name, against, found.grid, found.scales, found.levels, found.outcomes)
    return table.with_columns(pl.col("seed") + recipe.seed)


def training_findings(
    facts: Sequence[FitFacts], tested: Forecast, seeds: pl.DataFrame, claims: Claims
) -> Iterator[Finding]:
    """Say what a reader should know of how the network was trained."""
    yield from find.extrapolation(facts)
    yield from find.overfitting(facts)
    yield from find.parameters_exceed_targets(facts)
    yield from find.few_folds(tested)
    yield from find.unstable_seeds(seeds, claims)


def planned_power(panel: Panel, plan: Sequence[Fold], horizon: int) -> pl.DataFrame | None:
    """Tabulate before training what the test could find at all; None where the series are too short to say."""
    try:
        return power(panel, horizon=horizon, sessions=len(tested_moments(panel, plan))).table
    except NotEnoughHistory:
        return None


def tested_moments(panel: Panel, plan: Sequence[Fold]) -> NDArray[np.int64]:
    """List the times of the cutoffs from which the test forecasts."""
    return np.unique(np.concatenate([panel.times[fold.pairs.rows] for fold in plan]))


def with_history(recipe: Network, history: str, panel: Panel, first_fit: int) -> Network:
    """Let fits learn from all that was known ("expanding") or from as many sessions as the first one ("rolling").

    Raises SettingsError for another word.
    """
    if history not in ("expanding", "rolling"):
        raise SettingsError(f"--history {history!r} is unknown.", hint="Pass expanding or rolling.")
    if history == "expanding":
        return recipe
    return recipe.with_history(len(np.unique(panel.times[panel.times <= first_fit])))


@contextmanager
def claimed_folder(
    out: str | Path | None,
    recipe: Network,
    panel: Panel,
    plan: Sequence[Fold],
    beside: list[str],
    overwrite: bool,
    checkpoint: Path | None,
) -> Iterator[Path | None]:
    """Claim the run folder while a block runs and give the place for checkpoints in it; without one, `checkpoint`."""
    if out is None:
        yield checkpoint
        return
    from longshort.results.claim import claimed

    identity = {
        "recipe": recipe.to_dict(),
        "data": panel.fingerprint(),
        "fits": [fold.fit_at for fold in plan],
        "models": beside,
    }
    with claimed(out, identity, overwrite) as place:
        yield place


def tables(judged: Judgement) -> dict[str, Any]:
    """Choose what a run keeps of its judgement as tables."""
    names = ("scores", "skill", "coverage", "reliability", "lag")
    return {name: getattr(judged.tables, name) for name in names} | {"details": judged.details}
