"""The next word (L4): learn a line of words or notes by heart, and go on where the lecture stops.

A line of words, `곰 세마리가 한 집에 있어 아빠곰 엄마곰`, goes on with `애기곰`; one of notes, `미 레 도 레 미 미`,
with `미`, and with one `미` more three times with `레`. The same note is followed by different ones, and only what came
before tells which. Every line is learnt with several seeds, and all must get it right.
"""

import msgspec
import numpy as np

from longshort.errors import SettingsError
from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Few, Seed
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training

LINES = (
    "곰 세마리가 한 집에 있어 아빠곰 엄마곰 | 애기곰",
    "주가 하락 수출 감소 소비 위축 경제 부양 필요 | 불황",
    "미 레 도 레 미 미 | 미",
    "미 레 도 레 미 미 미 | 레 레 레",
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say which `lines`, what is asked for standing behind a bar, with how many `seeds`, and the network."""

    seed: Seed = 0
    seeds: Few = 5
    lines: tuple[str, ...] = LINES
    model: Model = Model(cell="lstm", hidden_size=32, embedding=16)
    training: Training = change(
        TRAINING,
        {
            "learning_rate": 2e-2,
            "epochs": 60,
            "batch_size": 1,
            "weight_decay": 0.0,
            "validation": 0.0,
            "patience": None,
        },
    )


def validate(settings: Settings) -> None:
    """Refuse lines without a question."""
    for line in settings.lines:
        given, bar, asked = line.partition("|")
        if not (bar and given.split() and asked.split()):
            raise SettingsError(
                f"the line {line!r} asks for nothing.", hint="Put a bar before what is asked for: one two three | four"
            )
    if settings.seeds < 1 or not settings.lines:
        raise SettingsError("there is nothing to learn.", hint="Choose one line and one of seeds or more.")


def run(ask: Ask) -> Run:
    """Learn each line with each seed, and let it go on."""
    from longshort.sequences import SequenceModel

    settings: Settings = ask.settings
    truth, said, shown = [], [], []
    for line in settings.lines:
        given, asked = (part.split() for part in line.split("|"))
        answers = []
        for seed in range(settings.seed, settings.seed + settings.seeds):
            chosen = change(settings, {"seed": seed})
            model = SequenceModel.from_settings(chosen, length=len(given + asked) - 1, device=ask.device)
            answers.append(model.fit([*given, *asked], listen=ask.listen).generate(given, len(asked), temperature=0.0))
        truth.append(asked * settings.seeds)
        said.append([word for answer in answers for word in answer])
        shown.append(samples.pair(" ".join(given), " ".join(asked), " / ".join(dict.fromkeys(map(" ".join, answers)))))
    right = [sum(a == b for a, b in zip(*both, strict=True)) for both in zip(truth, said, strict=True)]
    judged = classified(
        np.concatenate(truth),
        np.concatenate(said),
        model=settings.model.cell,
        sequence=np.repeat(np.arange(len(truth)), [len(words) for words in truth]),
        things=message("recipes.things.words"),
    )
    counts = [message("recipes.of", right=good, n=len(words)) for good, words in zip(right, truth, strict=True)]
    does = message("recipes.next_word", seeds=settings.seeds, lines=counts)
    judged["verdict"] = message("lists.sentences", all=[does, judged["verdict"]])
    table = model.layer_table()
    return bare_run(
        settings.model.cell,
        **judged,
        layers=table,
        training_shape=(1, model.length),
        curves=curve_table(model.records_, seed),
        samples=tuple(shown),
        info={
            "notes": [message("recipes.memory_line")],
            "device": model.engine_,
            "data": {"rows": len(settings.lines)},
        },
    )


RECIPE = Named(
    name="next-word",
    lecture="L4",
    task="generate",
    time="10 s",
    expect="애기곰; 불황; 미; 레 레 레, with each of five seeds",
    source="From the perceptron to the LSTM (2019); the middle of the news line, which it leaves out, is ours",
    settings=Settings(),
    validate=validate,
    run=run,
)
