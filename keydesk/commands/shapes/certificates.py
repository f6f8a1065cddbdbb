"""Certificates as JSON."""

from core.rules.views.certificates import CertificateView
from keydesk.commands.documents import Shape, moment


def certificate_shape(view: CertificateView) -> Shape:
    """Return the object *certificate*."""
    return {
        "id": view.id,
        "description": view.description,
        "subject": view.subject,
        "issuer": view.issuer,
        "serial": view.serial,
        "thumbprint": view.thumbprint,
        "not_before": moment(view.not_before),
        "not_after": moment(view.not_after),
        "days_left": view.days_left,
        "state": view.state,
        "created_at": moment(view.created_at),
        "created_by": view.created_by,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "use_count": view.use_count,
    }
