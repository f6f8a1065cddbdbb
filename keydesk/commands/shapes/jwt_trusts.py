"""JWT trusts as JSON."""

from core.rules.views.jwt_trusts import TrustView
from keydesk.commands.documents import Shape, moment


def trust_shape(view: TrustView) -> Shape:
    """Return the object of *jwt-trust*."""
    return {
        "id": view.id,
        "kind": view.kind,
        "issuer": view.issuer,
        "jwks_uri": view.jwks_uri,
        "discovered": view.discovered,
        "subject": view.subject,
        "audience": view.audience,
        "refresh_hours": view.refresh_hours,
        "description": view.description,
        "keys": [{"kid": key.kid, "kty": key.kty, "alg": key.alg, "thumbprint": key.thumbprint} for key in view.keys],
        "fetched_at": moment(view.fetched_at),
        "failed_at": moment(view.failed_at),
        "failure": view.failure,
        "created_at": moment(view.created_at),
        "created_by": view.created_by,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "use_count": view.use_count,
    }
