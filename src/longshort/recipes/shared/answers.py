"""Answers of several symbols judged: how many symbols are right, and how many answers from the first to the last."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.recipes.named import Ask
from longshort.results.run import Run
from longshort.sequences import SequenceTranslator

SHOWN = 16
NOTHING = "∅"  # where one answer is over and the other goes on


def learn_and_judge_answers(
    ask: Ask,
    training: tuple[Any, Sequence[str]],
    test: tuple[Any, Sequence[str]],
    *,
    name: str,
    things: str,
    shape: tuple[int, ...],
    sample: Callable[[int, str, str], dict[str, Any]],
) -> Run:
    """Fit a translator of the recipe's settings and judge its answers to the test, touched once.

    `shape` is that of what was learnt from; `sample(number, truth, said)` shows a test example, wrong ones first.
    """
    translator = SequenceTranslator.from_settings(ask.settings, device=ask.device)
    translator.fit(*training, listen=ask.listen, checkpoint=ask.checkpoint)
    said, table = translator.predict(test[0]), translator.layer_table()
    pairs = [(number, *both) for number, (a, b) in enumerate(zip(test[1], said, strict=True)) for both in beside(a, b)]
    parameters = sum(row["parameters"] for row in table)
    judged = classified(
        [true for _, true, _ in pairs],
        [answer for _, _, answer in pairs],
        model=name,
        sequence=[number for number, _, _ in pairs],
        trained_on=[symbol for answer in training[1] for symbol in (*answer, NOTHING)],
        parameters=parameters,
        things=things,
    )
    order = sorted(range(len(said)), key=lambda number: said[number] == test[1][number])[:SHOWN]
    return bare_run(
        name,
        **judged,
        layers=table,
        training_shape=shape,
        curves=curve_table(translator.records_, ask.settings.seed),
        samples=tuple(sample(number, test[1][number], said[number]) for number in order),
        info={"notes": [], "device": translator.engine_, "data": {"rows": len(training[1])}},
    )


def beside(truth: str, said: str) -> list[tuple[str, str]]:
    """Lay two answers side by side, symbol by symbol, their ends included.

    >>> beside("ab", "abc")
    [('a', 'a'), ('b', 'b'), ('∅', 'c')]
    """
    pairs = list(zip_longest(truth, said, fillvalue=NOTHING))
    return pairs if len(truth) != len(said) else [*pairs, (NOTHING, NOTHING)]
