"""Write the book: one page after the other, each a file that needs nothing but a browser."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from longshort.errors import OutputError, examples
from longshort.learn import cover, pages
from longshort.learn.text import Text, named, words
from longshort.results.files import TEMPORARY, atomic_write, writing

MARK = "longshort-learn"  # what tells a page of the book from somebody's own file
PARTS = {"0": "learning", "6": "memory", "10": "forecasting"}  # the page that each part begins with
W = words(__file__)
Listen = Callable[[int, int], None]


def names() -> list[str]:
    """List the pages by file name, in reading order."""
    return sorted(module.name for module in iter_modules(pages.__path__))


def build(out: str | Path, listen: Listen | None = None) -> list[Path]:
    """Write the book into a folder and give its files, the contents first.

    `listen` is told after each page how many of how many are done. No page is half written; a folder that holds
    anything but an earlier book is refused with OutputError.
    """
    folder = Path(out)
    _refuse_foreign(folder)
    modules = [load(name) for name in names()]
    written = []
    for at, module in enumerate(modules):
        path = folder / f"{names()[at]}.html"
        atomic_write(path, page(module, modules).encode())
        written.append(path)
        if listen:
            listen(at + 1, len(modules))
    contents = folder / "index.html"
    atomic_write(contents, index(modules).encode())
    return [contents, *written]


def index(modules: list[ModuleType]) -> str:
    """Write the cover: a picture to move, and the pages by the part of the book that they belong to."""
    firsts = [at for at, module in enumerate(modules) if module.HEAD.number in PARTS]
    parts = [(W(PARTS[modules[at].HEAD.number]), modules[at:end]) for at, end in pairwise([*firsts, len(modules)])]
    return _render("index.html", parts=parts, cover=cover.show(), title=W("title"), lead=W("lead"))


def load(name: str) -> ModuleType:
    """Import one page by its file name."""
    return import_module(f"{pages.__name__}.{name}")


def page(module: ModuleType, modules: list[ModuleType]) -> str:
    """Compute and write one page as HTML; `modules` are all pages, for the links to its neighbours."""
    from longshort.training.executor_torch import one_thread

    at = modules.index(module)
    before, after = (modules[at - 1] if at else None), (modules[at + 1] if at + 1 < len(modules) else None)
    title = Text(*(f"{module.HEAD.number}. {title}" for title in module.HEAD.title))
    with one_thread():  # a page's networks are so small that sharing them out costs more than it saves
        body = Markup("\n").join(module.show())
    return _render("page.html", title=title, lead=module.HEAD.question, body=body, before=before, after=after)


def file_of(module: ModuleType) -> str:
    """Name the file of a page."""
    return module.__name__.rpartition(".")[2] + ".html"


def _refuse_foreign(folder: Path) -> None:
    with writing(folder):
        inside = sorted(folder.iterdir()) if folder.exists() else []
        foreign = [path.name for path in inside if not (path.name.startswith(TEMPORARY) or _is_ours(path))]
    if foreign:
        raise OutputError(
            f"'{folder}' holds what is no page of the book: {examples(foreign)}.",
            hint="Name a folder that is new or empty, such as --out book",
        )


def _is_ours(path: Path) -> bool:
    if path.suffix != ".html" or not path.is_file():
        return False
    with path.open("rb") as file:
        return MARK.encode() in file.read(1000)


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(mark=MARK, **values)


@cache
def _environment() -> Environment:
    loader = PackageLoader("longshort.learn", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"asset": _asset, "file_of": file_of, "named": named, "say": Text}
    return environment


def _asset(room: str, name: str) -> Markup:
    """Give a style sheet or a script of the report's or of ours as it stands."""
    return Markup((files(f"longshort.{room}") / "templates" / name).read_text("utf-8"))
