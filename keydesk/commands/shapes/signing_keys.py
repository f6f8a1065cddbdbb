"""The keys that access tokens are signed with as JSON."""

from core.rules.views.authorization_server import SigningKeyView
from keydesk.commands.documents import Shape, moment


def signing_key_shape(view: SigningKeyView) -> Shape:
    """Return the object of *keys*."""
    return {
        "kid": view.kid,
        "algorithm": view.algorithm,
        "state": view.state,
        "created_at": moment(view.created_at),
        "published_until": moment(view.published_until),
    }
