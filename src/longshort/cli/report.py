"""`longshort report`: the page of a run folder, written again or elsewhere."""

from pathlib import Path

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.show import contract


@click.command(
    "report",
    epilog="""\b
Examples:
  longshort report run/
  longshort report run/ --out page.html
  longshort report run/ --markdown > report.md
""",
)
@click.argument("run", metavar="RUN")
@click.option("--out", metavar="FILE", help="Where to write. [default: RUN/report.html]")
@click.option("--markdown", is_flag=True, help="Print the report as Markdown instead; with --out, write it there.")
@answers
def command(run: str, out: str | None, markdown: bool) -> Answer:
    """Write the report of a run folder.

    It is one page that opens from disk, without any network.
    """
    loaded = ls.load_run(run)
    document = contract(loaded.summary())
    if not markdown:
        page = Path(out) if out else Path(run) / "report.html"
        loaded.report(page)
        return Answer(document, f"{loaded.verdict}\n\nWrote {page}")
    text = loaded.to_markdown().rstrip()
    if out is None:
        return Answer(document, text)
    from longshort.results.files import atomic_write

    atomic_write(Path(out), f"{text}\n".encode())
    return Answer(document, f"Wrote {out}")
