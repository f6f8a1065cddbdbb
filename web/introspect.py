"""The introspection endpoint (RFC 7662): whether a token counts at this moment, and what it says."""

from collections.abc import Callable, Mapping

from core.authentication.proofs import Authenticated
from core.tokens.access_tokens import AccessTokens
from web.answers import Answer, confidential
from web.for_clients import ForClients
from web.form import required
from web.logon import ClientLogon


class Introspection(ForClients):
    """To a client its own tokens, to one that introspects every token."""

    def __init__(self, tokens: AccessTokens, logon: ClientLogon) -> None:
        super().__init__(logon)
        self._tokens = tokens

    def answer(self, client: Authenticated, form: Mapping[str, str]) -> Answer:
        """Answer as section 2.2 says; `token_type_hint` is not needed."""
        return confidential(200, self._tokens.introspect(client, required(form, "token")))

    def lasting(self, form: Mapping[str, str]) -> Callable[[Authenticated], Answer] | None:
        """Return what tells of this token; None for one that is not known to be ours, or not yet."""
        claims, told = self._tokens.read(required(form, "token")), self._tokens.told
        return None if claims is None else lambda client: confidential(200, told(client, claims))
