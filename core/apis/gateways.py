"""Configurations of gateways for protected APIs, with address and public keys of this database's server."""

from collections.abc import Sequence

from core.apis.apis import Apis
from core.desk import Desk
from core.rules.endpoints import DEFAULT_ISSUER
from core.rules.gateways import Gateway, Neighbours, PublicKey, Surroundings, configuration, neighbours
from core.rules.views.apis import ApiView
from core.servers import Servers


class Gateways:
    """Writes configurations; `client_cert` is the header in which the server takes a client certificate."""

    def __init__(self, desk: Desk, servers: Servers, apis: Apis, client_cert: str) -> None:
        self._desk = desk
        self._servers = servers
        self._apis = apis
        self._client_cert = client_cert

    def configuration(self, api: ApiView, gateway: Gateway, beside: Sequence[ApiView] = ()) -> str:
        """Return the text for a gateway in front of an API, and of those *beside* it at the same address.

        Raises `Refusal` where it could not enforce what one of them declares, or their addresses differ. It names the
        server that started last, or the address that the first one will have.
        """
        server = next(iter(self._servers.list()), None)
        around = Surroundings(
            server=server.address if server else DEFAULT_ISSUER,
            issuer=server.issuer if server else DEFAULT_ISSUER,
            keys=self._keys() if gateway is Gateway.HAPROXY else (),
            client_cert=self._client_cert,
        )
        return configuration(gateway, api, around, beside)

    def neighbours(self, api: ApiView, gateway: Gateway) -> Neighbours:
        """Tell which other APIs callers reach at the same address, where one text has to be for all of them."""
        return neighbours(gateway, api, self._apis.list())

    def _keys(self) -> tuple[PublicKey, ...]:
        from core.tokens.signing_keys import SigningKeys  # the console needs no cryptography until it is asked for this

        return tuple(PublicKey(kid, pem) for kid, pem in SigningKeys(self._desk, None).pems())
