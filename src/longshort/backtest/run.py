"""The backtest: folds, fits, the walk, calibration and judgement, in this order."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.backtest.folds import Fold, plan_folds, thinned
from longshort.backtest.protocols import Network
from longshort.backtest.record import Clock, account, curves, history_frame, ledgers, untested
from longshort.backtest.rivals import choose_rivals, rival_notes
from longshort.backtest.walk import walk_network, walk_rival
from longshort.data.panel import Panel
from longshort.errors import NotEnoughHistory, SettingsError
from longshort.evaluation.evaluate import Evaluation, evaluate
from longshort.evaluation.findings import fresher_column
from longshort.evaluation.power import power
from longshort.results.run import Run


def backtest(
    recipe: Network,
    panel: Panel,
    *,
    folds: int = 8,
    test_from: str | date | int | None = None,
    every: int = 1,
    history: str = "expanding",
    season: int | None = None,
    baselines: Sequence[str] | None = None,
    models: Sequence[Any] = (),
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
    forecasts of a series overlap. `history` is "expanding" or "rolling". `season` counts sessions, None takes each
    calendar's own; `baselines` names some of them; `models` are further models, a user's own among them (`fit(panel)`
    and `predict(panel)`). `listen` is told of every epoch. With `out` the run goes into a folder, where an
    interrupted one of the same settings and data goes on; without it, `checkpoint` may name a folder for what an
    interrupted training needs to go on. `title` names the run; `about` is kept with it (the command
    that was typed, for one).

    Raises SettingsError, DataError, NotEnoughHistory for what cannot be tested, RunFolderError for an unusable `out`.
    """
    panel = recipe.usable(panel, plan_folds(panel, folds, test_from)[0].fit_at)
    plan = plan_folds(panel, folds, test_from)  # anew: series that were left out may have had sessions of their own
    plan = thinned(panel, plan, every, recipe.horizon)
    recipe = with_history(recipe, history, panel, plan[0].fit_at)
    rivals = choose_rivals(panel, recipe, season, baselines, models)
    cutoffs = [*(fold.fit_at for fold in plan), int(panel.times.max())]
    if out is not None:
        checkpoint = begin_folder(out, recipe, panel, plan, [rival.name for rival in rivals], overwrite)
    clock, expected = Clock(), power_notes(panel, plan, recipe.horizon) if every == 1 else []
    with clock("fit"):
        fits = recipe.fit(panel, cutoffs, device=device, listen=listen, checkpoint=checkpoint)
    with clock("forecast"):
        own, calibration = walk_network(fits, panel, plan)
    with clock("baselines"):
        others = [walk_rival(rival, panel, plan, cutoffs) for rival in rivals]
    with clock("evaluate"):
        facts = [fit.facts(panel, fold.pairs, k) for k, (fit, fold) in enumerate(zip(fits[:-1], plan, strict=True))]
        judged = evaluate(
            [walked.tested for walked in (own, *others)],
            network=recipe.name,
            panel=panel,
            facts=facts,
            mechanical=fresher_column(panel),
        )
    run = Run(
        network=recipe.name,
        forecasts={walked.tested.model: walked.tested for walked in (own, *others)},
        coming={walked.coming.model: walked.coming for walked in (own, *others)},
        history=history_frame(panel),
        curves=curves(fits[:-1], recipe.seed),
        folds=ledgers(panel, fits[:-1], own.tested),
        recipe=recipe.to_dict(),
        info=account(panel, recipe, fits[-1], clock.seconds, calibration.outcomes, [*rival_notes(rivals), *expected])
        | dict(about or {}),
        model=fits[-1].forecaster(panel, calibration),
        target=panel.columns[0].name,
        title=title,
        layers=tuple(fits[0].layers),
        parameters=facts[0].parameters,
        training_shape=fits[0].training_shape,
        findings=(
            *judged.findings,
            *untested(panel, own.tested),
            *(finding for walked in others for finding in walked.findings),
        ),
        **tables(judged, recipe.seed),
    )
    if out is not None:
        run.save(out, overwrite=overwrite)
    return run


def power_notes(panel: Panel, plan: Sequence[Fold], horizon: int) -> list[str]:
    """Say before training what the test could find at all; nothing where the series are too short to say."""
    try:
        return [power(panel, horizon=horizon, sessions=len(tested_moments(panel, plan))).line]
    except NotEnoughHistory:
        return []


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


def begin_folder(
    out: str | Path, recipe: Network, panel: Panel, plan: Sequence[Fold], rivals: list[str], overwrite: bool
) -> Path:
    """Claim the run folder and give the place for checkpoints in it."""
    from longshort.results.folder import begin

    identity = {
        "recipe": recipe.to_dict(),
        "data": panel.fingerprint(),
        "fits": [fold.fit_at for fold in plan],
        "rivals": rivals,
    }
    return begin(out, identity, overwrite)


def tables(judged: Evaluation, seed: int) -> dict[str, Any]:
    """Choose what a run keeps of its evaluation beside the findings; members are named by their seeds."""
    names = ("scores", "skill", "coverage", "reliability", "lag", "details", "verdict")
    kept = {name: getattr(judged, name) for name in names}
    return kept | {"seeds": judged.seeds.with_columns(pl.col("seed") + seed)}
