"""Forward-auth for gateways: does the bearer token of this request open what it is after? (RFC 6750)

The answer has no body: gateways look at the status and copy header fields.
"""

from starlette.types import Receive, Scope

from core.rules.claims import Claims
from core.rules.errors import OAuthError, Refusal
from core.rules.scopes import oauth_scopes
from core.tokens.access_tokens import AccessTokens
from web.answers import Answer, Header, empty
from web.client_certificate import ClientCertificates
from web.form import headers_named, parameters
from web.prepared import Prepared
from web.request_log import NOTES


class Verify:
    """A token counts from the Authorization header alone (section 2.1): URLs end in logs."""

    def __init__(self, tokens: AccessTokens, certificates: ClientCertificates) -> None:
        self._tokens = tokens
        self._certificates = certificates

    async def __call__(self, scope: Scope, _receive: Receive) -> Answer:
        """Answer 200 with who it is, or 400, 401, 403 with the reason in `WWW-Authenticate` (section 3)."""
        try:
            query = parameters(scope["query_string"]) if scope["query_string"] else {}
            wanted = oauth_scopes(query["scope"].split(" ")) if "scope" in query else ()
        except (OAuthError, Refusal):
            return _BAD_REQUEST
        if "access_token" in query:
            return _NO_TOKEN
        return self._of(scope, headers_named(scope, b"authorization"), wanted)

    def _of(self, scope: Scope, authorization: list[bytes], wanted: tuple[str, ...]) -> Answer:
        token = _bearer(authorization)
        # Of two fields, which one was meant is anybody's guess.
        claims = self._tokens.active(token) if len(authorization) == 1 else None
        if not token and len(authorization) < 2:
            return _NO_TOKEN
        if claims is None or not self._certificates.prove(claims, scope):
            return _INVALID_TOKEN
        notes = scope.get(NOTES)
        if notes is not None:
            notes["client_id"] = claims.client_id
        if wanted and not set(wanted) <= set((claims.scope or "").split(" ")):
            return _insufficient(wanted)
        return _admitted(claims)

    def prepared(self, scope: Scope, _body: bytes) -> Prepared | None:
        """Read a request without a query, by a token of ours alone."""
        authorization = headers_named(scope, b"authorization")
        claims = self._tokens.read(_bearer(authorization)) if len(authorization) == 1 else None
        # The certificate is part of the bytes that are remembered, so that it need not be looked at again.
        if claims is None or not self._certificates.prove(claims, scope):
            return None
        counts, admitted = self._tokens.counts, _admitted(claims)
        return Prepared(claims.client_id, lambda: admitted if counts(claims) else None)


def _bearer(authorization: list[bytes]) -> str:
    """Return the token of the one field; another scheme brings none."""
    scheme, _, token = authorization[0].partition(b" ") if authorization else (b"", b"", b"")
    return token.strip(b" ").decode("latin-1") if scheme.lower() == b"bearer" else ""


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
