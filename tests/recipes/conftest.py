"""Made-up recipes, so that the framework is tested apart from what it frames."""

from dataclasses import dataclass, field, replace

import msgspec
import pytest

from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.recipes.named import Named


class Training(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    epochs: int = 3
    learning_rate: float = 0.1


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seed: int = 0
    name: str | None = None
    training: Training = Training()


@dataclass
class Heard:
    """Stand for a training record."""

    validation_loss: float | None
    epoch: int = 1
    train_loss: float = 0.5
    gradient_norm: float = 1.0


@dataclass
class Theatre:
    """Keep what a made-up recipe was asked, and the losses that it reports by learning rate."""

    asks: list = field(default_factory=list)
    losses: dict = field(default_factory=dict)

    def run(self, ask):
        self.asks.append(ask)
        loss = self.losses.get(ask.settings.training.learning_rate, 1.0)
        if isinstance(loss, BaseException):
            raise loss
        judged = classified(["a", "b", "a"], ["a", "b", "b"], model="made")
        return bare_run("made", **judged, curves=curve_table([[Heard(loss)]]), info={"notes": ["It was made up."]})


class MadeUp(Named):
    about = "made up"  # the catalogue knows nothing of it


@pytest.fixture
def theatre(monkeypatch):
    """Put a recipe named `made` in the place of all others, and watch it."""
    watched = Theatre()
    recipe = MadeUp(
        name="made", lecture="L0", task="classify", time="1 s", expect="nothing", source="here",
        settings=Settings(), run=watched.run, needs=("shop/prices.csv",), quick={"training.epochs": 1},
    )  # fmt: skip
    watched.recipe = recipe
    monkeypatch.setattr("longshort.recipes.running.find", lambda name: replace(watched.recipe, name=name))
    monkeypatch.delenv("LONGSHORT_DATA", raising=False)
    return watched
