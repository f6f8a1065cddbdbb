"""What stands behind `keydesk serve`: authentication, tokens and keys of one issuer, and what it does each second."""

from collections import deque
from collections.abc import Callable

from core.access_tokens import AccessTokens
from core.authentication import ClientAuthentication
from core.rules.errors import Refusal
from core.services import Services
from core.signing_keys import SigningKeys


class AuthorizationServer:
    """An OAuth 2.0 authorization server for machines, without its HTTP face."""

    def __init__(self, services: Services, keys: SigningKeys, issuer: str) -> None:
        self.issuer = issuer
        self.authentication: ClientAuthentication = services.authentication
        self.keys = keys
        self.tokens = AccessTokens(services.desk, keys, issuer)
        self._services = services
        self._later: deque[Callable[[], None]] = deque()
        self.authentication.defer = self._later.append
        self.authentication.warm_up()

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
