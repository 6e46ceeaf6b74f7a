"""`longshort report`: the page of a run folder, written again or elsewhere."""

from pathlib import Path

import click

import longshort as ls
from longshort.cli.command import Answer, answers
from longshort.cli.options import lang_option, languages
from longshort.cli.show import contract, wrote
from longshort.language import say


@click.command(
    "report",
    epilog="""\b
Examples:
  longshort report run/
  longshort report run/ --out page.html
  longshort report run/ --markdown > report.md
  longshort report run/ --lang ko --out page.html
""",
)
@click.argument("run", metavar="RUN")
@click.option("--out", metavar="FILE", help="Where to write. [default: RUN/report.html]")
@click.option("--markdown", is_flag=True, help="Print the report as Markdown instead; with --out, write it there.")
@lang_option
@answers
def command(run: str, out: str | None, markdown: bool, lang: str | None) -> Answer:
    """Write the report of a run folder.

    It is one page that opens from disk, without any network.
    """
    loaded = ls.load_run(run)
    chosen = languages(lang)
    document = contract(loaded.summary(chosen.json))
    if not markdown:
        page = Path(out) if out else Path(run) / "report.html"
        loaded.report(page, chosen.text)
        return Answer(document, f"{say(loaded.verdict, chosen.text)}\n\n{wrote(page, chosen.text)}")
    text = loaded.to_markdown(chosen.text).rstrip()
    if out is None:
        return Answer(document, text)
    from longshort.results.files import atomic_write

    atomic_write(Path(out), f"{text}\n".encode())
    return Answer(document, wrote(out, chosen.text))
