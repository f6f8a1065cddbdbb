"""`keydesk application`: list, create, show, set, delete."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated

import typer

from core.applications.application_list import ApplicationOrder
from core.rules.limits import NAME_LENGTH, TOKEN_LIFETIME_MINUTES
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.views.applications import ApplicationView
from core.services import Services
from keydesk.commands.changes import given, scopes_instead
from keydesk.commands.documents import write_array, write_document
from keydesk.commands.invocation import App, AsJson, invocation_of, noun, on_application
from keydesk.commands.shapes.applications import application_shape
from keydesk.commands.tables import local, write_fields, write_table, yes_or_no
from keydesk.exits import WrongUsage
from keydesk.streams import narrate

_PAGE = 500
_HEADINGS = ("Name", "Client ID", "Secrets", "Next expiry", "Last used", "State")
_NAME = f"1 to {NAME_LENGTH} characters, unique."
_MINUTES = f"{TOKEN_LIFETIME_MINUTES[0]} to {TOKEN_LIFETIME_MINUTES[-1]} minutes."

app = noun("Applications and their client IDs.")

Description = Annotated[str | None, typer.Option(metavar="TEXT", help="What it is for; empty takes it away.")]


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List all applications by name."""
    with invocation_of(context).services() as services:
        if as_json:
            write_array(map(application_shape, chain.from_iterable(_pages(services))))
        elif not write_table(_HEADINGS, ([_row(view) for view in page] for page in _pages(services))):
            narrate("There are no applications yet; keydesk application create NAME makes one.")


@app.command("create")
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_NAME, show_default=False)],
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="What it is for.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make an application with a new client ID."""
    asked = NewApplication(name, description)
    with invocation_of(context).services(makes_database=True) as services:
        _write(services.applications.create(asked), as_json=as_json)


@app.command("show")
def show(context: typer.Context, app: App, as_json: AsJson = False) -> None:
    """Show one application."""
    with on_application(context, app) as (_, application):
        _write(application, as_json=as_json)


@app.command("set")
def set_(
    context: typer.Context,
    app: App,
    *,
    name: Annotated[str | None, typer.Option(metavar="NAME", help=_NAME)] = None,
    description: Description = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Disabled, it authenticates nowhere.")
    ] = None,
    locking_enabled: Annotated[
        bool | None, typer.Option("--locking/--no-locking", help="Whether five failed logons lock the client ID.")
    ] = None,
    introspects: Annotated[
        bool | None, typer.Option("--introspects/--no-introspects", help="Whether it may introspect others' tokens.")
    ] = None,
    token_lifetime: Annotated[int | None, typer.Option(metavar="MIN", help=_MINUTES)] = None,
    scope: Annotated[
        list[str] | None, typer.Option(metavar="S", help="An OAuth scope of its tokens; repeatable, replaces the set.")
    ] = None,
    no_scopes: Annotated[bool, typer.Option("--no-scopes", help="Empty the set of OAuth scopes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Change what is given, and nothing else."""
    asked = given(
        name=name,
        description=description,
        enabled=enabled,
        locking_enabled=locking_enabled,
        introspects=introspects,
        token_lifetime=token_lifetime,
        scopes=scopes_instead(scope, none=no_scopes),
    )
    if not asked:
        raise WrongUsage("Nothing to set; see: keydesk application set --help.")
    changes = ApplicationChanges(**asked)
    with on_application(context, app) as (services, application):
        _write(services.applications.change(application.id, changes), as_json=as_json)


@app.command("delete")
def delete(
    context: typer.Context,
    app: App,
    yes: Annotated[bool, typer.Option("--yes", help="Yes, with all its secrets.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete an application with all its client secrets. Its activity stays."""
    if not yes:
        raise WrongUsage("Deleting takes all its client secrets with it; add --yes if that is meant.")
    with on_application(context, app) as (services, application):
        subscribed = services.subscriptions.of_application(application.id)
        services.applications.delete(application.id, application.name)
        if as_json:
            write_document(application_shape(application))
    narrate(f"Deleted “{application.name}” with {application.secrets.live} live client secrets.")
    if subscribed:
        narrate(f"It had subscribed to {', '.join(subscribed)}.")


def _pages(services: Services) -> Iterator[Iterable[ApplicationView]]:
    """Give the whole list, some hundred applications at a time."""
    order = ApplicationOrder()
    page = services.application_list.start(order, _PAGE)
    while page.rows:
        yield page.rows
        if len(page.rows) < _PAGE:
            return
        page = services.application_list.after(order, page.rows[-1], _PAGE)


def _row(view: ApplicationView) -> tuple[str | None, ...]:
    secrets = f"{view.secrets.counted}/{view.secrets.limit}"
    return (view.name, view.client_id, secrets, local(view.next_expiry), local(view.last_used_at), view.state)


def _write(view: ApplicationView, *, as_json: bool) -> None:
    if as_json:
        write_document(application_shape(view))
        return
    secrets = view.secrets
    write_fields(
        (
            ("Name", view.name),
            ("Description", view.description),
            ("Client ID", view.client_id),
            ("State", view.state),
            ("Enabled", yes_or_no(view.enabled)),
            ("Locking", "on" if view.locking_enabled else "off"),
            ("Locked until", local(view.locked_until)),
            ("Failed logons", str(view.failed_logons)),
            ("Introspects", yes_or_no(view.introspects)),
            ("Token lifetime", f"{view.token_lifetime} min"),
            ("OAuth scopes", " ".join(view.scopes)),
            ("Client secrets", f"{secrets.counted} of {secrets.limit}, {secrets.live} live"),
            ("Next expiry", local(view.next_expiry)),
            ("Last used", local(view.last_used_at)),
            ("Created", local(view.created_at)),
            ("Id", view.id),
        )
    )
