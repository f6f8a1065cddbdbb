"""The public keys that verify our tokens: a JWK Set (RFC 7517 section 5)."""

import asyncio

from starlette.types import Receive, Scope

from core.tokens.signing_keys import SigningKeys
from web.answers import Answer, public


class Certs:
    """Read anew each time, for another process may have rotated them."""

    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys

    async def __call__(self, _scope: Scope, _receive: Receive) -> Answer:
        """Answer with the keys; who keeps them asks again whether they are still the same."""
        # In a thread: it takes a session, which may have to wait where single looks need not.
        return public({"keys": await asyncio.to_thread(self._keys.published)}, b"no-cache")
