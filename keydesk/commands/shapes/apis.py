"""Protected APIs as JSON."""

from core.rules.apis import Security
from core.rules.views.apis import ApiView, CallerView
from keydesk.commands.documents import Shape, moment


def api_shape(view: ApiView) -> Shape:
    """Return the object *api*; `api_scope` null: a secret of any API scope opens it."""
    return {
        "id": view.id,
        "name": view.name,
        "title": view.title,
        "path": view.path,
        "upstream": view.upstream,
        "gateway": view.gateway,
        "public_url": view.public_url,
        "security": security_words(view.security),
        "client_id_in": view.client_id_at.place,
        "client_id_name": view.client_id_at.name,
        "client_secret_in": view.client_secret_at.place,
        "client_secret_name": view.client_secret_at.name,
        "scopes": list(view.scopes),
        "any_scope": view.any_scope,
        "api_scope": view.api_scope,
        "subscribed_only": view.subscribed_only,
        "profile": view.profile,
        "subscriptions": view.subscriptions,
        "last_called_at": moment(view.last_called_at),
        "created_at": moment(view.created_at),
        "created_by": view.created_by,
    }


def caller_shape(view: CallerView) -> Shape:
    """Return the object of *api callers*; `application` is its name."""
    return {
        "application": view.application,
        "application_id": view.application_id,
        "client_id": view.client_id,
        "enabled": view.enabled,
        "subscribed_at": moment(view.subscribed_at),
        "subscribed_by": view.subscribed_by,
        "last_called_at": moment(view.last_called_at),
        "calls": view.calls,
    }


def security_words(security: frozenset[Security]) -> list[str]:
    """Return kinds of security in the order of the form."""
    return [each.value for each in Security if each in security]
