"""`keydesk jwt-trust`: add, list, edit, fetch, delete. Whose JWTs authenticate an application (RFC 7523)."""

from enum import StrEnum
from typing import Annotated

import typer

from core.rules.requests.jwt_trusts import NewTrust, TrustChanges
from keydesk.commands.changes import given
from keydesk.commands.documents import write_document
from keydesk.commands.invocation import App, AsJson, noun, on_application
from keydesk.commands.jwt_trust_tables import outcome, write_trust, write_trusts
from keydesk.commands.shapes.jwt_trusts import trust_shape
from keydesk.exits import REFUSED, WrongUsage
from keydesk.streams import narrate

app = noun("JWT trusts: whose JWTs authenticate an application.")


class Refresh(StrEnum):
    """How often the keys are fetched."""

    DAILY = "24h"
    TWICE_A_DAY = "12h"

    @property
    def hours(self) -> int:
        """Return it as a number."""
        return int(self.removesuffix("h"))


Trust = Annotated[str, typer.Argument(metavar="ID", help="Its id, or the beginning of it.", show_default=False)]
Issuer = Annotated[str | None, typer.Option(metavar="URL", help="Who issues the JWTs; wants --subject.")]
JwksUri = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Where the keys are. With --issuer it may be left out, and is discovered; "
        "alone, issuer and subject of a JWT are the client ID.",
    ),
]
Subject = Annotated[str | None, typer.Option(metavar="TEXT", help="Whom the issuer's JWTs must be about.")]
Audience = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Whom they must be for; without it, the issuer of keydesk serve.")
]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Whose it is, or what for.")]


@app.command("add")
def add(
    context: typer.Context,
    app: App,
    *,
    issuer: Issuer = None,
    jwks_uri: JwksUri = None,
    subject: Subject = None,
    audience: Audience = None,
    refresh: Annotated[Refresh, typer.Option(help="How often the keys are fetched.")] = Refresh.DAILY,
    description: Description = None,
    as_json: AsJson = False,
) -> None:
    """Trust the JWTs of an issuer about a subject, or those that the keys at a JWKS URI sign; fetch the keys once.

    Where they cannot be fetched the trust is there all the same, and they are fetched when a JWT comes.
    """
    if issuer is None and jwks_uri is None:
        raise WrongUsage("Whom to trust? Give --issuer or --jwks-uri.")
    asked = NewTrust(issuer, jwks_uri, subject, audience, refresh.hours, description)
    with on_application(context, app) as (services, application):
        view = services.jwt_trusts.add(application.id, asked)
    write_trust(view, as_json=as_json)
    narrate(f"JWT trust {view.id} for “{application.name}” is added. {outcome(view)}")


@app.command("list")
def list_(context: typer.Context, app: App, as_json: AsJson = False) -> None:
    """List the JWT trusts of an application, newest first."""
    with on_application(context, app) as (services, application):
        views = services.jwt_trusts.list(application.id)
    write_trusts(views, as_json=as_json)


@app.command("edit")
def edit(
    context: typer.Context,
    app: App,
    trust: Trust,
    *,
    issuer: Issuer = None,
    jwks_uri: JwksUri = None,
    subject: Subject = None,
    audience: Audience = None,
    refresh: Annotated[Refresh | None, typer.Option(help="How often the keys are fetched.")] = None,
    description: Description = None,
    as_json: AsJson = False,
) -> None:
    """Change a JWT trust. An empty --jwks-uri is discovered again; an empty --audience is that of keydesk serve.

    With another issuer or JWKS URI, the keys that it had are gone, and fetched anew.
    """
    asked = given(
        issuer=issuer,
        jwks_uri=jwks_uri,
        subject=subject,
        audience=audience,
        refresh_hours=refresh.hours if refresh else None,
        description=description,
    )
    if not asked:
        raise WrongUsage(
            "Nothing to edit; give --issuer, --jwks-uri, --subject, --audience, --refresh or --description."
        )
    changes = TrustChanges(**asked)
    with on_application(context, app) as (services, application):
        view = services.jwt_trusts.resolve(application.id, trust)
        edited = services.jwt_trusts.edit(application.id, view.id, changes)
    write_trust(edited, as_json=as_json)


@app.command("fetch")
def fetch(context: typer.Context, app: App, trust: Trust, as_json: AsJson = False) -> None:
    """Fetch the keys of a JWT trust now and show those found; where that fails the last good ones are kept."""
    with on_application(context, app) as (services, application):
        view = services.jwt_trusts.resolve(application.id, trust)
        fetched = services.jwt_trusts.fetch(application.id, view.id)
    write_trust(fetched, as_json=as_json)
    narrate(outcome(fetched))
    if fetched.failure:
        raise typer.Exit(REFUSED)


@app.command("delete")
def delete(context: typer.Context, app: App, trust: Trust, as_json: AsJson = False) -> None:
    """Delete a JWT trust at once and for good."""
    with on_application(context, app) as (services, application):
        view = services.jwt_trusts.resolve(application.id, trust)
        services.jwt_trusts.delete(application.id, view.id)
    if as_json:
        write_document(trust_shape(view))
    narrate(f"JWT trust {view.id} of “{application.name}” is deleted.")
