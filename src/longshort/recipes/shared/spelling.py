"""Texts spelled by letters: each is one of as many numbers as there are letters, and asks for the letter behind it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.language import Message, message
from longshort.recipes.named import Ask
from longshort.results.run import Run
from longshort.sequences import SequenceLabeller


def one_hot_windows(text: str, length: int) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Cut a text into windows `[window, step, letter]`, 1 where a letter stands, and the letters that follow.

    >>> X, y = one_hot_windows("hihello", 6)
    >>> X.shape, "".join(y[0])
    ((1, 6, 5), 'ihello')
    """
    letters = np.array(list(text))
    rows = np.arange(len(text) - length)[:, None] + np.arange(length)
    return (letters[rows][:, :, None] == list(dict.fromkeys(text))).astype(np.float32), letters[rows + 1]


def judge_letters(
    ask: Ask,
    labeller: SequenceLabeller,
    windows: NDArray[np.float32],
    truth: NDArray[np.str_],
    *,
    name: str,
    verdict: Message,
    samples: Sequence[dict[str, Any]],
) -> Run:
    """Ask a labeller for the letters that it learnt, and say that this is what it learnt; `verdict` comes first."""
    chances = np.concatenate(labeller.predict_proba(windows))
    table = labeller.layer_table()
    parameters = sum(row["parameters"] for row in table)
    judged = classified(
        truth,
        labeller.classes_[chances.argmax(axis=1)],
        model=name,
        classes=labeller.classes_.tolist(),
        probabilities=chances,
        sequence=np.arange(truth.size) // truth.shape[1],
        trained_on=truth,
        parameters=parameters,
        things=message("recipes.things.letters"),
    )
    judged["verdict"] = message("lists.sentences", all=[verdict, judged["verdict"]])
    return bare_run(
        name,
        **judged,
        layers=table,
        training_shape=windows.shape,
        curves=curve_table(labeller.records_, ask.settings.seed),
        samples=tuple(samples),
        info={"notes": [message("recipes.memory_letters")], "device": labeller.engine_, "data": {"rows": len(windows)}},
    )
