"""A fitted estimator in a folder: numbers as safetensors, everything else as JSON, nothing that can execute."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.errors import RunFolderError
from longshort.nn import stack as stacks
from longshort.nn import translation as translations
from longshort.nn.initialisers import Parameters
from longshort.nn.stack import Stack
from longshort.nn.translation import Translation
from longshort.results.files import atomic_write
from longshort.results.manifest import digest, fingerprint
from longshort.results.plain import plain, to_json
from longshort.sequences.classify import SequenceClassifier
from longshort.sequences.estimator import Estimator
from longshort.sequences.inputs import Inputs
from longshort.sequences.label import SequenceLabeller
from longshort.sequences.model import SequenceModel
from longshort.sequences.regress import SequenceRegressor
from longshort.sequences.translate import SequenceTranslator
from longshort.training.records import Record

SCHEMA = 1
KIND = "longshort sequence estimator"
WEIGHTS, ARRAYS, DESCRIPTION = "weights.safetensors", "arrays.safetensors", "model.json"
AGAIN = "Fit the model again."
ESTIMATORS: dict[str, type[Estimator]] = {
    one.__name__: one
    for one in (SequenceClassifier, SequenceRegressor, SequenceLabeller, SequenceModel, SequenceTranslator)
}
ABOUT_INPUTS = ("features", "vocabulary", "columns", "steps")


def save(estimator: Estimator, path: Path) -> None:
    """Write an estimator; the description comes last, so that a folder without it is unfinished."""
    from safetensors.numpy import save as pack

    estimator._fitted()
    weights = {
        f"{member}.{name}": np.ascontiguousarray(values)
        for member, parameters in enumerate(estimator.parameters_)
        for name, values in parameters.items()
    }
    atomic_write(path / WEIGHTS, pack(weights))
    atomic_write(path / ARRAYS, pack(_arrays(estimator)))
    files = {name: fingerprint(path / name) for name in (WEIGHTS, ARRAYS)}
    description = plain(_description(estimator)) | {"files": files}
    atomic_write(path / DESCRIPTION, to_json(description | {"digest": digest(description)}, indent=1))


def _arrays(estimator: Estimator) -> dict[str, NDArray[Any]]:
    """List the arrays of numbers that belong to a fit besides the weights."""
    named = {f"inputs.{name}": getattr(estimator.inputs_, name) for name in ("centre", "scale")}
    named |= {name: getattr(estimator, name) for name in estimator.FACTS}
    return {name: np.ascontiguousarray(value) for name, value in named.items() if _is_numbers(value)}


def _is_numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"


def _description(estimator: Estimator) -> dict[str, Any]:
    inputs = estimator.inputs_
    facts = {name: getattr(estimator, name) for name in estimator.FACTS}
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "estimator": type(estimator).__name__,
        "parameters": estimator.plain_params(),
        "members": len(estimator.parameters_),
        "network": msgspec.to_builtins(estimator.network_),
        "inputs": {
            **{name: getattr(inputs, name) for name in ABOUT_INPUTS},
            "tokenizer": None if inputs.tokenizer is None else inputs.tokenizer.to_dict(),
        },
        "facts": {name: value for name, value in facts.items() if not isinstance(value, np.ndarray)},
        "texts": {name: v for name, v in facts.items() if isinstance(v, np.ndarray) and not _is_numbers(v)},
        "records": [[asdict(record) for record in records] for records in estimator.records_],
        "best_epochs": estimator.best_epochs_,
        "engine": estimator.engine_,
    }


def load(path: Path) -> Estimator:
    """Read an estimator back; RunFolderError names the file that is missing, damaged, foreign or too new."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    description = read_description(path / DESCRIPTION)
    try:
        for name, written in description["files"].items():
            if fingerprint(path / name) != written:
                raise RunFolderError(f"'{path / name}' is damaged: it is not what was written there.", hint=AGAIN)
        return _assemble(description, load_file(path / WEIGHTS), load_file(path / ARRAYS))
    except OSError as error:
        raise RunFolderError(f"'{error.filename}' cannot be read: {error.strerror}.", hint=AGAIN) from error
    except (SafetensorError, KeyError, TypeError, ValueError, AttributeError, msgspec.ValidationError) as error:
        raise RunFolderError(f"'{path}' is damaged: its files do not belong together ({error}).", hint=AGAIN) from error


def read_description(file: Path) -> dict[str, Any]:
    """Read what a folder holds; RunFolderError where it is no estimator of ours."""
    try:
        description = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise RunFolderError(f"'{file}' is missing or damaged.", hint=AGAIN) from error
    if not isinstance(description, dict) or description.get("kind") != KIND:
        raise RunFolderError(f"'{file}' is not a longshort sequence estimator.", hint="Pass the folder of one.")
    if description.get("schema") != SCHEMA:
        raise RunFolderError(
            f"'{file}' has schema {description.get('schema')!r}, but this longshort reads {SCHEMA}.",
            hint="It was written by a newer longshort: upgrade, or fit the model again.",
        )
    if description.get("digest") != digest(description):
        raise RunFolderError(f"'{file}' is damaged: it is not what was written there.", hint=AGAIN)
    return description


def _assemble(description: dict[str, Any], weights: dict[str, Any], arrays: dict[str, Any]) -> Estimator:
    from longshort.data.tokenizers import from_dict

    kind = ESTIMATORS[description["estimator"]]
    types = {field.name: field.type for field in fields(kind)}
    estimator = kind(**{name: msgspec.convert(v, types[name]) for name, v in description["parameters"].items()})
    said = description["inputs"]
    estimator.inputs_ = Inputs(
        **{name: msgspec.convert(said[name], int) for name in ABOUT_INPUTS},
        centre=arrays.get("inputs.centre"),
        scale=arrays.get("inputs.scale"),
        tokenizer=None if said["tokenizer"] is None else from_dict(said["tokenizer"]),
    )
    network_kind: type[Stack] | type[Translation] = Translation if kind is SequenceTranslator else Stack
    network = msgspec.convert(description["network"], network_kind)
    facts = description["facts"] | {name: np.array(value) for name, value in description["texts"].items()}
    for name in kind.FACTS:
        setattr(estimator, name, facts[name] if name in facts else arrays[name])
    estimator.network_ = network
    estimator.records_ = [tuple(Record(**record) for record in records) for records in description["records"]]
    estimator.best_epochs_, estimator.engine_ = description["best_epochs"], description["engine"]
    estimator.parameters_ = [_member(network, weights, member) for member in range(description["members"])]
    return estimator


def _member(network: Stack | Translation, weights: dict[str, Any], member: int) -> Parameters:
    """Pick one member's parameters; ValueError where a shape is not the network's."""
    shapes = stacks.parameter_shapes(network) if isinstance(network, Stack) else translations.parameter_shapes(network)
    own = {name: weights[f"{member}.{name}"] for name in shapes}
    for name, shape in shapes.items():
        if own[name].shape != shape:
            raise ValueError(f"{name} has the shape {own[name].shape}, not {shape}")
    return own
