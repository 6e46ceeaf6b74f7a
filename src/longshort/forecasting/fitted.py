"""A fitted network: it forecasts from any cutoff at or after its own."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from longshort.backtest.conformal import Calibration
from longshort.data.features import features
from longshort.data.panel import Panel
from longshort.data.transforms import Coordinates, forward, inverse, target_affine
from longshort.data.windows import Pairs, outcomes
from longshort.errors import DataError, examples
from longshort.evaluation.facts import FitFacts
from longshort.forecasting.dataset import arrange, shown
from longshort.forecasting.recipe import Recipe
from longshort.forecasting.shrinkage import Shrinkage, fit_shrinkage
from longshort.language import message
from longshort.nn import heads
from longshort.nn.initialisers import Parameters
from longshort.nn.network import Network, count_parameters, layer_table
from longshort.results.forecast import Forecast, from_arrays
from longshort.training.batch import Windows
from longshort.training.engine import resolve_engine
from longshort.training.predict import predict
from longshort.training.records import Record

if TYPE_CHECKING:
    from longshort.forecasting.forecaster import Forecaster

Floats = NDArray[np.float64]
BLOCK = 64  # pairs whose heads are read together
FREE_RUNS = 16  # cutoffs from which a free run is calibrated


@dataclass(frozen=True, eq=False)
class Seen:
    """Hold what training saw: the range of each input and of the target, in the network's coordinates, and how many.

    `targets` counts the outcomes it learnt from, `windows` the stretches of sessions it was shown. `never_negative`
    says that no known target was below zero: then no forecast is, either.
    """

    input_low: Floats
    input_high: Floats
    target_low: float
    target_high: float
    targets: int
    windows: int = 0
    never_negative: bool = False


@dataclass(frozen=True, eq=False)
class Fitted:
    """Hold the members of one fit and all that a forecast needs: transform, inputs' centre and spread, ledger.

    `residuals` are the quantiles of what a point head missed on the rows held back, in the network's coordinates,
    `[step, level]`; a head that gives a distribution has none. `shrinkage` draws the centre towards the history's.
    """

    recipe: Recipe
    network: Network
    parameters: tuple[Parameters, ...]
    coordinates: Coordinates
    columns: tuple[str, ...]
    names: tuple[str, ...]
    centre: Floats
    spread: Floats
    seen: Seen
    cutoff: int
    validation_from: int | None
    ledger: dict[str, dict[str, Any]]
    records: tuple[tuple[Record, ...], ...]
    device: str
    residuals: Floats | None = None
    shrinkage: Shrinkage | None = None

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair, not yet calibrated; each forecast uses rows at or before its own cutoff only."""
        self.refuse_other_columns(panel)
        if self.recipe.window.steps == "recursive":
            from longshort.forecasting.recursive import run_freely

            return run_freely(self, panel, pairs)
        raw = self.raw(panel, pairs)
        centre, quantiles = self.transformed(raw)
        loc, scale = target_affine(panel, self.coordinates, self.network.horizon)
        return self.forecast(panel, pairs, centre, quantiles, loc[pairs.rows], scale[pairs.rows])

    def forecast(
        self, panel: Panel, pairs: Pairs, centre: Floats, quantiles: Floats, loc: Floats, scale: Floats
    ) -> Forecast:
        """Move `[member, pair, step(, level)]` into the target's unit; the ensemble averages the members' quantiles."""
        log = self.coordinates.log
        seed_quantiles = self.within(inverse(quantiles, loc, scale, log))
        seed_mean = self.within(inverse(centre[..., None], loc, scale, log)[..., 0])
        ensemble = from_arrays(
            self.recipe.name,
            panel,
            pairs,
            self.within(inverse(centre.mean(axis=0)[..., None], loc, scale, log)[..., 0]),
            quantile_levels=self.recipe.quantile_levels,
            quantiles=self.within(inverse(quantiles.mean(axis=0), loc, scale, log)),
        )
        return replace(ensemble, seed_mean=seed_mean, seed_quantiles=seed_quantiles, limits=self.limits)

    def raw(self, panel: Panel, pairs: Pairs) -> NDArray[np.float32]:
        """Run every member over the window that ends at each pair's cutoff, `[member, pair, step, output]`."""
        windows = arrange(self.recipe, panel, self.coordinates, self.inputs(panel))
        return predict(self.network, self.parameters, windows, pairs.rows, device=self.device)

    def say(self, rows: NDArray[np.float32], missing: NDArray[np.int64]) -> NDArray[np.float32]:
        """Run every member over windows `[window, time, feature]`, the first `missing` rows of each not there."""
        count, length, features = rows.shape
        flat, begin = np.ascontiguousarray(rows).reshape(-1, features), np.arange(count) * length
        windows = Windows(
            inputs=flat,
            input_loc=flat if self.coordinates.settings.name == "window_log_ratio" else None,
            input_scale=None,
            targets=np.empty((len(flat), 0), np.float32),
            split=np.zeros(len(flat), np.int8),
            first=np.repeat(begin + missing, length),
            train=np.empty(0, np.int64),
            validation=np.empty(0, np.int64),
            length=length,
            burn_in=length - 1,
        )
        return predict(self.network, self.parameters, windows, begin + length - 1, device=self.device)

    def inputs(self, panel: Panel) -> Floats:
        """Give every row's inputs as the network takes them."""
        _, table = features(panel, self.coordinates, self.network.horizon)
        return (table - self.centre) / self.spread

    def transformed(self, raw: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """Read centre `[member, pair, step]` and quantiles `[..., level]` off the heads, in the network's coordinates.

        Pairs are taken in blocks of one size: the last bits of vectorised functions depend on where in an array a
        number lies, and a forecast must not depend on its company.
        """
        count = raw.shape[1]
        padded = np.pad(raw, ((0, 0), (0, -count % BLOCK), (0, 0), (0, 0)))
        blocks = [self.read_head(padded[:, start : start + BLOCK]) for start in range(0, padded.shape[1], BLOCK)]
        if not blocks:
            steps, levels = raw.shape[2], len(self.recipe.quantile_levels)
            return np.empty((len(raw), 0, steps)), np.empty((len(raw), 0, steps, levels))
        centre, quantiles = (np.concatenate(parts, axis=1)[:, :count] for parts in zip(*blocks, strict=True))
        return self.shrinkage.apply(centre, quantiles) if self.shrinkage else (centre, quantiles)

    def read_head(self, raw: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """Read centre and quantiles off raw numbers `[member, pair, step, output]`, before any shrinkage."""
        raw = np.ascontiguousarray(raw)
        centre = heads.centre(self.network, raw)
        if heads.gives_quantiles(self.network):
            return centre, heads.quantiles(self.network, raw, self.recipe.quantile_levels)
        if self.residuals is None:
            return centre, np.repeat(centre[..., None], len(self.recipe.quantile_levels), axis=-1)
        quantiles = centre[..., None] + self.residuals
        return centre, np.clip(quantiles, *heads.limits(self.network)) if self.is_bounded else quantiles

    @property
    def is_bounded(self) -> bool:
        """Say whether the head itself never leaves its limits."""
        return self.network.model.head == "bounded"

    @property
    def limits(self) -> tuple[float, float] | None:
        """Give the values that no forecast leaves, in the target's unit: a bounded head's, or 0 and more; else None."""
        if self.is_bounded:
            return heads.limits(self.network)
        return (0.0, np.inf) if self.seen.never_negative else None

    def within(self, values: Floats) -> Floats:
        """Keep values, in the target's unit, within the limits."""
        return values if self.limits is None else np.clip(values, *self.limits)

    def validation_pairs(self, panel: Panel) -> Pairs:
        """List the cutoffs that were held back from this fit and whose steps were all known at its own cutoff.

        Of a free run, which is many runs of many steps from each of them, a few that lie evenly.
        """
        pairs = self.held_back(panel)
        if self.recipe.window.steps != "recursive" or len(pairs) <= FREE_RUNS:
            return pairs
        return pairs[np.linspace(0, len(pairs) - 1, FREE_RUNS).round().astype(np.int64)]

    def held_back(self, panel: Panel) -> Pairs:
        """List every cutoff that was held back from this fit and whose steps were all known at its own cutoff."""
        inside = panel.times <= self.cutoff
        if self.validation_from is None:
            inside &= False
        else:
            inside &= panel.times >= self.validation_from
        rows = np.flatnonzero(inside & ~np.isnan(panel.target))
        series = panel.series[rows]
        after = np.searchsorted(series, series, side="right") - np.arange(len(rows)) - 1
        chosen = rows[after >= self.recipe.horizon]
        return Pairs(panel.series[chosen], chosen)

    def with_residuals(self, panel: Panel) -> "Fitted":
        """Give a point head its quantiles: those of what it missed on the rows held back, or, failing these, learnt."""
        if heads.gives_quantiles(self.network):
            return self
        pairs = self.held_back(panel)
        if len(pairs) < 2:
            rows = np.flatnonzero(panel.times <= self.cutoff)[: -self.recipe.horizon or None]
            pairs = Pairs(panel.series[rows], rows)
        missed = self.targets(panel, pairs) - self.transformed(self.raw(panel, pairs))[0].mean(axis=0)
        return replace(self, residuals=np.nanquantile(missed, self.recipe.quantile_levels, axis=0).T)

    def with_shrinkage(self, panel: Panel, median: Floats) -> "Fitted":
        """Draw the centre towards the training median of each step, as far as the rows held back ask for it."""
        settings = self.coordinates.settings
        pairs = self.held_back(panel)
        if not (settings.shrink and self.coordinates.relative and len(pairs)):
            return self
        centre = self.transformed(self.raw(panel, pairs))[0].mean(axis=0)
        times = panel.times[pairs.rows]
        return replace(self, shrinkage=fit_shrinkage(median, centre, self.targets(panel, pairs), times))

    def targets(self, panel: Panel, pairs: Pairs) -> Floats:
        """Give what happened after each pair in the network's coordinates, `[pair, step]`."""
        loc, scale = target_affine(panel, self.coordinates, self.network.horizon)
        happened = outcomes(panel, pairs, self.network.horizon)
        return forward(happened, loc[pairs.rows], scale[pairs.rows], self.coordinates.log)

    def facts(self, panel: Panel, pairs: Pairs, fold: int) -> FitFacts:
        """Say what evaluation wants to know of this fit, given the cutoffs at which it was tested."""
        targets = self.targets(panel, pairs)
        targets = targets[np.isfinite(targets)]
        beyond = (targets < self.seen.target_low) | (targets > self.seen.target_high)
        best = [best_of(records) for records in self.records]
        return FitFacts(
            fold=fold,
            parameters=count_parameters(self.network),
            training_targets=self.seen.targets,
            inputs_outside=self.inputs_outside(panel, pairs),
            targets_outside=float(beyond.mean()) if beyond.size else 0.0,
            best_train_loss=tuple(record.train_loss for record in best),
            best_validation_loss=tuple(record.validation_loss for record in best),
        )

    def inputs_outside(self, panel: Panel, pairs: Pairs) -> float:
        """Give the share of what the networks are shown at some cutoffs that lies outside what training saw."""
        windows = arrange(self.recipe, panel, self.coordinates, self.inputs(panel))
        outside = [
            ((part < self.seen.input_low) | (part > self.seen.input_high)).ravel()
            for part in shown(windows, pairs.rows)
        ]
        every = np.concatenate(outside)
        return float(every.mean()) if every.size else 0.0

    @property
    def layers(self) -> tuple[dict[str, Any], ...]:
        """List the network's layers: name, output shape and parameters of each."""
        return tuple(layer_table(self.network, self.recipe.window.context_length))

    @property
    def training_shape(self) -> tuple[int, int, int]:
        """Give the shape of what it learnt from: windows, sessions in each, inputs."""
        return self.seen.windows, self.recipe.window.context_length, len(self.names)

    @property
    def notes(self) -> tuple[str, ...]:
        """Say in one sentence each what was chosen: device, network, target and what training counts."""
        model, training = self.recipe.model, structs.replace(self.recipe.training, precision="float32")
        bounded_below = self.limits == (0.0, np.inf) and not self.coordinates.log
        said = {
            f"run.seen_as.{self.coordinates.settings.name}": True,
            "run.mixed_precision": self.recipe.training.precision != "float32",
            "run.never_negative": bounded_below,
            "run.free_run": self.recipe.window.steps == "recursive",
            "run.all_steps": self.recipe.window.steps != "recursive",
        }
        networks = message(
            "run.networks",
            n=len(self.parameters),
            parameters=count_parameters(self.network),
            network=f"{model.num_layers} x {self.recipe.name.upper()}({model.hidden_size})",
            outcomes=self.seen.targets,
            inputs=list(self.names),
        )
        shrunk = () if self.shrinkage is None else (message("run.shrunk", share=self.shrinkage.trust),)
        kernels = resolve_engine(self.device, self.network, training).sentence
        return (kernels, networks, *shrunk, *(message(name) for name, holds in said.items() if holds))

    def forecaster(self, panel: Panel, calibration: Calibration) -> "Forecaster":
        """Join the fit with a calibration and the data to forecast from."""
        from longshort.forecasting.forecaster import Forecaster

        return Forecaster(self, calibration, panel)

    def refuse_other_columns(self, panel: Panel) -> None:
        """Raise DataError where a panel lacks the columns of the fit, or has others."""
        given = tuple(column.name for column in panel.columns)
        if given != self.columns:
            raise DataError(
                f"the model was fitted on the columns {examples(self.columns, 12)}, but these data have "
                f"{examples(given, 12)}.",
                hint="Read the new data with the same target, inputs and --join as before.",
            )


def best_of(records: tuple[Record, ...]) -> Record:
    """Give the record of the epoch whose weights were kept."""
    judged = [record for record in records if record.validation_loss is not None]
    return min(judged, key=lambda record: record.validation_loss or 0.0) if judged else records[-1]
