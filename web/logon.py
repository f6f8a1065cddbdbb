"""Client authentication for the endpoints that want it: token, introspection and revocation."""

from collections.abc import Mapping

from starlette.types import Scope

from core.authentication import Authenticated, ClientAuthentication
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

    async def client(self, scope: Scope, form: Mapping[str, str]) -> Authenticated:
        """Return the client; raises `LogonRefused`, `OAuthError` or `Overloaded`."""
        client_id, value = presented(scope, form)
        source = self._sources.of(scope)
        client = self._authentication.at_once(client_id, value, ApiScope.OPENID, source)
        if client is None:
            client = await self._pool.by_secret(client_id, value, ApiScope.OPENID, source)
        notes = scope.get(NOTES)
        if notes is not None:
            notes["client_id"] = client.client_id
        return client
