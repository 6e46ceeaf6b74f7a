"""A stream: a forecaster that goes on row by row, its networks' states kept."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.running import Inputs
from longshort.errors import DataError, SettingsError, examples, nearest
from longshort.forecasting.reading import Reading
from longshort.forecasting.rows import Rows
from longshort.results.forecast import Forecast
from longshort.training.stream import start

if TYPE_CHECKING:
    from longshort.forecasting.forecaster import Forecaster

AHEAD = 256  # coming sessions that are asked of the calendar at a time


class Stream:
    """Forecast one series row by row: each `step` takes a new row and gives the forecast of the sessions after it.

    The networks see the history once, from its first row on, and then each new row: what they say is what one pass
    over history and rows would give. `Forecaster.predict` lets them see the last `context_length` rows only, and so
    differs a little. A stream belongs to one thread at a time.
    """

    def __init__(self, forecaster: "Forecaster", panel: Panel) -> None:
        fitted = forecaster.fitted
        known = np.flatnonzero(~np.isnan(panel.target))
        if not len(known):
            raise DataError(
                f"the history of {panel.ids[0]!r} has no value of {panel.columns[0].name!r} to start from.",
                hint="Pass a history that ends with what is known now, or leave it out.",
            )
        end = int(known[-1]) + 1
        self._forecaster, self._ids, self._log = forecaster, panel.ids, fitted.coordinates.log
        self._rows, self._calendar = Rows(panel), panel.calendars[0]
        self._inputs = Inputs(panel, fitted.coordinates, fitted.network.horizon, end)
        self._centre, self._spread = fitted.centre.tolist(), fitted.spread.tolist()
        self._networks = start(fitted.network, fitted.parameters, device=fitted.device)
        self._reading = Reading(forecaster, panel)
        self._time = int(panel.times[end - 1])
        self._look_ahead()
        self.forecast = self._read(self._networks.window(fitted.inputs(panel)[:end].astype(np.float32)))

    def step(self, row: Mapping[str, Any] | Panel | Any) -> Forecast:
        """Take the next row and forecast the sessions after it, calibrated as `Forecaster.predict` does.

        `row` maps the names of the columns to numbers, None where blank, and `ds` (or another name for dates) to its
        date, a datetime or ISO text; where the panel has no dates, it is the next row. A Panel or a table that
        `longshort.read` takes does too, slower, and with any number of rows; where columns are known in advance, its
        last rows without a target announce them. A row whose target is blank moves the inputs on, and the forecast
        stays that from the newest known target, as in `predict`. Raises DataError for a row that is not newer than
        the last, for a missing column and for what is no number; the stream is then as it was.
        """
        if not isinstance(row, Mapping):
            return self._take(self._forecaster.as_panel(row))
        values, time = self._rows.values(row), self._rows.time(row)
        self._refuse_not_positive(values[0])
        coming = int(self._labels[self._inputs.session - self._first])
        if time is None or time == coming:
            return self._advance(values, self._inputs.session + 1, coming)
        return self._advance(values, self._sessions(np.array([time]))[0], time)

    def _advance(self, values: list[float], session: int, time: int) -> Forecast:
        named, self._time = self._inputs.step(values, session), time
        if session + self._reading.horizon >= self._first + len(self._labels):
            self._look_ahead()
        raw = self._networks.step([(x - c) / s for x, c, s in zip(named, self._centre, self._spread, strict=True)])
        if values[0] == values[0]:
            self.forecast = self._read(raw)
        return self.forecast

    def _take(self, panel: Panel) -> Forecast:
        """Go on by a panel's rows; those behind its last target announce what is known in advance."""
        self._refuse_other(panel)
        passed = len(panel.times)
        if any(column.known == "known_future" for column in panel.columns):
            passed = int(np.flatnonzero(~np.isnan(panel.target)).max(initial=-1)) + 1
        times = panel.times if panel.dated else self._time + 1 + np.arange(len(panel.times))
        rows, sessions = panel.values.tolist(), self._sessions(times)
        self._inputs.announce(sessions, rows)
        for row in range(passed):
            self._advance(rows[row], sessions[row], int(times[row]))
        return self.forecast

    def _refuse_other(self, panel: Panel) -> None:
        """Raise DataError unless a panel holds rows of this series alone, with values that the network can take."""
        self._forecaster.fitted.refuse_other_columns(panel)
        if panel.ids != self._ids:
            raise DataError(
                f"the new rows are of {examples(panel.ids)}, but the stream follows {self._ids[0]!r}.",
                hint="Pass the rows of that series alone.",
            )
        for value in panel.target.tolist():
            self._refuse_not_positive(value)

    def _refuse_not_positive(self, value: float) -> None:
        if self._log and value <= 0.0:
            raise DataError(
                f"{self._rows.names[0]!r} is {value:g}, but the model works with logarithms.",
                hint="Pass None where the value is not known, or fit again with --set transform.name=difference",
            )

    def _read(self, raw: Any) -> Forecast:
        place = self._inputs.session - self._first
        return self._reading.forecast(
            raw, self._inputs, self._time, self._labels[place : place + self._reading.horizon]
        )

    def _look_ahead(self) -> None:
        """Ask the calendar for the labels of the sessions after the last; they begin behind session `_first`."""
        self._first = self._inputs.session
        count = AHEAD + self._reading.horizon
        self._labels = self._calendar.times(np.arange(self._first + 1, self._first + 1 + count))

    def _sessions(self, times: NDArray[np.int64]) -> list[int]:
        """Give the sessions of coming rows, in order; DataError where the first is not newer than the last row."""
        last, *numbers = (
            self._calendar.numbers(np.array([self._time, *times])).tolist() if times[0] > self._time else (0, 0)
        )
        if numbers[0] <= last:
            row, newest = (
                str(np.datetime64(t, "us")).removesuffix("T00:00:00.000000") for t in (int(times[0]), self._time)
            )
            raise DataError(
                f"the row of {row} is not newer than the last, of {newest}.",
                hint="Rows come in the order of time, one a session; start again where history has changed.",
            )
        return [self._inputs.session + number - last for number in numbers]


def start_stream(forecaster: "Forecaster", panel: Panel, unique_id: str | None) -> Stream:
    """Check that a forecaster can go on row by row from a panel, and start; see `Forecaster.start`."""
    refuse_relative(forecaster)
    forecaster.fitted.refuse_other_columns(panel)
    if unique_id is None and len(panel) > 1:
        raise SettingsError(
            f"a stream follows one series, but there are {len(panel)}: {examples(panel.ids)}.",
            hint=f"Pass for example unique_id={panel.ids[0]!r}, and start one stream for each.",
        )
    if unique_id is not None and unique_id not in panel.ids:
        raise DataError(f"there is no series {unique_id!r}.", hint=nearest(unique_id, panel.ids))
    chosen = 0 if unique_id is None else panel.ids.index(unique_id)
    return Stream(forecaster, panel.only(np.array([chosen])))


def refuse_relative(forecaster: "Forecaster") -> None:
    """Raise SettingsError for recipes whose every forecast sees its own past anew."""
    hint = "Forecast with forecaster.update(rows).predict(), or fit again with "
    if forecaster.fitted.coordinates.settings.name == "window_log_ratio":
        raise SettingsError(
            "transform.name='window_log_ratio' makes inputs relative to each window's last session, so that there is "
            "no state to keep from row to row.",
            hint=f"{hint}--set transform.name=log_return",
        )
    if forecaster.recipe.window.steps == "recursive":
        raise SettingsError(
            "window.steps='recursive' runs each forecast freely from its own past, so that there is no state to keep "
            "from row to row.",
            hint=f"{hint}--set window.steps=direct",
        )
