"""What all sequence estimators share: parameters, fitting, members, how they answer for scikit-learn's conventions."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from longshort.data.sequences import Sequences
from longshort.errors import LongshortError, SettingsError, nearest
from longshort.nn.initialisers import Parameters
from longshort.nn.stack import Layer, Stack
from longshort.sequences.inputs import Given, Inputs, fit_inputs, read
from longshort.sequences.memory import check_memory
from longshort.sequences.settings import TRAINING, Model, Settings
from longshort.settings import from_mapping
from longshort.training.batch import Job
from longshort.training.engine import Description, resolve_engine
from longshort.training.examples import Examples, Text
from longshort.training.records import Record
from longshort.training.settings import Training, validate
from longshort.training.train import train

if TYPE_CHECKING:
    from sklearn.utils import Tags

MODEL = Model()
Listener = Callable[[Record], None]


class NotFittedError(LongshortError, ValueError, AttributeError):
    """Say that an estimator was asked before it was fitted."""

    code = "not_fitted"

    def __reduce__(self) -> tuple[type[LongshortError], tuple[str, str]]:
        """Travel between processes as what is importable."""
        return NotFittedError, (self.message, self.hint)


def not_fitted(message: str, hint: str) -> NotFittedError:
    """Make a NotFittedError, which is scikit-learn's as well if scikit-learn is loaded; we do not load it for this."""
    theirs = sys.modules.get("sklearn.exceptions")
    if theirs is None:
        return NotFittedError(message, hint)
    error: NotFittedError = type("NotFittedError", (NotFittedError, theirs.NotFittedError), {})(message, hint)
    return error


class Described(Protocol):
    """Whatever has an estimator's settings among its own."""

    @property
    def seed(self) -> int:
        """Give the first member's seed."""

    @property
    def model(self) -> Model:
        """Give the network's part."""

    @property
    def training(self) -> Training:
        """Give the training's part."""


def parameters_of(kind: "type[Estimator]") -> dict[str, Any]:
    """Give an estimator's parameters by name, with their defaults."""
    return {field.name: field.default for field in fields(kind) if field.init}


def _plain(value: Any) -> Any:
    """Make of NumPy's numbers Python's, and of anything else what it looks like, which no setting admits."""
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else repr(value)


@dataclass(eq=False, repr=False, kw_only=True)
class Estimator:
    """Hold the parameters, which are those of `sequences.settings`, and what fitting made of them.

    `KIND` is what scikit-learn calls such an estimator, if it has a word; `FACTS` name what fitting leaves behind
    besides the networks, and what is saved with them.
    """

    KIND: ClassVar[str | None] = None
    FACTS: ClassVar[tuple[str, ...]] = ()

    cell: str = MODEL.cell
    hidden_size: int = MODEL.hidden_size
    num_layers: int = MODEL.num_layers
    bidirectional: bool = MODEL.bidirectional
    forget_bias: float = MODEL.forget_bias
    chrono: int | None = MODEL.chrono
    dropout: float = MODEL.dropout
    pool: str = MODEL.pool
    dense: tuple[int, ...] = MODEL.dense
    activation: str = MODEL.activation
    batch_norm: bool = MODEL.batch_norm
    layers: tuple[Layer, ...] = MODEL.layers
    initial: str = MODEL.initial
    initial_scale: float = MODEL.initial_scale
    scale: str = MODEL.scale
    tokens: str = MODEL.tokens
    vocabulary: int = MODEL.vocabulary
    embedding: int = MODEL.embedding
    embedding_dropout: float | None = MODEL.embedding_dropout
    members: int = TRAINING.members
    loss: str = TRAINING.loss
    optimizer: str = TRAINING.optimizer
    learning_rate: float = TRAINING.learning_rate
    schedule: str = TRAINING.schedule
    momentum: float = TRAINING.momentum
    nesterov: bool = TRAINING.nesterov
    weight_decay: float = TRAINING.weight_decay
    l1: float = TRAINING.l1
    gradient_clip: float | None = TRAINING.gradient_clip
    batch_size: int = TRAINING.batch_size
    epochs: int = TRAINING.epochs
    steps_per_epoch: int | None = TRAINING.steps_per_epoch
    patience: int | None = TRAINING.patience
    validation: float = TRAINING.validation
    time_budget_s: float | None = TRAINING.time_budget_s
    seed: int = 0
    device: str = "auto"
    # what fitting leaves behind; no parameters
    inputs_: Inputs = field(init=False)
    network_: Any = field(init=False)
    parameters_: list[Parameters] = field(init=False)
    records_: list[tuple[Record, ...]] = field(init=False)
    best_epochs_: list[int] = field(init=False)
    engine_: str = field(init=False)

    @classmethod
    def from_settings(cls, settings: Described, **others: Any) -> Self:
        """Make an estimator of settings; the reverse of `settings`."""
        import msgspec

        own = parameters_of(cls)
        flat = msgspec.structs.asdict(settings.model) | msgspec.structs.asdict(settings.training)
        return cls(**{name: value for name, value in flat.items() if name in own}, seed=settings.seed, **others)

    def settings(self) -> Settings:
        """Give the parameters as settings, checked; SettingsError where one does not fit."""
        own = self.plain_params()
        model = {name: own[name] for name in Model.__struct_fields__}
        training = {name: own[name] for name in type(TRAINING).__struct_fields__ if name in own}
        mapping = {"seed": own["seed"], "model": model, "training": training}
        settings = from_mapping(Settings, mapping, "the estimator")
        validate(settings.training)
        return settings

    def plain_params(self) -> dict[str, Any]:
        """Give the parameters as JSON holds them: numbers that NumPy made, such as a search's, as Python's."""
        import msgspec

        plain: dict[str, Any] = msgspec.to_builtins(self.get_params(), enc_hook=_plain)
        return plain

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the parameters by name, as scikit-learn wants them."""
        return {name: getattr(self, name) for name in parameters_of(type(self))}

    def set_params(self, **params: Any) -> Self:
        """Change parameters by name; SettingsError for an unknown one."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise SettingsError(f"{type(self).__name__} has no parameter {name!r}.", nearest(name, known))
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Show the parameters that are not the defaults."""
        defaults = parameters_of(type(self))
        changed = [f"{name}={value!r}" for name, value in self.get_params().items() if value != defaults[name]]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_is_fitted__(self) -> bool:
        """Say whether `fit` has been called."""
        return "parameters_" in vars(self)

    def __sklearn_tags__(self) -> "Tags":
        """Tell scikit-learn what this is: the only place where it is needed."""
        from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type=self.KIND,
            target_tags=TargetTags(required=True, multi_output=self.KIND == "regressor"),
            classifier_tags=ClassifierTags() if self.KIND == "classifier" else None,
            regressor_tags=RegressorTags() if self.KIND == "regressor" else None,
            input_tags=InputTags(three_d_array=True),
        )

    @property
    def n_features_in_(self) -> int:
        """Count the features as scikit-learn does: the columns of a table, else the numbers of a time step."""
        self._fitted()
        return self.inputs_.columns or self.inputs_.features

    def save(self, path: str | Path) -> None:
        """Write the fitted estimator into a folder, safetensors and JSON; OutputError where that fails."""
        from longshort.sequences.storage import save

        save(self, Path(path))

    def layer_table(self) -> list[dict[str, Any]]:
        """List the fitted network's layers: layer, output shape, parameters."""
        from longshort.nn import stack, translation

        self._fitted()
        if isinstance(self.network_, stack.Stack):
            return stack.layer_table(self.network_)
        return translation.layer_table(self.network_)

    def _fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise not_fitted(
                f"this {type(self).__name__} is not fitted yet.", "Call fit(X, y) before asking it anything."
            )

    def _learn_inputs(self, settings: Settings, given: Given, training: NDArray[np.int64]) -> Sequences:
        """Learn how to bring inputs into shape, keep that, and give all of them in shape."""
        self.inputs_, sequences = fit_inputs(settings.model, given, training)
        return sequences

    def _take(self, X: Any) -> Sequences:  # noqa: N803 - the field's name
        """Bring new inputs into shape; NotFittedError before the fit, DataError for what does not suit."""
        self._fitted()
        return self.inputs_.take(read(X))

    def _train(
        self,
        settings: Settings,
        network: Description,
        examples: Examples | Text,
        listen: Listener | None,
        checkpoint: Path | None,
    ) -> None:
        """Train the members, which differ by their seeds alone, and keep them."""
        seeds = range(settings.seed, settings.seed + settings.training.members)
        jobs = [Job(examples, seed, f"seed-{seed}") for seed in seeds]
        trained = train(network, settings.training, jobs, device=self.device, listen=listen, checkpoint=checkpoint)
        self.network_, self.engine_ = network, resolve_engine(self.device, network, settings.training).sentence
        self.records_ = [member.records for member in trained]
        self.best_epochs_ = [member.best_epoch for member in trained]
        self.parameters_ = [member.parameters for member in trained]

    def _train_stack(
        self,
        settings: Settings,
        stack: Stack,
        examples: Examples,
        listen: Listener | None,
        checkpoint: Path | None,
    ) -> None:
        """Train a stack on sequences that fit into memory."""
        check_memory(stack, examples.inputs.lengths, settings.training)
        self._train(settings, stack, examples, listen, checkpoint)

    def _answers(self, sequences: Sequences) -> NDArray[np.float32]:
        """Give the networks' numbers, `[member, sequence, number]`, or `[member, row, number]` for each step."""
        from longshort.training.torch_examples import predict

        return predict(self.network_, self.parameters_, sequences, resolve_engine(self.device, self.network_))
