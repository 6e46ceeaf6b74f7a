"""A forecaster: a fitted network with its calibration and the data it was fitted on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from longshort.backtest.conformal import Calibration, fit_calibration
from longshort.data.ahead import refuse_missing_ahead
from longshort.data.append import append
from longshort.data.matching import matched
from longshort.data.panel import Panel
from longshort.data.windows import last_pairs
from longshort.errors import DataError
from longshort.forecasting.fitted import Fitted
from longshort.forecasting.recipe import Recipe
from longshort.results.forecast import Forecast
from longshort.training.records import Record

if TYPE_CHECKING:
    from longshort.forecasting.stream import Stream


@dataclass(frozen=True, eq=False)
class Forecaster:
    """Hold a trained system: `predict` gives the coming sessions as calibrated distributions.

    `panel` is the data that the network was fitted on (and what `update` has added): forecasts start at its end.
    """

    fitted: Fitted
    calibration: Calibration
    panel: Panel

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        return f"Forecaster({self.recipe.name!r}, {self.recipe.horizon} steps, {self.panel!r})"

    @property
    def recipe(self) -> Recipe:
        """Give the recipe that was fitted."""
        return self.fitted.recipe

    def predict(self, panel: Panel | Any = None) -> Forecast:
        """Forecast from the end of a panel, or of the own data; the network is not trained again.

        A Panel, or any table that `longshort.read` takes; columns are found by name. Raises DataError where one of the
        fit's is missing, and where a column known in advance has no values for the coming steps.
        """
        panel = self.panel if panel is None else self.as_panel(panel)
        refuse_missing_ahead(panel, self.recipe.horizon)
        return self.calibration.apply(self.fitted.predict(panel, last_pairs(panel)))

    def update(self, rows: Panel | Any) -> "Forecaster":
        """Add newer sessions (a Panel, or any table that `longshort.read` takes) and forecast from there.

        The network stays as it is. Raises DataError where rows are not newer, or columns differ.
        """
        return replace(self, panel=append(self.panel, self.as_panel(rows)))

    def start(self, history: Panel | Any = None, unique_id: str | None = None) -> "Stream":
        """Go on row by row from the end of a history: the own data, a Panel or any table that `longshort.read` takes.

        `Stream.step` then takes one new row after the other, each in microseconds. A stream follows one series, named
        by `unique_id` where there are several. Raises SettingsError for recipes that keep no state from row to row,
        those whose inputs are relative to the window and free runs.
        """
        from longshort.forecasting.stream import start_stream

        return start_stream(self, self.panel if history is None else self.as_panel(history), unique_id)

    def as_panel(self, rows: Panel | Any) -> Panel:
        """Give a Panel with the fit's columns; read any other table as the own data were.

        A single series that no column names takes the name of the only one that there is.
        """
        if isinstance(rows, Panel):
            return matched(rows, self.fitted.columns)
        from longshort.data.readers import read

        own = self.panel
        panel = matched(read(rows, target=own.columns[0].name, calendar=own.calendars[0].name), self.fitted.columns)
        alone = len(own) == len(panel) == 1 and not (own.named and panel.named)
        return replace(panel, ids=own.ids) if alone else panel

    def save(self, path: str | Path) -> None:
        """Write the forecaster into a folder as safetensors and JSON; nothing in it can execute."""
        from longshort.forecasting.storage import save

        save(self, Path(path))


def fit_forecaster(
    recipe: Recipe,
    panel: Panel,
    *,
    device: str,
    listen: Callable[[Record], None] | None,
    checkpoint: Path | None,
) -> Forecaster:
    """Fit a recipe on the whole of a panel and calibrate it on the stretch held back."""
    if not len(panel.times):
        raise DataError("the panel has no rows to learn from.")
    cutoff = int(panel.times.max())
    panel = recipe.usable(panel, cutoff)
    (fitted,) = recipe.fit(panel, [cutoff], device=device, listen=listen, checkpoint=checkpoint)
    return Forecaster(fitted, own_calibration(fitted, panel), panel)


def own_calibration(fitted: Fitted, panel: Panel) -> Calibration:
    """Calibrate a fit on the stretch that it held back; without one nothing is moved."""
    return fit_calibration(fitted.predict(panel, fitted.validation_pairs(panel)))
