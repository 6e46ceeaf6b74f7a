"""What went wrong, said to a person or as JSON, and the exit code that goes with it."""

import errno
import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from longshort.errors import LongshortError, brief, visible, visible_json
from longshort.language import text

DONE, FAULT, MISTAKE, REFUTED, INTERRUPTED = 0, 1, 2, 3, 130

# Reasons of the operating system that the user can remove; any other OSError is a fault of ours.
_REMOVABLE = {
    errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EISDIR, errno.ENOTDIR,
    errno.EEXIST, errno.ENAMETOOLONG, errno.EFBIG, errno.EMFILE,
}  # fmt: skip


class Interrupted(Exception):  # noqa: N818 - it is no error
    """Say that the user stopped the work, and how to go on."""


@contextmanager
def stoppable(out: str | None, lang: str) -> Iterator[None]:
    """Turn Ctrl-C within work that writes into `out` (None: nowhere) into one line that says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        how = text("cli.stopped.folder", lang, folder=out) if out else text("cli.stopped.nothing", lang)
        raise Interrupted(how) from None


def explain(error: Exception, *, as_json: bool, debug: bool) -> int:
    """Print what went wrong on stderr, as far as that takes it, and return the exit code: 2, 1 or 130."""
    code, message, hint, exit_code = _describe(error)
    with suppress(OSError):
        if debug:
            click.echo(visible("".join(traceback.format_exception(error))), err=True, nl=False)
        if as_json:
            document = {"schema": 1, "error": {"code": code, "message": message, "hint": hint}}
            click.echo(visible_json(json.dumps(document, ensure_ascii=False)), err=True)
        else:
            prefix = "" if exit_code == INTERRUPTED else "Error: "
            text = f"{prefix}{brief(message)}" + (f"\n    {hint}" if hint else "")
            click.echo(visible(text), err=True)
    return exit_code


def _describe(error: Exception) -> tuple[str, str, str, int]:
    if isinstance(error, LongshortError):
        return error.code, error.message, error.hint, MISTAKE
    if isinstance(error, click.ClickException):
        return "usage", error.format_message(), _usage_hint(error), MISTAKE
    if isinstance(error, Interrupted | click.Abort):
        return "interrupted", str(error) or "Stopped; nothing was written.", "", INTERRUPTED
    if isinstance(error, OSError) and error.errno in _REMOVABLE:
        where = f"'{error.filename}': " if error.filename else ""
        return "output", f"{where}{error.strerror}.", "Choose another place, or make room or permission there.", MISTAKE
    message = f"This is a fault in longshort: {type(error).__name__}: {error}"
    return "fault", message, "Run again with --debug for the traceback, and report it.", FAULT


def _usage_hint(error: click.ClickException) -> str:
    context: Any = getattr(error, "ctx", None)
    return f"Type '{context.command_path if context else 'longshort'} --help' for the options and examples."
