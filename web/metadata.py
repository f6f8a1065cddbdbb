"""The metadata of the authorization server (RFC 8414): what works, and nothing that does not."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from core.rules.algorithms import ALGORITHMS
from core.rules.endpoints import METADATA_PATHS, urls
from core.rules.methods import Method
from web.answers import Answer, public
from web.token import GRANT_TYPES

_AN_HOUR = b"public, max-age=3600"


def metadata(issuer: str, certificates: Sequence[Method] = ()) -> Answer:
    """Return the document of *issuer*, which is what the operator says and never what a Host header says.

    *certificates* are the methods by certificate that work.
    """
    at = urls(issuer)
    methods = (Method.BASIC, Method.POST, Method.PRIVATE_KEY_JWT, *certificates)
    content: dict[str, object] = {
        "issuer": issuer,
        "token_endpoint": at.token,
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint": at.introspection,
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint": at.revocation,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "jwks_uri": at.jwks,
        "grant_types_supported": GRANT_TYPES,
        "response_types_supported": (),  # required, though nothing here authorizes by a browser
    }
    if certificates:
        content["tls_client_certificate_bound_access_tokens"] = True  # RFC 8705 section 3.3
    return public(content, _AN_HOUR)


def metadata_paths(issuer: str) -> list[str]:
    """Return where the document is looked for: an issuer's path stands behind the well-known one (section 3.1)."""
    path = urlsplit(issuer).path.rstrip("/")
    return list(dict.fromkeys([*METADATA_PATHS, *(known + path for known in METADATA_PATHS)]))
