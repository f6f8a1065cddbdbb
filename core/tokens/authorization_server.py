"""What stands behind `keydesk serve`: authentication, tokens and keys of one issuer, and what it does each second."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from core.authentication.assertions import Assertions
from core.authentication.authentication import ClientAuthentication
from core.authentication.mutual_tls import MutualTls
from core.certificates.x509.chain_of_trust import Authorities
from core.gathering import Gathering
from core.rules.endpoints import urls
from core.rules.errors import Refusal
from core.services import Services
from core.tokens.access_tokens import AccessTokens
from core.tokens.signing_keys import SigningKeys


@dataclass(frozen=True, slots=True)
class Trusting:
    """Whom the server believes beside those who know a secret."""

    authorities: Authorities = field(default_factory=Authorities)
    """Who issues certificates of clients: `[mtls] ca`."""
    token_endpoint_is_audience: bool = False
    """Whether an assertion may also be for the URL of the token endpoint, as before RFC 7523 was revised."""


class AuthorizationServer:
    """An OAuth 2.0 authorization server for machines, without its HTTP face."""

    def __init__(self, services: Services, keys: SigningKeys, issuer: str, trusting: "Trusting | None" = None) -> None:
        trusting = trusting or Trusting()
        self.issuer = issuer
        self.authentication: ClientAuthentication = services.authentication
        self.gatekeeper = services.gatekeeper
        desk = services.desk
        audiences = (issuer, urls(issuer).token) if trusting.token_endpoint_is_audience else (issuer,)
        self.assertions = Assertions(desk, services.trusted_keys, audiences)
        self.mutual_tls = MutualTls(desk, services.authentication.uses, trusting.authorities)
        self.keys = keys
        self.tokens = AccessTokens(desk, keys, issuer)
        self.share_looks = desk.database.share_looks
        self._services = services
        self._later: deque[Callable[[], None]] = deque()
        self.authentication.defer = self._later.append
        self.authentication.warm_up()

    def tick(self) -> None:
        """Write the gathered last uses, calls and refusals, look for a rotated key, and do what was deferred.

        To be called each second, in a thread. What cannot be written keeps nothing else from being written, and no
        rotation from being seen; where the database is no longer in its place, nothing is done and all is refused.
        """
        self._services.desk.database.look_at_place()
        try:
            _each(gathering.flush for gathering in self._gatherings())
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
            _each(gathering.flush_all for gathering in self._gatherings())
        finally:
            self._services.close()

    def _gatherings(self) -> "tuple[Gathering[Any], ...]":
        return self.authentication.uses, self.gatekeeper.callers, self.gatekeeper.refused


def _each(works: Iterable[Callable[[], None]]) -> None:
    """Do all of them, also where some cannot be done; raise what the first of those raised."""
    raised: Exception | None = None
    for work in works:
        try:
            work()
        except Exception as problem:  # it is raised below
            raised = raised or problem
    if raised is not None:
        raise raised
