"""With which versions of which libraries a run was made."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version


def version_of(library: str) -> str:
    """Give the version of a library; "unknown" where it lies there without the facts that an installer writes.

    Our own is what the package itself says, which is there in a source tree, too.
    """
    if library == "longshort":
        return str(import_module(library).__version__)  # by its name: the public door stands above all rooms
    try:
        return version(library)
    except PackageNotFoundError:
        return "unknown"
