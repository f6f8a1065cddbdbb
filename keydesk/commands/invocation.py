"""What the commands have in common: groups, arguments, and what typer hands them of the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from typer.core import TyperGroup

from core.rules.errors import Refusal
from core.rules.secret_format import hint_of
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import SecretView
from core.services import Services
from keydesk.invocation import Invocation

App = Annotated[str, typer.Argument(metavar="APP", help="Its client ID, its id or its name.", show_default=False)]
Secret = Annotated[str, typer.Argument(metavar="SECRET", help="Its hint or its id.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def noun(words: str, cls: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """Return a group of commands; *words* explain it in the help."""
    # Typer's own way with exceptions prints source lines and values.
    return typer.Typer(
        cls=cls,
        help=words,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def invocation_of(context: typer.Context) -> Invocation:
    """Return what the global options have left for the command."""
    invocation = context.obj
    assert isinstance(invocation, Invocation), "the callback of the global options puts it there"
    return invocation


@contextmanager
def on_application(context: typer.Context, app: str) -> Iterator[tuple[Services, ApplicationView]]:
    """Give the services, and the application that *app* names."""
    with invocation_of(context).services() as services:
        yield services, services.applications.resolve(app)


def secret_named(services: Services, application: ApplicationView, text: str) -> SecretView:
    """Return the client secret that *text* names; a value in its place is told to be lost."""
    hint = hint_of(text)
    if hint:
        raise Refusal(
            f"This is the secret itself, and command lines are seen by everybody on this machine: "
            f"take it as leaked, and name it by its hint, {hint}."
        )
    return services.client_secrets.resolve(application.id, text)
