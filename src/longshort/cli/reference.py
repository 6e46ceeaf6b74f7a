"""The reference of the command line, made from the program: `python -m longshort.cli.reference > docs/cli.md`."""

import click

from longshort.cli.app import COMMANDS, app

_HEAD = """\
# The command line

<!-- Made by `make docs` from the program itself: change the program, not this page. -->

Every command knows `--help`. Options that a command does not know are refused, with the nearest that it does.

| exit code | means |
|---|---|
| 0 | done, also when no skill is shown |
| 1 | a fault in longshort; `--debug` shows where |
| 2 | something in the input or the options must change; the message says what |
| 3 | judged: the numbers cannot be trusted; with `--require-skill` also that no skill is shown |
| 130 | stopped by Ctrl-C; the message says how to go on |

With `--json`, stdout holds one JSON document and nothing else ([its parts](json.md)); an error is then a JSON document
on stderr. Progress appears on stderr, and only in a terminal.

Commands with `--lang` speak English or Korean. Text follows the terminal (`LC_ALL`, `LC_MESSAGES`, `LANG`) unless a
language is typed; the sentences in JSON are English unless one is typed, and its keys and codes are never translated.
"""


def reference() -> str:
    """Describe every command with its options and examples, as Markdown."""
    context = click.Context(app, info_name="longshort", **app.context_settings)
    commands = [command for name in COMMANDS if (command := app.get_command(context, name))]
    sections = [_section(command, click.Context(command, parent=context)) for command in commands]
    return "\n".join([_HEAD, *sections])


def _section(command: click.Command, context: click.Context) -> str:
    pieces = " ".join(command.collect_usage_pieces(context))
    rows = [f"| `{_spelling(option, context)}` | {_cell(_what(option))} |" for option in _options(command, context)]
    examples = [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith("longshort")]
    return "\n".join(
        [
            f"## {command.name}\n",
            f"```\nlongshort {command.name} {pieces}\n```\n",
            f"{_prose(command.help or '')}\n",
            "| option | what it does |\n|---|---|",
            *rows,
            "\n```",
            *examples,
            "```\n",
        ]
    )


def _options(command: click.Command, context: click.Context) -> list[click.Option]:
    return [option for option in command.get_params(context) if isinstance(option, click.Option)]


def _spelling(option: click.Option, context: click.Context) -> str:
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    return _cell(", ".join(option.opts) + value)


def _what(option: click.Option) -> str:
    return f"{option.help}" + (f" [default: {option.default}]" if option.show_default else "")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _prose(text: str) -> str:
    return "\n\n".join(" ".join(block.split()) for block in text.split("\n\n"))


if __name__ == "__main__":
    click.echo(reference(), nl=False)
