"""The metadata of the authorization server (RFC 8414): what works, and nothing that does not."""

from urllib.parse import urlsplit

from core.rules.endpoints import METADATA_PATHS, urls
from web.answers import Answer, public
from web.credentials import METHODS
from web.token import GRANT_TYPES

_AN_HOUR = b"public, max-age=3600"


def metadata(issuer: str) -> Answer:
    """Return the document of *issuer*, which is what the operator says and never what a Host header says."""
    at = urls(issuer)
    content = {
        "issuer": issuer,
        "token_endpoint": at.token,
        "token_endpoint_auth_methods_supported": METHODS,
        "introspection_endpoint": at.introspection,
        "introspection_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint": at.revocation,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "jwks_uri": at.jwks,
        "grant_types_supported": GRANT_TYPES,
        "response_types_supported": (),  # required, though nothing here authorizes by a browser
    }
    return public(content, _AN_HOUR)


def metadata_paths(issuer: str) -> list[str]:
    """Return where the document is looked for: an issuer's path stands behind the well-known one (section 3.1)."""
    path = urlsplit(issuer).path.rstrip("/")
    return list(dict.fromkeys([*METADATA_PATHS, *(known + path for known in METADATA_PATHS)]))
