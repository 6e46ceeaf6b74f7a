"""Many to many (L3e): a sequence becomes a sequence of another length; here it is said backwards, its end included.

What the lecture draws as translation: an encoder reads 5 to 10 symbols, a decoder answers one by one and decides
itself when it is done. No test sequence was seen in training.
"""

from typing import Any

import msgspec

from longshort.data.tasks import reversing
from longshort.errors import SettingsError
from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.answers import learn_and_judge_answers
from longshort.recipes.shared.ranges import Count, Seed
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how many sequences there are to learn from and to test on, and the network."""

    seed: Seed = 0
    sequences: Count = 20_000
    tested: Count = 2_000
    shortest: Count = 5
    longest: Count = 10
    symbols: Count = 20
    model: Model = Model(cell="gru", hidden_size=96, bidirectional=True, embedding=32)
    training: Training = change(
        TRAINING, {"epochs": 12, "batch_size": 128, "learning_rate": 4e-3, "schedule": "cosine", "patience": "none"}
    )


def validate(settings: Settings) -> None:
    """Raise SettingsError where the shortest sequence would be longer than the longest."""
    if settings.shortest > settings.longest:
        raise SettingsError(
            f"shortest={settings.shortest} is above longest={settings.longest}.",
            hint=f"Choose --set longest={settings.shortest} or more.",
        )


def run(ask: Ask) -> Run:
    """Learn to say sequences backwards."""
    settings: Settings = ask.settings
    count = min(settings.sequences, 2000) if ask.synthetic else settings.sequences
    texts, answers = reversing(
        count + settings.tested, settings.seed, settings.shortest, settings.longest, settings.symbols
    )
    test = texts[count:]

    def sample(number: int, truth: str, said: str) -> dict[str, Any]:
        return samples.pair(test[number], truth, said)

    return learn_and_judge_answers(
        ask,
        (texts[:count], answers[:count]),
        (test, answers[count:]),
        name="encoder-decoder",
        things=message("recipes.things.answer_symbols"),
        shape=(count, settings.longest),
        sample=sample,
    )


RECIPE = Named(
    name="translate",
    lecture="L3e",
    task="translate",
    time="3 min",
    expect="all or nearly all answers right from the first symbol to the last",
    source="Sutskever et al. (2014); Luong et al. (2015)",
    quick={"sequences": 2000, "tested": 400, "training.epochs": 4},
    settings=Settings(),
    validate=validate,
    run=run,
)
