"""Client authentication for the endpoints that want it: token, introspection and revocation."""

from collections.abc import Mapping
from functools import partial
from typing import NoReturn

from starlette.types import Scope

from core.authentication.assertions import Assertions
from core.authentication.mutual_tls import MutualTls
from core.authentication.presented_assertion import PresentedAssertion
from core.authentication.proofs import Authenticated, Proof
from core.rules.errors import LogonRefused
from core.rules.scopes import ApiScope
from core.tokens.authorization_server import AuthorizationServer
from web.client_certificate import ClientCertificates
from web.credentials import assertion_in, secret_in
from web.pool import LogonPool
from web.request_log import NOTES
from web.source import Sources


class ClientLogon:
    """Finds out which client a request is from."""

    def __init__(
        self, server: AuthorizationServer, pool: LogonPool, sources: Sources, certificates: ClientCertificates
    ) -> None:
        self._authentication = server.authentication
        self._assertions = server.assertions
        self._mutual_tls = server.mutual_tls
        self._certificates = certificates
        self._pool = pool
        self._sources = sources
        self.by = server.authentication.proofs.client

    async def client(self, scope: Scope, form: Mapping[str, str]) -> Authenticated:
        """Return the client; raises `LogonRefused`, `OAuthError` or `Overloaded`."""
        client = self.at_once(scope, form)
        if client is None:
            secret = secret_in(scope, form)
            if secret is not None:
                client = await self._pool.by_secret(*secret, ApiScope.OPENID, self._sources.of(scope))
            else:
                client = await self._without_secret(scope, form)
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
        secret = secret_in(scope, form)
        if secret is None:
            return None
        return self._authentication.proofs.of(*secret, ApiScope.OPENID, self._sources.of(scope))

    async def _without_secret(self, scope: Scope, form: Mapping[str, str]) -> Authenticated:
        """Authenticate by an assertion, else by the certificate that the proxy passes on.

        Where a client presents something else, its certificate is no second method: proxies pass on every one.
        """
        source, client_id = self._sources.of(scope), form.get("client_id")
        try:
            assertion = assertion_in(form)
        except LogonRefused as refused:
            await self._refused(self._assertions, client_id, refused.reason, source)
        if assertion is not None:
            presented = PresentedAssertion(assertion)
            authenticate = partial(self._assertions.client, presented, client_id, source)
            meant = self._assertions.meant(presented, client_id)
            return await self._pool.without_secret(authenticate, meant, source)
        try:
            certificate = self._certificates.of(scope)
        except LogonRefused as refused:
            await self._refused(self._mutual_tls, client_id, refused.reason, source)
        if certificate is None or client_id is None:
            raise LogonRefused("no credentials")
        authenticate = partial(self._mutual_tls.client, client_id, certificate, source)
        return await self._pool.without_secret(authenticate, self._mutual_tls.meant(client_id), source)

    async def _refused(
        self, by: Assertions | MutualTls, client_id: str | None, reason: str, source: str | None
    ) -> NoReturn:
        """Refuse what could not even be looked at; who knows whom it was about, finds the reason in the activity."""
        if client_id is None:
            raise LogonRefused(reason)
        await self._pool.without_secret(partial(by.refuse, client_id, reason, source), None, source)
        raise LogonRefused(reason)


def _note(scope: Scope, client: Authenticated) -> None:
    notes = scope.get(NOTES)
    if notes is not None:
        notes["client_id"] = client.client_id
