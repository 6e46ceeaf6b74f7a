"""What comes next (L4)? 1 2 3 4 5 · 4 5 6 7 8 · 7 8 9 10 · 9 10 11 → 12, from the seventeen numbers as printed.

A network that forecasts levels cannot go beyond those it has seen (the lecture's kind says 85.46 for 80). This one
forecasts changes: the number that comes next is the last one and what one usually adds.
"""

from longshort.data.transforms import Transform
from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.numbers import regressed
from longshort.forecasting.recipe import Recipe
from longshort.forecasting.window import Window
from longshort.language import message
from longshort.nn.network import Model
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import forecaster, validate
from longshort.recipes.shared.ranges import Values
from longshort.results.run import Run
from longshort.training.settings import Training


class Settings(Recipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the forecaster's settings, the numbers, and the right answer."""

    numbers: Values = (1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 7, 8, 9, 10, 9, 10, 11)
    answer: Values = (12,)


SETTINGS = Settings(
    window=Window(context_length=5, burn_in=0),
    transform=Transform(name="difference"),
    model=Model(head="point"),
    training=Training(loss="absolute", epochs=100, patience=None, validation=0.0),
)


def run(ask: Ask) -> Run:
    """Learn the numbers, and say what comes next."""
    import numpy as np
    import polars as pl

    from longshort.data.readers import read

    settings: Settings = ask.settings
    numbers = np.array(settings.numbers, dtype=np.float64)
    fitted = forecaster(settings).fit(
        read(pl.DataFrame({"number": numbers}), no_dates=True),
        device=ask.device,
        listen=ask.listen,
        checkpoint=ask.checkpoint,
    )
    said, network = fitted.predict().mean, fitted.fitted
    truth = np.array([settings.answer], dtype=np.float64)
    judged = regressed(
        truth,
        said,
        {"persistence": np.full_like(truth, numbers[-1])},
        model=settings.name,
        trained_on=numbers,
    )
    about = {"said": said[0].tolist(), "answer": list(settings.answer)}
    return bare_run(
        settings.name,
        **judged | {"verdict": message("recipes.next_number", last=float(numbers[-1]), **about)},
        layers=network.layers,
        training_shape=network.training_shape,
        curves=curve_table(network.records, settings.seed),
        info={"notes": list(network.notes), "device": network.device, "data": {"rows": len(numbers)}},
    )


def refuse(settings: Settings) -> None:
    """Raise SettingsError where the forecaster's settings cannot be, or ask for other steps than are answered."""
    from longshort.errors import SettingsError

    validate(settings)
    if settings.horizon != len(settings.answer):
        raise SettingsError(
            f"horizon={settings.horizon} asks for other steps than answer={list(settings.answer)} has.",
            hint=f"Pass --set horizon={len(settings.answer)}",
        )


RECIPE = Named(
    name="next-number",
    lecture="L4",
    task="regress",
    time="2 s",
    expect="12, within 0.1",
    source="From the perceptron to the LSTM (2019)",
    quick={"training.members": 2},
    settings=SETTINGS,
    validate=refuse,
    run=run,
)
