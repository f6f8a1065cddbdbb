"""What ends as JSON."""

from core.rules.views.expiring import ExpiringView
from keydesk.commands.documents import Shape, moment


def expiring_shape(view: ExpiringView) -> Shape:
    """Return the object *expiring row*; `application` is its name."""
    return {
        "application": view.application,
        "kind": view.kind,
        "id": view.id,
        "hint": view.hint,
        "expires_at": moment(view.expires_at),
        "days_left": view.days_left,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "description": view.description,
        "state": view.state,
        "application_id": view.application_id,
        "client_id": view.client_id,
        "subject": view.subject,
    }
