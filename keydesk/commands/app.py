"""The command line as a whole: the global options, the nouns, and what is said of a line that makes no sense."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, cast

import typer
from typer.core import TyperGroup

from keydesk import __version__
from keydesk.commands import (
    activity,
    api,
    application,
    backup,
    certificate,
    doctor,
    expiring,
    jwt_trust,
    keys,
    lock,
    rotation,
    secret,
    serve,
)
from keydesk.commands.invocation import noun
from keydesk.exits import DONE, INTERRUPTED, WrongUsage
from keydesk.invocation import Invocation
from keydesk.options import GlobalOptions, Theme
from keydesk.streams import write


class _InOrder(TyperGroup):
    """Typer lists plain commands before groups; here the nouns come first."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own type is private
        """Return the names in the order of the help."""
        return sorted(super().list_commands(ctx), key=lambda name: name in ("expiring", "serve", "backup", "doctor"))


secret.app.command("rotate")(rotation.rotate)
secret.app.command("complete-rotation")(rotation.complete)
secret.app.command("undo-rotation")(rotation.undo)

app = noun("A console for client credentials. Without a command it opens on the terminal.", cls=_InOrder)
app.add_typer(application.app, name="application")
app.add_typer(secret.app, name="secret")
app.add_typer(certificate.app, name="certificate")
app.add_typer(jwt_trust.app, name="jwt-trust")
app.add_typer(lock.app, name="lock")
app.add_typer(api.app, name="api")
app.add_typer(activity.app, name="activity")
app.add_typer(keys.app, name="keys")
app.command("expiring")(expiring.expiring)
app.command("serve")(serve.serve)
app.command("backup")(backup.backup)
app.command("doctor")(doctor.doctor)

# Typer's base of everything wrong with a line: its own class in new versions, click's in older ones.
_UsageError = cast(type[typer.BadParameter], typer.BadParameter.__mro__[1])
_SECRET_VALUE = re.compile(r"(kd_[0-9A-Za-z]{8})_[0-9A-Za-z]+")


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one command line and return its exit code; what it refuses is raised."""
    command = typer.main.get_command(app)
    try:
        return command.main(list(argv), prog_name="keydesk", standalone_mode=False, obj=environ) or DONE
    except _UsageError as error:
        raise WrongUsage(_sentence(error)) from None
    except typer.Abort:
        return INTERRUPTED


def _print_version(asked: bool) -> None:
    if asked:
        write(f"keydesk {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def global_options(
    context: typer.Context,
    database: Annotated[
        str | None, typer.Option(metavar="PATH", help="The database: a file, or an SQLAlchemy URL.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Work on a throw-away database with made-up data.")] = False,
    no_mouse: Annotated[bool, typer.Option("--no-mouse", help="Leave the mouse to the terminal.")] = False,
    theme: Annotated[Theme | None, typer.Option(help="The console's colours.")] = None,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command; without a command, open the console."""
    if demo and database is not None:
        raise WrongUsage("--demo works on a database of its own; leave out --database.")
    options = GlobalOptions(database=database, demo=demo, no_mouse=no_mouse, theme=theme)
    if context.invoked_subcommand is None:
        from keydesk import console

        raise typer.Exit(console.run(options))
    context.obj = Invocation(options, context.obj)


def _sentence(error: typer.BadParameter) -> str:
    """Return what is wrong with the line and where to look, without a secret that stood on it by mistake."""
    path = error.ctx.command_path if error.ctx else "keydesk"
    words = " ".join(error.format_message().replace("Value error, ", "").split())
    words = _SECRET_VALUE.sub(r"\1_…", words)
    return f"{words}{'' if words.endswith(('.', '?')) else '.'} See: {path} --help"
