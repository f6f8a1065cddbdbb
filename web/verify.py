"""Forward-auth for gateways: does the bearer token of this request open what it is after? (RFC 6750)

The answer has no body: gateways look at the status and copy header fields.
"""

from starlette.types import Receive, Scope

from core.access_tokens import AccessTokens
from core.rules.claims import Claims
from core.rules.errors import OAuthError, Refusal
from core.rules.scopes import oauth_scopes
from web.answers import Answer, Header, empty
from web.form import headers_named, parameters
from web.request_log import NOTES


class Verify:
    """A token counts from the Authorization header alone (section 2.1): URLs end in logs."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    async def __call__(self, scope: Scope, _receive: Receive) -> Answer:
        """Answer 200 with who it is, or 400, 401, 403 with the reason in `WWW-Authenticate` (section 3)."""
        try:
            query = parameters(scope["query_string"]) if scope["query_string"] else {}
            wanted = oauth_scopes(query["scope"].split(" ")) if "scope" in query else ()
        except (OAuthError, Refusal):
            return _BAD_REQUEST
        if "access_token" in query:
            return _NO_TOKEN
        authorization = headers_named(scope, b"authorization")
        return self._of(scope, authorization, wanted)

    def _of(self, scope: Scope, authorization: list[bytes], wanted: tuple[str, ...]) -> Answer:
        if len(authorization) > 1:
            return _INVALID_TOKEN  # which of them was meant is anybody's guess
        token = _bearer(authorization[0]) if authorization else b""
        if not token:
            return _NO_TOKEN
        claims = self._tokens.active(token.decode()) if token.isascii() else None
        if claims is None:
            return _INVALID_TOKEN
        notes = scope.get(NOTES)
        if notes is not None:
            notes["client_id"] = claims.client_id
        if wanted and not set(wanted) <= set((claims.scope or "").split(" ")):
            return _insufficient(wanted)
        return _admitted(claims)


def _bearer(authorization: bytes) -> bytes:
    """Return the token of this field; another scheme brings none."""
    scheme, _, token = authorization.partition(b" ")
    return token.strip(b" ") if scheme.lower() == b"bearer" else b""


def _admitted(claims: Claims) -> Answer:
    client_id, scope = claims.client_id.encode(), (claims.scope or "").encode()
    return empty(200, (b"x-client-id", client_id), (b"x-scope", scope))


def _insufficient(wanted: tuple[str, ...]) -> Answer:
    """Say which scopes are wanted; a scope-token of RFC 6749 holds nothing that could end the quotes."""
    return empty(403, _challenge(f' error="insufficient_scope", scope="{" ".join(wanted)}"'))


def _challenge(parameters: str = "") -> Header:
    return (b"www-authenticate", f"Bearer{parameters}".encode())


_NO_TOKEN = empty(401, _challenge())
_INVALID_TOKEN = empty(401, _challenge(' error="invalid_token"'))
_BAD_REQUEST = empty(400, _challenge(' error="invalid_request"'))
