"""The revocation endpoint (RFC 7009): a client ends a token of its own."""

import asyncio

from starlette.types import Receive, Scope

from core.tokens.access_tokens import AccessTokens
from web.answers import Answer, confidential
from web.form import form_of, required
from web.logon import ClientLogon


class Revocation:
    """The answer is the same for every token, and so tells nothing of those of others (section 2.2)."""

    def __init__(self, tokens: AccessTokens, logon: ClientLogon) -> None:
        self._tokens = tokens
        self._logon = logon

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """Answer once the token has ended; `token_type_hint` is not needed."""
        form = await form_of(scope, receive)
        caller = await self._logon.client(scope, form)
        await asyncio.to_thread(self._tokens.revoke, caller, required(form, "token"))
        return confidential(200, {})
