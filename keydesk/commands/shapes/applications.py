"""Applications as JSON."""

from core.rules.views.applications import ApplicationView
from keydesk.commands.documents import Shape, moment


def application_shape(view: ApplicationView) -> Shape:
    """Return the object *application*."""
    return {
        "id": view.id,
        "name": view.name,
        "description": view.description,
        "client_id": view.client_id,
        "enabled": view.enabled,
        "state": view.state,
        "locking_enabled": view.locking_enabled,
        "locked_until": moment(view.locked_until),
        "failed_logons": view.failed_logons,
        "introspects": view.introspects,
        "token_lifetime": view.token_lifetime,
        "scopes": list(view.scopes),
        "secrets": {"live": view.secrets.live, "counted": view.secrets.counted, "limit": view.secrets.limit},
        "next_expiry": moment(view.next_expiry),
        "last_used_at": moment(view.last_used_at),
        "created_at": moment(view.created_at),
    }
