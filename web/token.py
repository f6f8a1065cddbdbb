"""The token endpoint (RFC 6749 sections 3.2 and 4.4): client credentials become an access token."""

from collections.abc import Mapping

from starlette.types import Receive, Scope

from core.access_tokens import AccessTokens, IssuedToken
from core.rules.errors import OAuthError
from web.answers import Answer, confidential
from web.form import form_of, required
from web.logon import ClientLogon

GRANT_TYPES = ("client_credentials",)


class Token:
    """Who is it, which grant, which scopes: in this order, so that a stranger learns nothing of the later ones."""

    def __init__(self, tokens: AccessTokens, logon: ClientLogon) -> None:
        self._tokens = tokens
        self._logon = logon

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """Answer with a token; a refresh token never comes with it (section 4.4.3)."""
        form = await form_of(scope, receive)
        client = await self._logon.client(scope, form)
        _refuse_other_grants(form)
        issued = self._tokens.issue(client, form.get("scope"))
        return _granted(issued)


def _refuse_other_grants(form: Mapping[str, str]) -> None:
    if required(form, "grant_type") not in GRANT_TYPES:
        raise OAuthError("unsupported_grant_type", "The only grant type here is client_credentials.")


def _granted(issued: IssuedToken) -> Answer:
    content: dict[str, object] = {
        "access_token": issued.value,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
    }
    if issued.scope is not None:
        content["scope"] = issued.scope
    return confidential(200, content)
