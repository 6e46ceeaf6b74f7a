"""Count the optimizer's steps to the same validation loss: forking sequences against one target per window."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import longshort as ls
from longshort.bench.prices import SHIPPED, real
from longshort.training.records import Record

METHODS = {"forking": "forking sequences", "single": "one target per window"}
EPOCHS = 60


def forking(
    epochs: int = EPOCHS, tell: Callable[[str], None] = lambda _: None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Train the default recipe both ways on each series; give the times of the fits, and the steps they needed.

    The loss to reach is the higher of the two best ones, the mean over the seeds. Both ways take batches of one size,
    and validate on the same targets; a forking chunk forecasts some of them with less than the whole context before it.
    """
    engines, own = [], []
    for series in SHIPPED:
        curves = {}
        for method, what in METHODS.items():
            tell(f"{series}, {what}")
            curves[method], seconds = learning_curve(series, method, epochs)
            engines.append({"what": f"{series}: {what}", "seconds": [seconds]})
        own.append({"what": f"{series}: {METHODS['forking']}", "against": METHODS["single"], **compare(curves)})
    return engines, own


def learning_curve(series: str, method: str, epochs: int) -> tuple[list[float], float]:
    """Give the validation loss after each epoch, the mean over the seeds, and the seconds of the whole fit."""
    recipe = ls.Recipe(horizon=5).replace(
        {"window.method": method, "training.patience": None, "training.epochs": epochs}
    )
    heard: list[Record] = []
    begin = perf_counter()
    recipe.fit(real(series), listen=heard.append, device="cpu")
    seconds, members = perf_counter() - begin, recipe.training.members
    losses = [sum(r.validation_loss or 0.0 for r in heard if r.epoch == k + 1) / members for k in range(epochs)]
    return losses, seconds


def compare(curves: dict[str, list[float]]) -> dict[str, Any]:
    """Say how many steps each way needs to the loss that both reach, and forking's share of the other's.

    >>> compare({"forking": [0.5, 0.2, 0.1], "single": [0.9, 0.5, 0.4]})
    {'times': 0.6666666666666666, 'loss': 0.4, 'steps': 20, 'steps_against': 30}
    """
    loss = max(min(curve) for curve in curves.values())
    per_epoch = ls.Recipe().training.steps_per_epoch or 0
    steps = {
        name: per_epoch * (1 + next(k for k, value in enumerate(curve) if value <= loss))
        for name, curve in curves.items()
    }
    share = steps["forking"] / steps["single"]
    return {"times": share, "loss": loss, "steps": steps["forking"], "steps_against": steps["single"]}
