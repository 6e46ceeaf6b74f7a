"""A character model (L4): read plays letter by letter, and say what comes next.

The first nine tenths of the text are learnt (a twentieth of them says which epoch is kept) by two networks whose
probabilities are averaged; the last tenth is asked once. With any text of yours: `--data my.txt`. Below, the network
writes on by itself.
"""

import msgspec

from longshort.data.collections.text import read_text
from longshort.errors import DataError
from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.tokens import generated
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Count, Rates, Seed
from longshort.results import samples
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training

TESTED = 0.1
QUICK = 60_000  # characters of a smaller budget


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how many characters a training chunk has, how long the samples are, and the network."""

    seed: Seed = 0
    length: Count = 128
    written: Count = 400
    temperatures: Rates = (0.5, 0.8, 1.0)
    model: Model = Model(cell="lstm", hidden_size=512, dropout=0.5, embedding=64, embedding_dropout=0.0)
    training: Training = change(
        TRAINING,
        {
            "members": 2,
            "learning_rate": 6e-3,
            "schedule": "cosine",
            "batch_size": 32,
            "epochs": 10,
            "validation": 0.05,
            "patience": None,
        },
    )


def run(ask: Ask) -> Run:
    """Learn nine tenths of a text, be surprised by the rest, and write."""
    from longshort.sequences import SequenceModel

    settings: Settings = ask.settings
    text = made_up(settings.seed) if ask.data is None else read_text(ask.data)
    text = text[:QUICK] if ask.quick else text
    cut = int(len(text) * (1 - TESTED))
    if len(text) - cut < 2:
        raise DataError(f"the text has {len(text)} characters: too few to test on.", hint="Pass a longer one.")
    model = SequenceModel.from_settings(settings, length=settings.length, device=ask.device)
    model.fit(text[:cut], listen=ask.listen, checkpoint=ask.checkpoint)
    table = model.layer_table()
    parameters = sum(row["parameters"] for row in table)
    seed = text[cut : text.find("\n", cut) + 1] or text[cut : cut + 10]
    written = [
        samples.generated(model.generate(seed, settings.written, temperature=heat), seed, temperature=heat)
        for heat in settings.temperatures
    ]
    judged = generated(
        model.surprises(text[cut:]),
        model.encode(text[cut:])[1:],
        model.encode(text[:cut]),
        model=settings.model.cell,
        parameters=parameters,
    )
    return bare_run(
        settings.model.cell,
        **judged,
        layers=table,
        training_shape=(cut,),
        curves=curve_table(model.records_, settings.seed),
        samples=tuple(written),
        info={"notes": [], "device": model.engine_, "data": {"rows": len(text)}},
    )


def made_up(seed: int) -> str:
    """Make up lines of a few words, each of which is followed by few others."""
    words = ["the", "king", "and", "queen", "of", "spring", "sing", "in", "rain", "when", "wind", "brings", "light"]
    rng = generator(seed, "shakespeare data")
    chosen = rng.integers(0, 3, 4000).cumsum() % len(words)
    return "".join(words[word] + ("\n" if place % 8 == 7 else " ") for place, word in enumerate(chosen))


RECIPE = Named(
    name="shakespeare",
    lecture="L4",
    task="generate",
    time="30 min",
    expect="1.58 nats a character; knowing only how often each occurs, 3.35",
    source="tiny Shakespeare (Karpathy 2015), split 90 / 10",
    needs=("text/tinyshakespeare_input.txt",),
    quick={"training.epochs": 3, "training.batch_size": 8, "model.hidden_size": 64, "length": 32, "written": 100},
    settings=Settings(),
    run=run,
)
