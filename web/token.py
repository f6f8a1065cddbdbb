"""The token endpoint (RFC 6749 sections 3.2 and 4.4): client credentials become an access token."""

from collections.abc import Callable, Mapping

from core.authentication.proofs import Authenticated
from core.rules.errors import OAuthError
from core.tokens.access_tokens import AccessTokens, IssuedToken
from web.answers import Answer, confidential
from web.for_clients import ForClients
from web.form import required
from web.logon import ClientLogon

GRANT_TYPES = ("client_credentials",)


class Token(ForClients):
    """Which grant, and which scopes."""

    def __init__(self, tokens: AccessTokens, logon: ClientLogon) -> None:
        super().__init__(logon)
        self._tokens = tokens

    def answer(self, client: Authenticated, form: Mapping[str, str]) -> Answer:
        """Answer with a token; a refresh token never comes with it (section 4.4.3)."""
        return self.lasting(form)(client)

    def lasting(self, form: Mapping[str, str]) -> Callable[[Authenticated], Answer]:
        """Return what answers with another token each time."""
        _refuse_other_grants(form)
        issue, asked = self._tokens.issue, form.get("scope")
        return lambda client: _granted(issue(client, asked))


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
