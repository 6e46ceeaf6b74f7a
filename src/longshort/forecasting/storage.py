"""A forecaster in a folder: numbers as safetensors, everything else as JSON, nothing that can execute.

The description holds the checksums of the other two files and its own, so that no damage passes for a model.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.backtest.conformal import Calibration
from longshort.data import calendars, transforms
from longshort.data.panel import Column, Panel
from longshort.errors import LongshortError, RunFolderError
from longshort.forecasting.fitted import Fitted, Seen
from longshort.forecasting.recipe import from_mapping
from longshort.forecasting.shrinkage import Shrinkage
from longshort.nn.network import Network, parameter_shapes
from longshort.results.files import atomic_write
from longshort.results.manifest import digest, fingerprint
from longshort.results.plain import to_json
from longshort.training.records import Record

if TYPE_CHECKING:
    from longshort.forecasting.forecaster import Forecaster

SCHEMA = 1
WEIGHTS, ARRAYS, DESCRIPTION = "weights.safetensors", "arrays.safetensors", "model.json"
AGAIN = "Fit the model again."


def save(forecaster: "Forecaster", path: Path) -> None:
    """Write a forecaster; the description comes last, so that a folder without it is unfinished."""
    from safetensors.numpy import save as pack

    fitted = forecaster.fitted
    weights = {
        f"{member}.{name}": np.ascontiguousarray(values)
        for member, parameters in enumerate(fitted.parameters)
        for name, values in parameters.items()
    }
    atomic_write(path / WEIGHTS, pack(weights))
    atomic_write(path / ARRAYS, pack(_arrays(forecaster)))
    files = {name: fingerprint(path / name) for name in (WEIGHTS, ARRAYS)}
    description = _description(forecaster) | {"files": files}
    atomic_write(path / DESCRIPTION, to_json(description | {"digest": digest(description)}, indent=1))


def _arrays(forecaster: "Forecaster") -> dict[str, NDArray[Any]]:
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
    return {name: np.ascontiguousarray(values) for name, values in arrays.items()}


def _description(forecaster: "Forecaster") -> dict[str, Any]:
    fitted, panel = forecaster.fitted, forecaster.panel
    return {
        "schema": SCHEMA,
        "kind": "longshort forecaster",
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
            "notes": panel.notes,
        },
    }


def load(path: Path) -> "Forecaster":
    """Read a forecaster back; RunFolderError names the file that is missing, damaged, foreign or too new."""
    folder = path / "model" if (path / "model" / DESCRIPTION).exists() else path
    if not (folder / DESCRIPTION).exists():
        raise RunFolderError(
            f"{str(path)!r} holds no longshort model ({DESCRIPTION} is missing).",
            hint="Pass a run folder that is complete, or one written by forecaster.save(...).",
        )
    description = _read_description(folder / DESCRIPTION)
    try:
        return _assemble(description, *(_read(folder / name, description) for name in (WEIGHTS, ARRAYS)))
    except LongshortError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, msgspec.ValidationError) as error:
        raise RunFolderError(
            f"{str(folder)!r} is damaged: its files do not belong together ({error}).", hint=AGAIN
        ) from error


def _read_description(path: Path) -> dict[str, Any]:
    try:
        description = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{str(path)!r} is damaged or cannot be read: {error}.", hint=AGAIN) from error
    if not isinstance(description, dict) or description.get("kind") != "longshort forecaster":
        raise RunFolderError(f"{str(path)!r} is not a longshort forecaster.", hint="Pass the folder of one.")
    schema = description.get("schema")
    if schema != SCHEMA:
        raise RunFolderError(
            f"{str(path)!r} has schema {schema!r}, but this longshort reads {SCHEMA}.",
            hint="It was written by a newer longshort: upgrade, or fit the model again.",
        )
    if description.get("digest") != digest(description):
        raise RunFolderError(f"{str(path)!r} is damaged: it is not what was written there.", hint=AGAIN)
    return description


def _read(path: Path, description: dict[str, Any]) -> dict[str, NDArray[Any]]:
    from safetensors.numpy import load as unpack

    try:
        whole = fingerprint(path) == description["files"][path.name]
    except OSError as error:
        raise RunFolderError(f"{str(path)!r} is missing or cannot be read: {error}.", hint=AGAIN) from error
    if not whole:
        raise RunFolderError(f"{str(path)!r} is damaged: it is not what was written there.", hint=AGAIN)
    arrays: dict[str, NDArray[Any]] = unpack(path.read_bytes())
    return arrays


def _assemble(data: dict[str, Any], weights: dict[str, NDArray[Any]], arrays: dict[str, NDArray[Any]]) -> "Forecaster":
    from longshort.forecasting.forecaster import Forecaster

    network = msgspec.convert(data["network"], Network)
    shapes = parameter_shapes(network)
    members = tuple({name: weights[f"{i}.{name}"] for name in shapes} for i in range(data["members"]))
    for name, shape in shapes.items():
        if any(parameters[name].shape != shape or not np.isfinite(parameters[name]).all() for parameters in members):
            raise ValueError(f"weight {name!r} is not a finite array of shape {shape}")
    fitted = Fitted(
        recipe=from_mapping(data["recipe"]),
        network=network,
        parameters=members,
        coordinates=transforms.from_dict(data["coordinates"]),
        columns=tuple(data["columns"]),
        names=tuple(data["names"]),
        centre=arrays["centre"],
        spread=arrays["spread"],
        seen=Seen(arrays["seen.input_low"], arrays["seen.input_high"], **data["seen"]),
        cutoff=data["cutoff"],
        validation_from=data["validation_from"],
        ledger=data["ledger"],
        records=tuple(tuple(Record(**record) for record in records) for records in data["records"]),
        device="cpu",
        residuals=arrays.get("residuals"),
        shrinkage=_shrinkage(arrays),
    )
    calibration = data["calibration"]
    return Forecaster(
        fitted,
        Calibration(tuple(calibration["quantile_levels"]), arrays["calibration.shift"], calibration["outcomes"]),
        _panel(data["panel"], arrays),
    )


def _shrinkage(arrays: dict[str, NDArray[Any]]) -> Shrinkage | None:
    if "shrinkage.median" not in arrays:
        return None
    return Shrinkage(arrays["shrinkage.median"], float(arrays["shrinkage.trust"][0]))


def _panel(data: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Panel:
    shared: dict[str, Any] = {}
    rebuilt = [shared.setdefault(json.dumps(c, sort_keys=True), calendars.from_dict(c)) for c in data["calendars"]]
    return Panel(
        values=arrays["panel.values"],
        times=arrays["panel.times"],
        sessions=arrays["panel.sessions"],
        offsets=arrays["panel.offsets"],
        ids=tuple(data["ids"]),
        columns=tuple(Column(**column) for column in data["columns"]),
        calendars=tuple(rebuilt),
        dated=data["dated"],
        notes=tuple(data["notes"]),
    )
