"""What a user calls: an audit of forecasts, of a pipeline, of a command, of a confusion matrix."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from longshort.audit.audit import Audit
from longshort.audit.confusion import audit_confusion
from longshort.audit.judge import Asked, judge_read
from longshort.audit.leaking import audit_command, audit_leakage
from longshort.audit.reading import read_forecasts
from longshort.audit.reading.folder import is_run_folder
from longshort.data.calendars.protocol import DAY
from longshort.data.panel import Panel
from longshort.errors import SettingsError
from longshort.evaluation.hindsight import compare_versions
from longshort.finding import Finding

__all__ = ["audit", "audit_command", "audit_confusion", "audit_leakage"]


def audit(
    forecasts: object,
    actuals: object = None,
    *,
    target: str | None = None,
    baselines: Sequence[str] | None = None,
    season: int | None = None,
    trials: int | None = None,
    trained_until: str | date | int | None = None,
    previous: object = None,
    direction: str | None = None,
    fee_bps: float | None = None,
    about: Mapping[str, Any] | None = None,
    **reading: Any,
) -> Audit:
    """Judge anybody's forecasts: skill, copying, calibration, direction, money, signs of a leak, in one sentence.

    Args:
        forecasts: A file, a run folder or a table (`audit.reading.read_forecasts` says of which shapes).
        actuals: What happened: a Panel or anything that `longshort.read` takes; None where the forecasts hold it.
        target: The column of the actuals that was forecast.
        baselines: Some of the baselines, by name, instead of all that apply; the verdict says so.
        season: The length of the season in units of the calendar; None takes what the data show.
        trials: How many models, this one among them, were tried on these outcomes; p-values are corrected for it.
        trained_until: The last day that the model was trained on; what is forecast up to it counts as a defect.
        previous: An older version of the same forecasts, to see whether they were changed afterwards.
        direction: What an outcome's direction is: "change", "sign" or "none"; None lets the data decide.
        fee_bps: Fees and slippage of a trade in basis points (5 unless given; given, the target counts as a price).
        about: Kept with the audit, such as the command that was typed.
        reading: `step`, `cutoff_lag`, `id`, `date`, `cutoff`, `model`, `forecast` and the other options of
            `audit.reading.read_forecasts`, where something is not recognised.

    Raises:
        DataError: Forecasts or actuals that cannot be used as they are.
        SettingsError: Options out of range, or that contradict each other.

    >>> import polars as pl
    >>> days = pl.date_range(pl.date(2023, 1, 1), pl.date(2023, 12, 31), eager=True)
    >>> y = np.random.default_rng(0).normal(size=len(days)).cumsum() + 100
    >>> table = pl.DataFrame({"date": days[1:], "y": y[1:], "forecast": y[:-1] * 1.001})
    >>> audit(table, step=1).verdict[:8]
    'No skill'

    """
    if trials is not None and trials < 1:
        raise SettingsError(
            f"--trials {trials} is no number of models.", hint="Count this one too: --trials 1 or more."
        )
    if season is not None and season < 1:
        raise SettingsError(f"--season {season} is no number of sessions.", hint="Pass --season 1 or more.")
    read = read_forecasts(forecasts, actuals, target=target, **reading)
    found: list[Finding] = []
    if previous is not None:
        known = None if is_run_folder(previous) else read.panel
        older = read_forecasts(previous, known, **_without(reading, "actuals_options"))
        found = compare_versions(older.forecasts, read.forecasts)
    asked = Asked(baselines, season, trials, _moment(trained_until, read.panel), direction, fee_bps)
    return judge_read(read, asked, found, about)


def _without(options: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key != name}


def _moment(day: str | date | int | None, panel: Panel) -> int | None:
    """Turn a day into a time as the panel counts it: the day's last one, or a row's number where nothing is dated."""
    if day is None:
        return None
    if not panel.dated:
        try:
            return int(str(day))
        except ValueError:
            raise SettingsError(
                f"--trained-until {day!r} is no row.", hint="The rows have no dates: pass a number."
            ) from None
    try:
        start = np.datetime64(str(day), "D")
    except ValueError:
        raise SettingsError(f"--trained-until {day!r} is no day.", hint="Write it as 2017-12-31.") from None
    daily = not (panel.times % DAY).any()
    return int((start + (0 if daily else 1)).astype("datetime64[us]").astype(np.int64)) - (0 if daily else 1)
