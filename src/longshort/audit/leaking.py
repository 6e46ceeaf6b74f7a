"""The audit of a pipeline or a command: does it peek, and where it forecasts enough, is that any good."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from longshort.audit.audit import ENOUGH, Audit
from longshort.audit.judge import Asked, judge_read
from longshort.audit.leak import audit_command as try_command
from longshort.audit.leak import audit_leakage as try_pipeline
from longshort.audit.leak.result import Leak
from longshort.audit.reading import read_forecasts
from longshort.backtest.record import versions
from longshort.claims import Telling
from longshort.errors import LongshortError
from longshort.evaluation.claims import unjudged
from longshort.language import message


def audit_leakage(pipeline: Any, data: Any, *, about: Mapping[str, Any] | None = None, **options: Any) -> Audit:
    """Tell whether a forecasting function sees what comes after its cutoffs, by running it on changed data.

    `pipeline` takes a table like `data` and gives one of forecasts with their cutoffs; it may be named as
    "package.module:function" and then runs in a Python of its own each time, for `timeout` seconds at most (600). A
    function that is passed itself runs in this process, without a limit. The other options are those of
    `audit.leak.audit_leakage`: `target`, `id`, `date`, `known_future`, `noise_runs`, `changes`, `cutoffs`,
    `cutoff_lag`, `progress`. Where it forecasts from 20 cutoffs or more, what it gave on the data as they are is judged
    like any other forecasts.

    Raises SettingsError and DataError for a pipeline that cannot be run or compared: one that fails, hangs, or leaves
    with `sys.exit`.
    """
    return _audit(try_pipeline(pipeline, data, **options), data, options, about)


def audit_command(command: str, data: str | Path, *, about: Mapping[str, Any] | None = None, **options: Any) -> Audit:
    """Tell whether a command sees what comes after its cutoffs, by running it on changed copies of a file.

    `command` holds `{data}` and `{out}`; the options are those of `audit.leak.audit_command`: `target`, `id`, `date`,
    `known_future`, `timeout` (seconds a run), `noise_runs`, `changes`, `cutoffs`, `cutoff_lag`, `progress`. Its
    forecasts are judged as those of `audit_leakage` are.

    Raises SettingsError and DataError for a command that cannot be run or compared.
    """
    return _audit(try_command(command, data, **options), data, options, about)


def _audit(leak: Leak, data: Any, options: Mapping[str, Any], about: Mapping[str, Any] | None) -> Audit:
    """Put the leak into an audit of its own, or into that of the forecasts."""
    found, notes = leak.to_dict(), [*leak.notes]
    try:
        read = read_forecasts(
            leak.forecasts,
            data,
            target=options.get("target"),
            cutoff_lag=options.get("cutoff_lag"),
            actuals_options={name: options[name] for name in ("id", "date") if options.get(name)},
        )
        cutoffs = max((len(np.unique(forecast.cutoffs)) for forecast in read.forecasts), default=0)
        why = "" if cutoffs >= ENOUGH else "few_cutoffs"
    except LongshortError as error:
        why = "unread"
        notes.append(message("leak.not_scored", reason=error.message))
    if not why:
        scored = judge_read(read, Asked(tested_for_leaks=True), leak.findings, about)
        return replace(scored, leak=found, info={**scored.info, "notes": [*scored.info["notes"], *notes]})
    info = {**versions(("numpy", "polars")), "notes": notes, **dict(about or {})}
    claims, title = unjudged(why, leak.findings, tested_for_leaks=True), message("audit.title.leak")
    return Audit(claims, Telling("step", 1), tuple(leak.findings), info, leak=found, title=title)
