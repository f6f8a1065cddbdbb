"""Client authentication for the endpoints that want it: token, introspection and revocation."""

from collections.abc import Mapping

from starlette.types import Scope

from core.authentication import ClientAuthentication
from core.proofs import Authenticated, Proof
from core.rules.scopes import ApiScope
from web.credentials import presented
from web.pool import LogonPool
from web.request_log import NOTES
from web.source import Sources


class ClientLogon:
    """Finds out which client a request is from."""

    def __init__(self, authentication: ClientAuthentication, pool: LogonPool, sources: Sources) -> None:
        self._authentication = authentication
        self._pool = pool
        self._sources = sources
        self.by = authentication.proofs.client

    async def client(self, scope: Scope, form: Mapping[str, str]) -> Authenticated:
        """Return the client; raises `LogonRefused`, `OAuthError` or `Overloaded`."""
        client = self.at_once(scope, form)
        if client is None:
            client_id, value = presented(scope, form)
            client = await self._pool.by_secret(client_id, value, ApiScope.OPENID, self._sources.of(scope))
            _note(scope, client)
        return client

    def at_once(self, scope: Scope, form: Mapping[str, str]) -> Authenticated | None:
        """Return the client if this process has verified its secret before; raises `LogonRefused` or `OAuthError`."""
        proof = self.proof(scope, form)
        client = self.by(proof) if proof else None
        if client is not None:
            _note(scope, client)
        return client

    def proof(self, scope: Scope, form: Mapping[str, str]) -> Proof | None:
        """Return what proves the client of a request, where this process has verified its secret before."""
        client_id, value = presented(scope, form)
        return self._authentication.proofs.of(client_id, value, ApiScope.OPENID, self._sources.of(scope))


def _note(scope: Scope, client: Authenticated) -> None:
    notes = scope.get(NOTES)
    if notes is not None:
        notes["client_id"] = client.client_id
