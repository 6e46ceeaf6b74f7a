"""What all commands share: `--json`, `--debug`, and one place where an answer is printed."""

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click


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
            answer = command(**parameters)
        if as_json:
            from longshort.results.plain import to_json

            _print(to_json(answer.document, indent=1))
        else:
            _print(f"{wrapped(answer.text)}\n".encode())
        if answer.exit_code:
            click.get_current_context().exit(answer.exit_code)

    return printed


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
