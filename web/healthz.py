"""Whether this server can answer, for whoever watches it: it can when its database does."""

from starlette.types import Receive, Scope

from core.rules.errors import Refusal
from core.tokens.authorization_server import AuthorizationServer
from web.answers import Answer, confidential


class Health:
    """Looks into the database each time."""

    def __init__(self, server: AuthorizationServer) -> None:
        self._server = server

    async def __call__(self, _scope: Scope, _receive: Receive) -> Answer:
        """Answer 200 with the issuer; a database that is silent is the refusal that every endpoint would meet."""
        if not self._server.answers():
            raise Refusal("The database does not answer.")
        return confidential(200, {"status": "ok", "issuer": self._server.issuer})
