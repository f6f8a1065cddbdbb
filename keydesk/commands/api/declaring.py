"""`keydesk api`: create, list, show, set, delete. What callers of a protected API must present, and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT, Located, Place, Profile, Security
from core.rules.gateways import wants_new_text
from core.rules.gateways.unasked import GOES_ON, NOT_FOLLOWING, may_be_unasked
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.requests.fields import UNCHANGED, Unchanged
from core.rules.views.apis import ApiView
from core.services import Services
from keydesk.commands.api.cautions import caution
from keydesk.commands.api.options import (
    NAME,
    AnyScope,
    Api,
    GatewayUrl,
    IdIn,
    IdName,
    Kinds,
    NoScopes,
    OpensTo,
    OtherGateway,
    OtherName,
    OtherTitle,
    OtherUpstream,
    Path,
    Refusals,
    Scopes,
    SecretIn,
    SecretName,
    SubscribedOnly,
    Title,
    Upstream,
)
from keydesk.commands.api.tables import used_by, write_api, write_apis
from keydesk.commands.changes import given, scopes_instead
from keydesk.commands.documents import write_array, write_document
from keydesk.commands.invocation import AsJson, invocation_of, noun
from keydesk.commands.shapes.apis import api_shape
from keydesk.exits import WrongUsage
from keydesk.streams import narrate

app = noun("Protected APIs: what a gateway asks keydesk about each call.")


@app.command("create")
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=NAME, show_default=False)],
    *,
    path: Path = None,
    upstream: Upstream = None,
    title: Title = None,
    gateway: GatewayUrl = None,
    security: Kinds = None,
    client_id_in: IdIn = None,
    client_id_name: IdName = None,
    client_secret_in: SecretIn = None,
    client_secret_name: SecretName = None,
    scope: Scopes = None,
    any_scope: AnyScope = None,
    api_scope: OpensTo = None,
    subscribed_only: SubscribedOnly = None,
    profile: Refusals = None,
    as_json: AsJson = False,
) -> None:
    """Protect an API. Without --security it takes client ID and secret, in headers."""
    if path is None:
        raise WrongUsage("Under which path do callers find it? Give --path, such as /weather.")
    asked = NewApi(
        name,
        path,
        upstream,
        title,
        gateway,
        security or (Security.PAIR,),
        client_id_at=_located(CLIENT_ID_AT, client_id_in, client_id_name),
        client_secret_at=_located(CLIENT_SECRET_AT, client_secret_in, client_secret_name),
        scopes=scope or (),
        any_scope=bool(any_scope),
        api_scope=api_scope.scope if api_scope else None,
        subscribed_only=bool(subscribed_only),
        profile=profile or Profile.RFC6750,
    )
    with invocation_of(context).services(makes_database=True) as services:
        view = services.apis.create(asked)
    write_api(view, as_json=as_json)
    caution(view, context.params)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List all protected APIs by name."""
    with invocation_of(context).services() as services:
        views = services.apis.list()
    if as_json:
        write_array(map(api_shape, views))
    elif not write_apis(views):
        narrate("There are no protected APIs yet; keydesk api create NAME --path /PATH makes one.")


@app.command("show")
def show(context: typer.Context, api: Api, as_json: AsJson = False) -> None:
    """Show one protected API."""
    with on_api(context, api) as (_, view):
        write_api(view, as_json=as_json)


@app.command("set")
def set_(
    context: typer.Context,
    api: Api,
    *,
    name: OtherName = None,
    path: Path = None,
    upstream: OtherUpstream = None,
    title: OtherTitle = None,
    gateway: OtherGateway = None,
    security: Kinds = None,
    client_id_in: IdIn = None,
    client_id_name: IdName = None,
    client_secret_in: SecretIn = None,
    client_secret_name: SecretName = None,
    scope: Scopes = None,
    no_scopes: NoScopes = False,
    any_scope: AnyScope = None,
    api_scope: OpensTo = None,
    subscribed_only: SubscribedOnly = None,
    profile: Refusals = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given, and nothing else; it holds from the next call on, at gateways with a new configuration."""
    asked = given(
        name=name,
        path=path,
        upstream=upstream,
        title=title,
        gateway=gateway,
        security=security or None,
        scopes=scopes_instead(scope, none=no_scopes),
        any_scope=any_scope,
        subscribed_only=subscribed_only,
        profile=profile,
    )
    if not asked and not any((api_scope, client_id_in, client_id_name, client_secret_in, client_secret_name)):
        raise WrongUsage("Nothing to set; see: keydesk api set --help.")
    with on_api(context, api) as (services, view):
        changes = ApiChanges(
            **asked,
            api_scope=api_scope.scope if api_scope else UNCHANGED,
            client_id_at=_moved(view.client_id_at, client_id_in, client_id_name),
            client_secret_at=_moved(view.client_secret_at, client_secret_in, client_secret_name),
        )
        changed = services.apis.change(view.id, changes)
    write_api(changed, as_json=as_json)
    caution(changed, context.params)
    if wants_new_text(view, changed):
        narrate(f"A gateway in front of it needs a new configuration: keydesk api gateway {changed.name} --for …")
    elif may_be_unasked(view):
        narrate(NOT_FOLLOWING)


@app.command("delete")
def delete(context: typer.Context, api: Api, as_json: AsJson = False) -> None:
    """Delete a protected API: its gateway lets nobody in from now on. Says who has used it."""
    with on_api(context, api) as (services, view):
        users = services.subscriptions.of_api(view.id)
        services.apis.delete(view.id)
    if as_json:
        write_document(api_shape(view))
    narrate(f"The API “{view.name}” is deleted. {used_by(users)}")
    if may_be_unasked(view):
        narrate(GOES_ON)


@contextmanager
def on_api(context: typer.Context, api: str) -> Iterator[tuple[Services, ApiView]]:
    """Give the services, and the API that *api* names."""
    with invocation_of(context).services() as services:
        yield services, services.apis.resolve(api)


def _located(default: Located, place: Place | None, name: str | None) -> Located:
    return Located(place or default.place, default.name if name is None else name)


def _moved(now: Located, place: Place | None, name: str | None) -> Located | Unchanged:
    return UNCHANGED if place is None and name is None else _located(now, place, name)
