"""Say "ihello" while reading "hihell" (L4): six letters in, six letters out, each one of five numbers.

The same letter is followed by different ones (h by i and by e, l by l and by o), so that the network must remember what
came before. On the lecture's picture the label is five letters wide; it must be six.
"""

from longshort.language import message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.spelling import judge_letters, one_hot_windows
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model, Settings
from longshort.settings import change

TEXT = "hihello"
SETTINGS = Settings(
    model=Model(cell="rnn", hidden_size=16, scale="none"),
    training=change(
        TRAINING,
        {
            "optimizer": "adam",
            "learning_rate": 0.1,
            "epochs": 10,
            "weight_decay": 0.0,
            "validation": 0.0,
            "patience": None,
        },
    ),
)


def run(ask: Ask) -> Run:
    """Learn the word, and write down what it reads as after each step."""
    from longshort.sequences import SequenceLabeller

    windows, truth = one_hot_windows(TEXT, len(TEXT) - 1)
    steps, said = ask.settings.training.epochs, []
    for step in range(1, steps + 1):
        chosen = change(ask.settings, {"training.epochs": step})
        labeller = SequenceLabeller.from_settings(chosen, device=ask.device)
        labeller.fit(windows, truth, listen=ask.listen if step == steps else None)
        said.append("".join(labeller.predict(windows)[0]))
    lines = [message("recipes.step", step=step, given=TEXT[:-1], read=read) for step, read in enumerate(said, 1)]
    about = {"given": TEXT[:-1], "asked": TEXT[1:]}
    if TEXT[1:] in said:
        verdict = message("recipes.hihello.from", **about, step=said.index(TEXT[1:]) + 1)
    else:
        verdict = message("recipes.hihello.never", **about, steps=steps)
    return judge_letters(
        ask,
        labeller,
        windows,
        truth,
        name=ask.settings.model.cell,
        verdict=verdict,
        samples=[samples.listing(message("recipes.listing.hihello"), lines)],
    )


RECIPE = Named(
    name="hihello",
    lecture="L4",
    task="label",
    time="2 s",
    expect="6 of 6 letters within 10 steps; always saying l has 2 of 6",
    source="From the perceptron to the LSTM (2019)",
    settings=SETTINGS,
    run=run,
)
