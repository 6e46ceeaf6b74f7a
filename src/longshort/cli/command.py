"""What all commands share: `--json`, `--debug`, and one place where an answer is printed."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from longshort.errors import SettingsError, visible, visible_json

_NO_MEMORY = re.compile(r"(?i)can't allocate memory|out of memory|bad_alloc|not enough memory")  # PyTorch's words


@dataclass(frozen=True)
class Answer:
    """Hold what a command found out: the document that `--json` prints, the text for people, and the exit code."""

    document: Mapping[str, Any]
    text: str
    exit_code: int = 0


def answers(command: Callable[..., Answer]) -> Callable[..., None]:
    """Add `--json` and `--debug` to a command that returns an Answer, and print it.

    While the command works, whatever a library prints goes to stderr: stdout holds the answer and nothing else.
    """

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
    @click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback when something goes wrong.")
    @wraps(command)
    def printed(as_json: bool, **parameters: Any) -> None:
        with redirect_stdout(sys.stderr):
            answer = _answer(command, parameters)
        if as_json:
            from longshort.results.plain import to_json

            _print(visible_json(to_json(answer.document, indent=1).decode()).encode())
        else:
            _print(f"{wrapped(visible(answer.text))}\n".encode())
        if answer.exit_code:
            click.get_current_context().exit(answer.exit_code)

    return printed


def _answer(command: Callable[..., Answer], parameters: dict[str, Any]) -> Answer:
    """Run a command; SettingsError where it needs more memory than there is, whoever says so and in whatever words."""
    try:
        return command(**parameters)
    except (MemoryError, RuntimeError) as error:
        said = str(error).partition("\n")[0].partition("Traceback")[0].strip()
        if not (isinstance(error, MemoryError) or _NO_MEMORY.search(said)):
            raise
        raise SettingsError(
            f"this needs more memory than there is{f': {said}' if said else ''}.",
            hint="Lower what makes it large: --horizon, --folds, --set training.members=1, model.hidden_size, "
            "model.num_layers or training.batch_size; or read fewer rows, columns or series.",
        ) from error


def wrapped(text: str) -> str:
    """Break lines that are too long for the terminal between words; where stdout is no terminal, break none."""
    if not sys.stdout.isatty():
        return text
    width = shutil.get_terminal_size().columns
    return "\n".join(_fold(line, width) for line in text.splitlines())


def _fold(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _print(content: bytes) -> None:
    try:
        click.echo(content, nl=False)
    except BrokenPipeError:
        # The reader has seen enough (`| head`). Without this, the interpreter would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
