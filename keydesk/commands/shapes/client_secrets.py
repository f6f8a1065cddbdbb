"""Client secrets as JSON."""

from core.rules.scopes import ApiScope
from core.rules.views.client_secrets import IssuedSecret, SecretView, Verification
from keydesk.commands.documents import Shape, moment


def secret_shape(view: SecretView) -> Shape:
    """Return the object *secret*, which has no value any more."""
    return {
        "id": view.id,
        "hint": view.hint,
        "description": view.description,
        "scopes": scope_words(view.scopes),
        "state": view.state,
        "created_at": moment(view.created_at),
        "created_by": view.created_by,
        "expires_at": moment(view.expires_at),
        "retires_at": moment(view.retires_at),
        "replaced_by": view.replaced_by,
        "last_used_at": moment(view.last_used_at),
        "last_used_from": view.last_used_from,
        "use_count": view.use_count,
        "revoked_at": moment(view.revoked_at),
        "revoked_reason": view.revoked_reason,
    }


def issued_shape(issued: IssuedSecret) -> Shape:
    """Return the object *secret* with its value: the answer to *add* alone."""
    return {**secret_shape(issued.secret), "client_id": issued.client_id, "client_secret": issued.value}


def verification_shape(found: Verification) -> Shape:
    """Return the object of *secret verify* and *find*."""
    return {
        "matches": found.matches,
        "works": found.works,
        "state": found.state,
        "hint": found.hint,
        "scopes": scope_words(found.scopes) if found.matches else None,
        "application": found.application,
        "client_id": found.client_id,
        "reason": found.reason,
    }


def scope_words(scopes: frozenset[ApiScope]) -> list[str]:
    """Return API scopes in the order of the form."""
    return [scope.value for scope in ApiScope if scope in scopes]
