"""The introspection endpoint (RFC 7662): whether a token counts at this moment, and what it says."""

from starlette.types import Receive, Scope

from core.access_tokens import AccessTokens
from web.answers import Answer, confidential
from web.form import form_of, required
from web.logon import ClientLogon


class Introspection:
    """To a client its own tokens, to one that introspects every token."""

    def __init__(self, tokens: AccessTokens, logon: ClientLogon) -> None:
        self._tokens = tokens
        self._logon = logon

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """Answer as section 2.2 says; `token_type_hint` is not needed."""
        form = await form_of(scope, receive)
        caller = await self._logon.client(scope, form)
        return confidential(200, self._tokens.introspect(caller, required(form, "token")))
