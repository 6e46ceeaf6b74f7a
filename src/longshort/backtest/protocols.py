"""What the backtest asks of a network, so that it never imports one."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from longshort.backtest.conformal import Calibration
from longshort.baselines import Fitted
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.evaluation.facts import FitFacts
from longshort.results.run import Savable


class NetworkFit(Fitted, Protocol):
    """Be what a network's fit gives beside its forecasts: what it held back, saw and learnt."""

    @property
    def ledger(self) -> Mapping[str, Mapping[str, Any]]:
        """Give the stretches `known`, `train` and `validation`: first and last time, number of sessions."""
        ...

    @property
    def records(self) -> Sequence[Sequence[Any]]:
        """Give each member's records, one for each epoch: `epoch`, losses, `gradient_norm`."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Say in one sentence each what was chosen."""
        ...

    @property
    def device(self) -> str:
        """Name where it was trained: `cpu` or `cuda`."""
        ...

    @property
    def layers(self) -> Sequence[Mapping[str, Any]]:
        """List the network's layers: `layer`, `output_shape` (None: any number of windows) and `parameters` of each."""
        ...

    @property
    def training_shape(self) -> tuple[int, ...]:
        """Give the shape of what it learnt from: windows, sessions in each, inputs."""
        ...

    def validation_pairs(self, panel: Panel) -> Pairs:
        """List the cutoffs that were held back and whose outcomes were all known at the fit's own cutoff."""
        ...

    def facts(self, panel: Panel, pairs: Pairs, fold: int) -> FitFacts:
        """Say what the evaluation wants to know of this fit, given the cutoffs at which it was tested."""
        ...

    def forecaster(self, panel: Panel, calibration: Calibration) -> Savable:
        """Join the fit with a calibration and the data to forecast from: what a run keeps as its model."""
        ...


class Network(Protocol):
    """Be what a recipe is: settings that can be fitted at cutoffs."""

    @property
    def name(self) -> str:
        """Give the network's name in every table."""
        ...

    @property
    def horizon(self) -> int:
        """Count the sessions ahead."""
        ...

    @property
    def seed(self) -> int:
        """Give the first member's seed; the others' follow it."""
        ...

    @property
    def quantile_levels(self) -> tuple[float, ...]:
        """Give the probabilities whose quantiles are forecast."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as plain nested dictionaries."""
        ...

    def with_history(self, sessions: int) -> "Network":
        """Let every fit learn from its newest sessions only."""
        ...

    def usable(self, panel: Panel, cutoff: int) -> Panel:
        """Leave out the series that are too short at a cutoff for the settings."""
        ...

    def fit(
        self,
        panel: Panel,
        cutoffs: Sequence[int],
        *,
        device: str,
        listen: Callable[[Any], None] | None,
        checkpoint: Path | None,
    ) -> Sequence[NetworkFit]:
        """Fit once for each cutoff time, each time on rows at or before it."""
        ...
