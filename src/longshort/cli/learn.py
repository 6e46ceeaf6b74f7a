"""`longshort learn`: the learning book, written as static pages."""

from pathlib import Path

import click

from longshort.cli.command import Answer, answers


@click.command(
    "learn",
    epilog="""\b
Examples:
  longshort learn
  longshort learn --out book/ --json
""",
)
@click.option("--out", metavar="FOLDER", default="book", show_default=True, help="Where to write: new, empty, a book.")
@answers
def command(out: str) -> Answer:
    """Write the learning book.

    Pages that open from disk, in English and Korean, from one neuron to judging a forecast. Every number and picture
    is computed now, without any data file; the sliders only turn the pages.
    """
    from longshort.cli.progress import counting
    from longshort.learn import build

    with counting("pages written") as listen:
        written = build(Path(out), listen)
    document = {"schema": 1, "out": out, "pages": [path.name for path in written]}
    return Answer(document, f"Wrote {len(written)} pages.\nOpen {written[0]} in a browser.")
