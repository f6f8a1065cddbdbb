"""What every command is given: the global options, the environment, and by them the services."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from typer.core import TyperGroup

from core.rules.errors import Refusal, UnfitPlace
from core.rules.secret_format import hint_of
from core.rules.views import ApplicationView, SecretView
from core.services import Services
from keydesk.compose import compose, failures_told
from keydesk.options import GlobalOptions
from keydesk.settings import Settings, load
from store.database import named, revision_at

App = Annotated[str, typer.Argument(metavar="APP", help="Its client ID, its id or its name.", show_default=False)]
Secret = Annotated[str, typer.Argument(metavar="SECRET", help="Its hint or its id.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command line, as far as all commands share it."""

    options: GlobalOptions
    environ: Mapping[str, str]

    def settings(self) -> Settings:
        """Return the settings that hold for it."""
        return load(self.options, self.environ)

    @contextmanager
    def services(self, *, makes_database: bool = False) -> Iterator[Services]:
        """Give the services, on the demo's throw-away database where that was asked for.

        A database that is not there is made only by what begins with it: elsewhere its name is mistyped.
        """
        with failures_told():
            if self.options.demo:
                from keydesk.demo import open_demo

                with open_demo() as services:
                    yield services
                return
            settings = self.settings()
            if not makes_database:
                must_be_there(settings.database)
            services = compose(settings, self.environ)
            try:
                yield services
            finally:
                services.close()


def must_be_there(location: str) -> None:
    """Raise `UnfitPlace` where *location* names a database that does not exist, or that is not fit."""
    if revision_at(location) is None:
        raise UnfitPlace(
            f"{named(location)} does not exist. The console makes it, and so does: keydesk application create."
        )


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
