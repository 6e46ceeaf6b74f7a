"""A fitted estimator as plain data and numbers, as its folder holds them, and back."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.nn import stack as stacks
from longshort.nn import translation as translations
from longshort.nn.stack import Stack
from longshort.nn.stack.shapes import output_shapes
from longshort.nn.translation import Translation
from longshort.results.model import Arrays, Stored, write_model
from longshort.sequences.classify import SequenceClassifier
from longshort.sequences.estimator import Estimator
from longshort.sequences.inputs import Inputs
from longshort.sequences.label import SequenceLabeller
from longshort.sequences.model import SequenceModel
from longshort.sequences.regress import SequenceRegressor
from longshort.sequences.translate import SequenceTranslator
from longshort.training.records import Record

KIND = "longshort sequence estimator"
ESTIMATORS: dict[str, type[Estimator]] = {
    one.__name__: one
    for one in (SequenceClassifier, SequenceRegressor, SequenceLabeller, SequenceModel, SequenceTranslator)
}
ABOUT_INPUTS = ("features", "vocabulary", "columns", "steps")


def save(estimator: Estimator, path: Path) -> None:
    """Write an estimator into a folder."""
    estimator._fitted()
    write_model(path, KIND, _description(estimator), estimator.parameters_, _arrays(estimator))


def _arrays(estimator: Estimator) -> Arrays:
    """List the arrays of numbers that belong to a fit besides the weights."""
    named = {f"inputs.{name}": getattr(estimator.inputs_, name) for name in ("centre", "scale")}
    named |= {name: getattr(estimator, name) for name in estimator.FACTS}
    return {name: value for name, value in named.items() if _is_numbers(value)}


def _is_numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"


def _description(estimator: Estimator) -> dict[str, Any]:
    inputs = estimator.inputs_
    facts = {name: getattr(estimator, name) for name in estimator.FACTS}
    return {
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


def assemble(stored: Stored) -> Estimator:
    """Build an estimator from what its folder holds."""
    from longshort.data.tokenizers import from_dict

    description, arrays = stored.description, stored.arrays
    kind = ESTIMATORS[description["estimator"]]
    types = {field.name: field.type for field in fields(kind)}
    estimator = kind(**{name: msgspec.convert(v, types[name]) for name, v in description["parameters"].items()})
    said = description["inputs"]
    about = {name: msgspec.convert(said[name], int) for name in ABOUT_INPUTS}
    scaled = "inputs.centre" in arrays
    estimator.inputs_ = Inputs(
        **about,
        centre=stored.array("inputs.centre", about["features"]) if scaled else None,
        scale=stored.array("inputs.scale", about["features"]) if scaled else None,
        tokenizer=None if said["tokenizer"] is None else from_dict(said["tokenizer"]),
    )
    network_kind: type[Stack] | type[Translation] = Translation if kind is SequenceTranslator else Stack
    network = msgspec.convert(description["network"], network_kind)
    facts = description["facts"] | {name: np.array(value) for name, value in description["texts"].items()}
    for name in kind.FACTS:
        fact = facts[name] if name in facts else arrays[name]
        if isinstance(fact, np.ndarray) and isinstance(network, Stack):
            refuse_other_shape(name, fact, output_shapes(network)[-1][-1:])
        setattr(estimator, name, fact)
    estimator.network_ = network
    estimator.records_ = [tuple(Record(**record) for record in records) for records in description["records"]]
    estimator.best_epochs_, estimator.engine_ = description["best_epochs"], description["engine"]
    shapes = stacks.parameter_shapes(network) if isinstance(network, Stack) else translations.parameter_shapes(network)
    estimator.parameters_ = [stored.member(number, shapes) for number in range(description["members"])]
    return estimator


def refuse_other_shape(name: str, array: NDArray[Any], shape: tuple[int | None, ...]) -> None:
    """Raise ValueError where an array is not of the shape that its network gives."""
    if array.shape != shape:
        raise ValueError(f"{name!r} is not an array of shape {shape}")
