"""One or many to many: from a sequence, a vector or an image to a sequence of another length."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from longshort.data.collections.text import checked
from longshort.data.sequences import Sequences
from longshort.errors import DataError, examples
from longshort.nn.stack import Initial, Recurrent, Stack
from longshort.nn.translation import Translation, validate
from longshort.sequences.estimator import Estimator, Listener
from longshort.sequences.inputs import Given, read, shape_of
from longshort.sequences.memory import check_memory
from longshort.sequences.settings import Model, embedded, recurrent
from longshort.sequences.splitting import split
from longshort.training.engine import resolve_engine
from longshort.training.examples import Examples

Symbol = str | int


@dataclass(eq=False, repr=False, kw_only=True)
class SequenceTranslator(Estimator):
    """Read each sequence (a text, an image by `layers`) and answer with a sequence of symbols.

    X as for `SequenceClassifier`; y has an answer for each: a text, whose symbols are its characters, or a list of
    symbols, which are texts or whole numbers. An encoder reads; a decoder answers symbol by symbol and looks back at
    what the encoder made of each step. `layers` ending in a vector make that vector all the decoder knows (one to
    many).

    >>> X = [[[0.0], [1.0]], [[1.0], [0.0]]] * 20
    >>> model = SequenceTranslator(hidden_size=16, epochs=30, learning_rate=0.02, device="cpu")
    >>> model.fit(X, ["ab", "ba"] * 20).predict(X[:2])
    ['ab', 'ba']
    """

    FACTS: ClassVar[tuple[str, ...]] = ("texts_", "symbols_", "longest_")

    def fit(
        self,
        X: Any,  # noqa: N803 - the field's name
        y: Any,
        *,
        listen: Listener | None = None,
        checkpoint: Path | None = None,
    ) -> Self:
        """Train on sequences and their answers; see `SequenceClassifier.fit`."""
        settings, given = self.settings(), read(X)
        answers = answers_of(given, y)
        parts = split(len(answers), settings.training.validation, settings.seed)
        sequences = self._learn_inputs(settings, given, parts[0])
        self.texts_ = all(isinstance(answer, str) for answer in answers)
        self.symbols_ = symbols_of(answers)
        self.longest_ = max(len(answer) for answer in answers)
        network = translation_of(settings.model, shape_of(sequences), self.inputs_.vocabulary, len(self.symbols_))
        check_memory(network.encoder, sequences.lengths, settings.training)
        targets = self._numbered(answers, network.end)
        self._train(settings, network, Examples(sequences, targets, *parts), listen, checkpoint)
        return self

    def _numbered(self, answers: Sequence[Sequence[Symbol]], end: int) -> Sequences:
        """Turn symbols into their numbers, each answer with its end behind it."""
        numbers = {symbol: number for number, symbol in enumerate(self.symbols_)}
        rows = [[*(numbers[symbol] for symbol in answer), end] for answer in answers]
        return Sequences.of_tokens(np.concatenate(rows), np.array([len(row) for row in rows]))

    def predict(self, X: Any) -> list[Any]:  # noqa: N803
        """Answer each sequence: a text where the answers of the fit were texts, else a list of symbols.

        At each step the symbol is taken that is likeliest on average over members, until the end; an answer is no
        longer than the longest of the fit.
        """
        from longshort.training.torch_translation import translate

        sequences = self._take(X)
        engine = resolve_engine(self.device, self.network_)
        said = translate(self.network_, self.parameters_, sequences, self.longest_, engine)
        answers = [[self.symbols_[number] for number in one] for one in said]
        return ["".join(answer) for answer in answers] if self.texts_ else answers

    def score(self, X: Any, y: Any) -> float:  # noqa: N803
        """Give the share of answers that are right from the first symbol to the last.

        Raises DataError for a symbol that training did not see.
        """
        self._fitted()
        answers = answers_of(read(X), y)
        unseen = sorted({symbol for answer in answers for symbol in answer} - set(self.symbols_), key=repr)
        if unseen:
            raise DataError(
                f"y has symbols that training did not see: {examples(unseen)}.", hint="Use the symbols of the fit."
            )
        return float(np.mean([list(said) == list(true) for said, true in zip(self.predict(X), answers, strict=True)]))


def answers_of(given: Given, y: Any) -> list[Sequence[Symbol]]:
    """Give answers as texts or lists of symbols; DataError where they are missing or anything else."""
    y = given.targets(y, "an answer for each sequence")
    answers: list[Any] = [one.tolist() if isinstance(one, np.ndarray) else one for one in y]
    for number, answer in enumerate(answers):
        whole = isinstance(answer, str | list | tuple)
        if not whole or any(not isinstance(symbol, str | int) for symbol in answer):
            raise DataError(
                f"answer {number} is {str(answer)[:40]!r}, neither a text nor a list of texts or whole numbers.",
                hint='Pass y such as ["one", "two"] or [[1, 2], [3]].',
            )
        checked("".join(symbol for symbol in answer if isinstance(symbol, str)), f"answer {number}")
    if not any(map(len, answers)):
        raise DataError("all answers are empty: there is nothing to say.", hint="Pass answers of a symbol or more.")
    return answers


def symbols_of(answers: Sequence[Sequence[Symbol]]) -> list[Symbol]:
    """List the symbols of all answers in order; DataError where texts and numbers are mixed."""
    symbols: set[Any] = {symbol for answer in answers for symbol in answer}
    if len({type(symbol) for symbol in symbols}) > 1:
        raise DataError("y mixes texts and numbers.", hint="Pass answers whose symbols are of one kind.")
    return sorted(symbols)


def translation_of(model: Model, inputs: tuple[int | None, ...], vocabulary: int, symbols: int) -> Translation:
    """Build encoder (recurrent layers that give every step, or the model's own `layers`) and decoder; SettingsError."""
    layers = model.layers or (*embedded(model, vocabulary), *recurrent(model, each_step=True))
    encoder = Stack(
        inputs=inputs,
        layers=layers,
        head="numbers",
        vocabulary=vocabulary,
        initial=Initial(name=model.initial, scale=model.initial_scale),
    )
    decoder = Recurrent(
        cell=model.cell, hidden_size=model.hidden_size, forget_bias=model.forget_bias, chrono=model.chrono
    )
    made = Translation(encoder=encoder, vocabulary=symbols, decoder=decoder, embedding=model.embedding)
    validate(made)
    return made
