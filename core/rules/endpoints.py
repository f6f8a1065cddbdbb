"""Where the endpoints of the authorization server are: the one place that knows their paths."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

TOKEN_PATH = "/oauth2/token"  # noqa: S105 (a path, not a token)
INTROSPECTION_PATH = "/oauth2/introspect"
REVOCATION_PATH = "/oauth2/revoke"
JWKS_PATH = "/oauth2/certs"
VERIFY_PATH = "/verify"
API_VERIFY_PATH = "/verify/{api}"
"""With the name of a protected API."""
HEALTH_PATH = "/healthz"
METADATA_PATHS = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")

DEFAULT_ISSUER = "http://127.0.0.1:8400"
"""What `keydesk serve` calls itself where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The URLs of one issuer, by the words of RFC 8414 section 2 where it has one for them."""

    token: str
    introspection: str
    revocation: str
    jwks: str
    verify: str
    metadata: str


def urls(issuer: str) -> Endpoints:
    """Return where *issuer*, a URL without a final slash, has its endpoints."""
    scheme, _, rest = issuer.partition("://")
    host, slash, path = rest.partition("/")
    return Endpoints(
        token=issuer + TOKEN_PATH,
        introspection=issuer + INTROSPECTION_PATH,
        revocation=issuer + REVOCATION_PATH,
        jwks=issuer + JWKS_PATH,
        verify=issuer + VERIFY_PATH,
        # An issuer's path stands behind the well-known one (RFC 8414 section 3.1).
        metadata=f"{scheme}://{host}{METADATA_PATHS[0]}{slash}{path}",
    )


def is_loopback(url: str) -> bool:
    """Tell whether a URL names this machine alone."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
