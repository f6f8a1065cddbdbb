"""`keydesk secret`: add, list, edit, revoke, verify, find. A value comes out once, on stdout, and in by stdin only.

Rotating is in `rotation`.
"""

from typing import Annotated

import typer

from core.rules.expiry import Lifetime, SecretState
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.scopes import ApiScope
from core.rules.views.client_secrets import SecretView, Verification
from keydesk.commands.changes import given
from keydesk.commands.documents import write_document
from keydesk.commands.invocation import App, AsJson, Secret, invocation_of, noun, on_application, secret_named
from keydesk.commands.issuing import narrate_issued, write_issued
from keydesk.commands.lists import write_list
from keydesk.commands.remaining import count_live, warn_where_none_is_left
from keydesk.commands.shapes.client_secrets import secret_shape, verification_shape
from keydesk.commands.tables import local, write_fields, write_table
from keydesk.exits import REFUSED, WrongUsage
from keydesk.streams import check_stdout, narrate, read_secret

_HEADINGS = ("Hint", "Description", "API scopes", "Created", "By", "Expires", "Last used", "From", "State")

app = noun("Client secrets: a value is shown once.")

Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Whose it is or where it is kept.")]
Expires = Annotated[Lifetime | None, typer.Option("--expires", help="Counted from now, in calendar years.")]
Scopes = Annotated[
    list[ApiScope] | None,
    typer.Option("--scope", metavar="API", help=f"Which API it opens: {', '.join(ApiScope)}; repeatable."),
]


@app.command("add")
def add(
    context: typer.Context,
    app: App,
    *,
    description: Description = None,
    expires: Annotated[Lifetime, typer.Option("--expires", help="In calendar years.")] = Lifetime.ONE_YEAR,
    scope: Scopes = None,
    as_json: AsJson = False,
) -> None:
    """Make a client secret and print its value, this once, on stdout.

    Without --scope it opens every API.
    """
    asked = NewSecret(description, expires, scope or frozenset(ApiScope))
    check_stdout()
    with on_application(context, app) as (services, application):
        issued = services.client_secrets.add(application.id, asked)
    revoke_it = f"to revoke it: keydesk secret revoke {application.client_id} {issued.secret.hint}"
    write_issued(issued, as_json=as_json, way_out=lambda: revoke_it)
    narrate_issued(f"Client secret {issued.secret.hint} for “{application.name}”", issued)


@app.command("list")
def list_(
    context: typer.Context,
    app: App,
    revoked: Annotated[bool, typer.Option("--all", help="The revoked ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the client secrets of an application, newest first."""
    with on_application(context, app) as (services, application):
        views = services.client_secrets.list(application.id, revoked=revoked)
    count = f"{application.secrets.counted} of {application.secrets.limit} client secrets."
    write_list(views, secret_shape, _HEADINGS, _row, count, as_json=as_json)


@app.command("edit")
def edit(
    context: typer.Context,
    app: App,
    secret: Secret,
    *,
    description: Description = None,
    expires: Expires = None,
    scope: Scopes = None,
    as_json: AsJson = False,
) -> None:
    """Change description, expiry or API scopes; never the value."""
    asked = given(description=description, lifetime=expires, scopes=scope or None)
    if not asked:
        raise WrongUsage("Nothing to edit; give --description, --expires or --scope.")
    changes = SecretChanges(**asked)
    with on_application(context, app) as (services, application):
        view = secret_named(services, application, secret)
        edited = services.client_secrets.edit(application.id, view.id, changes)
    _write(edited, as_json=as_json)


@app.command("revoke")
def revoke(context: typer.Context, app: App, secret: Secret, as_json: AsJson = False) -> None:
    """Revoke a client secret at once and for good."""
    with on_application(context, app) as (services, application):
        view = secret_named(services, application, secret)
        revocation = services.client_secrets.revoke(application.id, view.id)
        live = count_live(services, application)
    if as_json:
        write_document(secret_shape(revocation.secret))
    narrate(f"{view.hint} {revocation.outcome}.")
    warn_where_none_is_left(application, live)


@app.command("verify")
def verify(context: typer.Context, app: App, as_json: AsJson = False) -> None:
    """Read a value on stdin and tell which of the application's secrets it is, and whether it works."""
    with on_application(context, app) as (services, application):
        found = services.verification.verify(application.id, read_secret("Client secret"))
    _answer(found, as_json=as_json)


@app.command("find")
def find(context: typer.Context, as_json: AsJson = False) -> None:
    """Read a value or a hint on stdin and tell whose secret it is, over all applications."""
    with invocation_of(context).services() as services:
        found = services.verification.find(read_secret("Client secret or hint"))
    _answer(found, as_json=as_json)


def _row(view: SecretView) -> tuple[str | None, ...]:
    return (
        view.hint,
        view.description,
        _labels(view.scopes),
        local(view.created_at),
        view.created_by,
        local(view.expires_at) or "never",
        local(view.last_used_at),
        view.last_used_from,
        _state(view),
    )


def _state(view: SecretView) -> str:
    if view.state is SecretState.RETIRING:
        return f"{view.state} until {local(view.retires_at)}"
    return f"{view.state}, rotated" if view.revoked_reason == "rotated" else view.state


def _write(view: SecretView, *, as_json: bool) -> None:
    if as_json:
        write_document(secret_shape(view))
        return
    write_table(_HEADINGS, [[_row(view)]])


def _answer(found: Verification, *, as_json: bool) -> None:
    """Write what a value turned out to be; the exit code says whether it works."""
    if as_json:
        write_document(verification_shape(found))
    elif found.matches:
        write_fields(
            (
                ("Application", found.application),
                ("Client ID", found.client_id),
                ("Hint", found.hint),
                ("API scopes", _labels(found.scopes)),
                ("State", found.state),
                ("Works", "yes" if found.works else "no"),
            )
        )
    if not found.works:
        narrate(found.reason or "It does not work.")
        raise typer.Exit(REFUSED)


def _labels(scopes: frozenset[ApiScope]) -> str:
    return ", ".join(scope.label for scope in ApiScope if scope in scopes)
