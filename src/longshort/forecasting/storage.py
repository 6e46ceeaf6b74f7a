"""A forecaster as plain data and numbers, as its folder holds them, and back."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from longshort.backtest.conformal import Calibration
from longshort.data import calendars, transforms
from longshort.data.panel import Column, Panel
from longshort.forecasting.fitted import Fitted, Seen
from longshort.forecasting.recipe import from_mapping
from longshort.forecasting.shrinkage import Shrinkage
from longshort.language import Message, restored
from longshort.nn.network import Network, parameter_shapes
from longshort.results.model import Arrays, Stored, write_model
from longshort.training.records import Record

if TYPE_CHECKING:
    from longshort.forecasting.forecaster import Forecaster

KIND = "longshort forecaster"


def save(forecaster: "Forecaster", path: Path) -> None:
    """Write a forecaster into a folder."""
    write_model(path, KIND, _description(forecaster), forecaster.fitted.parameters, _arrays(forecaster))


def _arrays(forecaster: "Forecaster") -> Arrays:
    fitted, panel = forecaster.fitted, forecaster.panel
    arrays = {
        "centre": fitted.centre,
        "spread": fitted.spread,
        "seen.input_low": fitted.seen.input_low,
        "seen.input_high": fitted.seen.input_high,
        "calibration.shift": forecaster.calibration.shift,
        "panel.values": panel.values,
        "panel.times": panel.times,
        "panel.sessions": panel.sessions,
        "panel.offsets": panel.offsets,
    }
    if fitted.shrinkage is not None:
        arrays["shrinkage.median"] = fitted.shrinkage.median
        arrays["shrinkage.trust"] = np.array([fitted.shrinkage.trust])
    if fitted.residuals is not None:
        arrays["residuals"] = fitted.residuals
    return arrays


def _description(forecaster: "Forecaster") -> dict[str, Any]:
    fitted, panel = forecaster.fitted, forecaster.panel
    return {
        "recipe": fitted.recipe.to_dict(),
        "network": msgspec.to_builtins(fitted.network),
        "members": len(fitted.parameters),
        "coordinates": transforms.to_dict(fitted.coordinates),
        "columns": fitted.columns,
        "names": fitted.names,
        "seen": {
            "target_low": fitted.seen.target_low,
            "target_high": fitted.seen.target_high,
            "targets": fitted.seen.targets,
            "windows": fitted.seen.windows,
            "never_negative": fitted.seen.never_negative,
        },
        "cutoff": fitted.cutoff,
        "validation_from": fitted.validation_from,
        "ledger": fitted.ledger,
        "records": [[asdict(record) for record in records] for records in fitted.records],
        "calibration": {
            "quantile_levels": forecaster.calibration.quantile_levels,
            "outcomes": forecaster.calibration.outcomes,
        },
        "panel": {
            "ids": panel.ids,
            "columns": [asdict(column) for column in panel.columns],
            "calendars": [calendars.to_dict(calendar) for calendar in panel.calendars],
            "dated": panel.dated,
            "named": panel.named,
            "notes": [note.to_dict() if isinstance(note, Message) else note for note in panel.notes],
        },
    }


def assemble(stored: Stored) -> "Forecaster":
    """Build a forecaster from what its folder holds."""
    from longshort.forecasting.forecaster import Forecaster

    data, arrays = stored.description, stored.arrays
    network = msgspec.convert(data["network"], Network)
    shapes, inputs, steps = parameter_shapes(network), network.inputs, network.horizon
    recipe = from_mapping(data["recipe"])
    fitted = Fitted(
        recipe=recipe,
        network=network,
        parameters=tuple(stored.member(number, shapes) for number in range(data["members"])),
        coordinates=transforms.from_dict(data["coordinates"]),
        columns=tuple(data["columns"]),
        names=tuple(data["names"]),
        centre=stored.array("centre", inputs),
        spread=stored.array("spread", inputs),
        seen=Seen(stored.array("seen.input_low", inputs), stored.array("seen.input_high", inputs), **data["seen"]),
        cutoff=data["cutoff"],
        validation_from=data["validation_from"],
        ledger=data["ledger"],
        records=tuple(tuple(Record(**record) for record in records) for records in data["records"]),
        device="cpu",
        residuals=stored.array("residuals", steps, len(recipe.quantile_levels)) if "residuals" in arrays else None,
        shrinkage=_shrinkage(stored, steps),
    )
    levels = tuple(data["calibration"]["quantile_levels"])
    shift = stored.array("calibration.shift", recipe.horizon, len(levels))
    return Forecaster(
        fitted, Calibration(levels, shift, data["calibration"]["outcomes"]), _panel(data["panel"], stored)
    )


def _shrinkage(stored: Stored, steps: int) -> Shrinkage | None:
    if "shrinkage.median" not in stored.arrays:
        return None
    return Shrinkage(stored.array("shrinkage.median", steps), float(stored.array("shrinkage.trust", 1)[0]))


def _panel(data: dict[str, Any], stored: Stored) -> Panel:
    offsets = stored.array("panel.offsets", len(data["ids"]) + 1)
    rows = len(stored.arrays["panel.times"])
    if offsets[0] != 0 or offsets[-1] != rows or (np.diff(offsets) < 0).any():
        raise ValueError("the series do not lie behind one another")
    shared: dict[str, Any] = {}
    rebuilt = [shared.setdefault(json.dumps(c, sort_keys=True), calendars.from_dict(c)) for c in data["calendars"]]
    return Panel(
        values=stored.array("panel.values", rows, len(data["columns"]), finite=False),
        times=stored.array("panel.times", rows),
        sessions=stored.array("panel.sessions", rows),
        offsets=offsets,
        ids=tuple(data["ids"]),
        columns=tuple(Column(**column) for column in data["columns"]),
        calendars=tuple(rebuilt),
        dated=data["dated"],
        named=data.get("named", False),
        notes=tuple(restored(data["notes"])),
    )
