"""`keydesk secret rotate`, `complete-rotation` and `undo-rotation`: what `r` does in the console."""

from typing import Annotated

import typer

from core.client_secrets.rotation import Rotation
from core.rules.errors import LimitReached, Refusal
from core.rules.expiry import SecretState
from core.rules.rotation import PRESELECTED, Grace
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import SecretView
from keydesk.commands.documents import write_document
from keydesk.commands.invocation import App, AsJson, Secret, on_application, secret_named
from keydesk.commands.issuing import narrate_issued, write_issued
from keydesk.commands.remaining import count_live, warn_where_none_is_left
from keydesk.commands.shapes.client_secrets import secret_shape
from keydesk.commands.tables import local
from keydesk.streams import check_stdout, narrate

Revoking = Annotated[
    str | None,
    typer.Option(metavar="SECRET", help="Another one that gives its place: revoked if the rotation succeeds."),
]
GracePeriod = Annotated[Grace, typer.Option("--grace", help="How long the old one goes on working.")]


def rotate(
    context: typer.Context,
    app: App,
    secret: Secret,
    grace: GracePeriod = PRESELECTED,
    *,
    revoking: Revoking = None,
    as_json: AsJson = False,
) -> None:
    """Make a twin and print its value, this once, on stdout; the old secret works until its grace period is over.

    The twin has the same description, API scopes and lifetime.
    """
    check_stdout()
    with on_application(context, app) as (services, application):
        view = secret_named(services, application, secret)
        room = secret_named(services, application, revoking) if revoking is not None else None
        try:
            rotation = services.rotations.rotate(application.id, view.id, grace, revoking=room.id if room else None)
        except LimitReached as full:
            raise Refusal(f"{full.sentence} Add --revoking SECRET, or --grace now.") from None
    write_issued(rotation.issued, as_json=as_json, way_out=lambda: _way_out(application, rotation))
    new, old = rotation.issued.secret, rotation.old
    narrate_issued(f"Client secret {new.hint} replaces {old.hint} of “{application.name}”", rotation.issued)
    narrate(_what_becomes_of(old))
    if room:
        narrate(f"{room.hint} is revoked.")


def complete(context: typer.Context, app: App, secret: Secret, as_json: AsJson = False) -> None:
    """End the grace period of a retiring secret now: it is revoked, and the tokens that it obtained live on."""
    with on_application(context, app) as (services, application):
        view = secret_named(services, application, secret)
        old = services.rotations.complete(application.id, view.id)
        live = count_live(services, application)
    if as_json:
        write_document(secret_shape(old))
    narrate(_what_becomes_of(old))
    warn_where_none_is_left(application, live)


def undo(context: typer.Context, app: App, secret: Secret, as_json: AsJson = False) -> None:
    """Let a retiring secret be as it was, and revoke its twin; refused while a twin that was used works."""
    with on_application(context, app) as (services, application):
        view = secret_named(services, application, secret)
        twin = services.rotations.twin(application.id, view.id)
        old = services.rotations.undo(application.id, view.id)
        revoked = twin and services.client_secrets.resolve(application.id, twin.secret.id).state is SecretState.REVOKED
    if as_json:
        write_document(secret_shape(old))
    also = f"; {twin.secret.hint}, which had replaced it, is revoked" if twin and revoked else ""
    narrate(f"{old.hint} is {old.state} as before{also}.")


def _what_becomes_of(old: SecretView) -> str:
    if old.state is SecretState.RETIRING:
        return f"{old.hint} works until {local(old.retires_at)}."
    return f"{old.hint} is revoked; tokens that it obtained live on to their end."


def _way_out(application: ApplicationView, rotation: Rotation) -> str:
    if rotation.old.state is SecretState.RETIRING:
        return f"to undo it: keydesk secret undo-rotation {application.client_id} {rotation.old.hint}"
    return (
        f"to make another one: keydesk secret rotate {application.client_id} {rotation.issued.secret.hint} --grace now"
    )
