"""What a named recipe is, and what it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from longshort.language import Message, message
from longshort.results.run import Task

if TYPE_CHECKING:
    from longshort.results.run import Run
    from longshort.training.records import Record


@dataclass(frozen=True)
class Ask:
    """Hold what a recipe is asked for.

    `settings` are the recipe's own after `--quick`, `--set` and `--seed`. `files` are the files or folders that it
    needs, one for each of its `needs`, and none where the data are to be made up (`synthetic`) or nothing is needed.
    `quick` asks for a smaller budget than the settings' own, such as fewer rows. `listen` is told of every epoch.
    Below `checkpoint`, a folder, an interrupted training may keep what it needs to go on.
    """

    settings: Any
    files: tuple[Path, ...] = ()
    synthetic: bool = False
    quick: bool = False
    device: str = "auto"
    listen: "Callable[[Record], None] | None" = None
    checkpoint: Path | None = None

    @property
    def data(self) -> Path | None:
        """Give the first file or folder; None where the data are synthetic or nothing is needed."""
        return self.files[0] if self.files else None


@dataclass(frozen=True)
class Named:
    """Hold a system of the lectures under its name: what it needs, what to expect, and how it runs.

    `needs` names files (or folders, with a "/" at the end) as they lie below a folder of data, none where the recipe
    brings its own. `settings` is a frozen struct with a `seed`; `validate` refuses settings that cannot be, before any
    data are read. `quick` are the settings that `--quick` changes, by dotted name. `time` is how long it takes on two
    cores, `expect` what comes out, `source` where it comes from.
    """

    name: str
    lecture: str
    task: Task
    time: str
    expect: str
    source: str
    settings: msgspec.Struct
    run: "Callable[[Ask], Run]" = field(repr=False)
    needs: tuple[str, ...] = ()
    quick: Mapping[str, Any] = field(default_factory=dict)
    validate: Callable[[Any], None] | None = None

    @property
    def about(self) -> Message:
        """Say in half a sentence what it is."""
        return message(f"recipes.about.{self.name}")

    def summary(self) -> dict[str, Any]:
        """Give what `longshort recipes --json` prints of it."""
        names = ("name", "lecture", "task", "about", "time", "expect", "source")
        return {name: str(getattr(self, name)) for name in names} | {"needs": list(self.needs)}
