"""One run of a pipeline that is named: a table in an Arrow file goes in, a table of forecasts comes out.

It is run as a file in a Python of its own, so that nothing that a pipeline keeps in its module outlasts a run. What is
imported is little, since it is imported for each run.
"""

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from longshort.errors import DataError, LongshortError, SettingsError

DATA, OUT, FAILED = "data.arrow", "out.arrow", "failed.json"
_SHOWN = 2000  # characters of an error

Pipeline = Callable[[Any], Any]


def load(name: str) -> Pipeline:
    """Import a function by its name, "package.module:function", from the working folder too; SettingsError if not."""
    module_name, _, attribute = name.partition(":")
    shape = "Pass --pipeline package.module:function."
    if not module_name or not attribute:
        raise SettingsError(f"--pipeline {name!r} names no function.", hint=shape)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = import_module(module_name)
    except (Exception, SystemExit) as error:
        raise SettingsError(
            f"the module {module_name!r} cannot be imported: {told(error)}.",
            hint=f"{shape} It is looked for in the working folder and among installed packages.",
        ) from error
    for part in attribute.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise SettingsError(f"{module_name!r} has no function {attribute!r}.", hint=shape)
    return found  # type: ignore[no-any-return]


def call(pipeline: Pipeline, frame: Any) -> Any:
    """Call a pipeline; DataError where it fails."""
    try:
        return pipeline(frame)
    except LongshortError:
        raise
    except Exception as error:
        raise DataError(
            f"the pipeline failed: {told(error)}.", hint="Call it on the same data yourself to see where."
        ) from error


def told(error: BaseException) -> str:
    """Name an error and tell the first of what it says, which may be any amount, or fail."""
    try:
        said = str(error)
    except Exception:
        said = "(it cannot be told)"
    return f"{type(error).__name__}: {said[:_SHOWN]}{'…' if len(said) > _SHOWN else ''}"


def _table(given: Any) -> pl.DataFrame:
    """Take what a pipeline gives as a frame that an Arrow file holds."""
    if isinstance(given, pl.DataFrame):
        frame = given
    else:
        from longshort.audit.leak.frames import as_table  # it takes most of a second

        frame = as_table(given)
    for name, kind in frame.schema.items():
        if kind == pl.Object:
            raise DataError(
                f"the pipeline's column {name!r} holds Python objects.", hint="Give numbers, dates or text in it."
            )
    return frame


def main(name: str, folder: Path) -> None:
    """Run a pipeline on the table in a folder, and write there what it gave or why it failed."""
    try:
        given = call(load(name), pl.read_ipc(folder / DATA))
        _table(given).write_ipc(folder / OUT)
    except LongshortError as error:
        message, hint = str(error.message)[:_SHOWN], str(error.hint)[:_SHOWN]
        failed = {"settings": isinstance(error, SettingsError), "message": message, "hint": hint}
        (folder / FAILED).write_text(json.dumps(failed), "utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads that the pipeline left do not matter any more


if __name__ == "__main__":
    sys.path[:] = sys.argv[3:]
    main(sys.argv[1], Path(sys.argv[2]))
