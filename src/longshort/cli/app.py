"""The program `longshort`: finds the command, runs it, turns whatever goes wrong into a message and an exit code."""

import os
import shlex
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

import click

from longshort.cli.failures import explain
from longshort.errors import OutputError, nearest

COMMANDS = (
    "check", "backtest", "forecast", "audit", "power", "report", "recipes", "run", "sweep", "learn", "demo", "bench",
    "doctor",
)  # fmt: skip


class Program(click.Group):
    """Load each command's module only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"longshort.cli.{cmd_name}").command
        for option in command.params:
            if option.name == "out":
                option.callback = checked_place  # here, so that no command can forget it
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Offer the nearest command where the one typed does not exist."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"There is no command '{args[0]}'. {nearest(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


def checked_place(_: click.Context, option: click.Parameter, out: str | None) -> str | None:
    """Refuse a place for an answer before any work is done: an empty name, or for a file what is none."""
    if out == "":
        raise OutputError("--out '' names nothing.", hint=f"Name a {str(option.metavar).lower()} after --out.")
    if out is not None and option.metavar == "FILE":
        from longshort.results.files import refuse_place

        refuse_place(out)
    return out


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from longshort import __version__

        click.echo(f"longshort {__version__}")
        ctx.exit()


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Type 'longshort COMMAND --help' for a command's options and examples.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@click.pass_context
def app(ctx: click.Context) -> None:
    """Recurrent forecasting that tells you the truth: from a price file to a calibrated forecast and a verdict."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def open_closed_streams() -> None:
    """Let what is said to a closed stdout or stderr (`2>&-`) go nowhere.

    Else the next file that is opened would take the stream's number, and what others print would land in it.
    """
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with 0 (done), 2 (the user's input or options), 1 (our fault) or 130 (Ctrl-C).

    A command that judges leaves with 3 where its judgement is to stop whoever called it (`longshort audit`).
    """
    typed = list(sys.argv[1:] if arguments is None else arguments)
    options = typed[: typed.index("--")] if "--" in typed else typed
    as_json, debug = "--json" in options, "--debug" in options
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal shows '?' rather than failing on a '≥'
    if not (debug or sys.warnoptions):
        warnings.simplefilter("ignore")  # what a user should know comes as a finding, not as a library's warning
    try:
        code = app.main(typed, prog_name="longshort", standalone_mode=False, obj=shlex.join(["longshort", *typed]))
    except Exception as error:
        code = explain(error, as_json=as_json, debug=debug)
    if code:
        sys.exit(code)
