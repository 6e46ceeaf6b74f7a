"""Run lectures.ipynb from top to bottom; with --write keep in the file what its cells gave.

    python examples/execute.py
    python examples/execute.py --write

Ends with an error where a cell fails or complains. What is kept says nothing of the machine or of the time.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

NOTEBOOK = Path(__file__).with_name("lectures.ipynb")
TIMEOUT_S = 300  # a cell


def executed(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run all cells in a kernel of its own, reached through files and no port; CellExecutionError where one fails."""
    about = dict(book.metadata)
    with TemporaryDirectory() as place:
        NotebookClient(
            book,
            timeout=TIMEOUT_S,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(NOTEBOOK.parent)}},
            config=Config({"KernelManager": {"transport": "ipc", "ip": str(Path(place, "kernel"))}}),
        ).execute()
    book.metadata = about
    return book


def outputs(book: nbformat.NotebookNode) -> dict[str, list[nbformat.NotebookNode]]:
    """Give what each cell of code gave, by its name."""
    return {cell.id: cell.outputs for cell in book.cells if cell.cell_type == "code"}


def main() -> None:
    """Run the notebook, compare what it gives with what the file holds, and write it there if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the outputs in the file")
    options = parser.parse_args()
    before = outputs(nbformat.read(NOTEBOOK, as_version=4))
    book = executed(nbformat.read(NOTEBOOK, as_version=4))
    after = outputs(book)
    complained = [name for name, found in after.items() if any(each.get("name") == "stderr" for each in found)]
    if complained:
        sys.exit(f"Cells of {NOTEBOOK.name} complain: {', '.join(complained)}")
    changed = [name for name, found in after.items() if found != before[name]]
    print(f"{NOTEBOOK.name}: {len(after)} cells ran.")
    if options.write:
        nbformat.write(book, NOTEBOOK)
    elif changed:
        print(f"Some give other outputs than the file holds: {', '.join(changed)}.")
        print("Processors round differently; if the program has changed, type 'make notebook'.")


if __name__ == "__main__":
    main()
