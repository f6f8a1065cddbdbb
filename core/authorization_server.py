"""What stands behind `keydesk serve`: authentication, tokens and keys of one issuer, and what it does each second."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.access_tokens import AccessTokens
from core.authentication import ClientAuthentication
from core.rules.endpoints import urls
from core.rules.errors import Refusal
from core.services import Services
from core.signing_keys import SigningKeys

if TYPE_CHECKING:
    from core.assertions import Assertions
    from core.chain_of_trust import Authorities
    from core.mutual_tls import MutualTls


@dataclass(frozen=True, slots=True)
class Trusting:
    """Whom the server believes beside those who know a secret."""

    authorities: "Authorities | None" = None
    """Who issues certificates of clients: `[mtls] ca`."""
    token_endpoint_is_audience: bool = False
    """Whether an assertion may also be for the URL of the token endpoint, as before RFC 7523 was revised."""


class AuthorizationServer:
    """An OAuth 2.0 authorization server for machines, without its HTTP face.

    What only some servers need is put together, and what it stands on is imported, when it is first asked for.
    """

    def __init__(self, services: Services, keys: SigningKeys, issuer: str, trusting: "Trusting | None" = None) -> None:
        self.issuer = issuer
        self.authentication: ClientAuthentication = services.authentication
        self.keys = keys
        self.tokens = AccessTokens(services.desk, keys, issuer)
        self._services = services
        self._trusting = trusting or Trusting()
        self._later: deque[Callable[[], None]] = deque()
        self.authentication.defer = self._later.append
        self.authentication.warm_up()

    @cached_property
    def assertions(self) -> "Assertions":
        """What authenticates clients by assertions: it needs PyJWT."""
        from core.assertions import Assertions

        services, issuer = self._services, self.issuer
        audiences = (issuer, urls(issuer).token) if self._trusting.token_endpoint_is_audience else (issuer,)
        return Assertions(services.desk, self.authentication.pace, services.trusted_keys, audiences)

    @cached_property
    def mutual_tls(self) -> "MutualTls":
        """What authenticates clients by certificates: it needs what reads these."""
        from core.chain_of_trust import Authorities
        from core.mutual_tls import MutualTls

        authentication, authorities = self.authentication, self._trusting.authorities or Authorities()
        return MutualTls(self._services.desk, authentication.pace, authentication.uses, authorities)

    def tick(self) -> None:
        """Write the gathered last uses, look for a rotated key, and do what was deferred.

        To be called each second, in a thread. What cannot be written does not keep a rotation from being seen.
        """
        try:
            self.authentication.uses.flush()
        finally:
            self.tokens.refresh()
        while self._later:
            self._later.popleft()()

    def answers(self) -> bool:
        """Tell whether the database answers."""
        try:
            return self._services.desk.database.answers()
        except Refusal:
            return False

    def close(self) -> None:
        """Write what is left, and let go of the database."""
        try:
            self.authentication.uses.flush()
        finally:
            self._services.close()
