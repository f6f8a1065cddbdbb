"""Trying a credential: a real request to the real token endpoint, and what may be shown of its answer.

The clear value goes into one request (RFC 6749 section 2.3.1) and nowhere else.
"""

from base64 import b64encode
from urllib.parse import quote_plus

from core.outbound.exchange import Call, Exchange, NoReply, Reply, exchange
from core.rules.answers import decoded, json_object, showable
from core.rules.endpoints import DEFAULT_ISSUER, HEALTH_PATH, is_loopback, urls
from core.rules.invocations import Invocation
from core.rules.views.authorization_server import ServerView, ServeStanding, TrialView
from core.servers import Servers

_FORM = "application/x-www-form-urlencoded"
_GRANT = b"grant_type=client_credentials"
_QUICKLY = 1.0
"""Seconds in which a server that works says that it does."""
_MOST_ASKED = 3
"""Servers that are asked whether they work; those that were killed stay on the list."""
_IN_CLEAR = "The secret would travel in clear: put TLS in front of keydesk serve, and name the issuer by https."
_REDIRECT = "It redirects, as no token endpoint does; the secret was not sent on. Name the issuer by its final URL."
_NO_JSON = "The answer is no JSON object: something other than keydesk serve answers there."
_ABSENT = "Start it with: keydesk serve"


class Trial:
    """Asks the server of this database as any client would; `patience` is in seconds."""

    def __init__(self, servers: Servers, *, send: Exchange = exchange, patience: float = 10.0) -> None:
        self._servers = servers
        self._send = send
        self._patience = patience

    def issuer(self) -> str:
        """Return what the server that started last calls itself, or what the first one will."""
        return next((server.issuer for server in self._servers.list()), DEFAULT_ISSUER)

    def standing(self) -> ServeStanding:
        """Return which server works, the one that started last before the others."""
        started = self._servers.list()
        running = next(filter(self.is_running, started[:_MOST_ASKED]), None)
        return ServeStanding(running.issuer if running else self.issuer(), running)

    def is_running(self, server: ServerView) -> bool:
        """Tell whether the server at its address works, and is this one: another may have taken the address."""
        try:
            reply = self._send(Call(server.address + HEALTH_PATH), _QUICKLY)
        except NoReply:
            return False
        return reply.status == 200 and (json_object(reply.content) or {}).get("issuer") == server.issuer

    def ask(self, client_id: str, value: str) -> TrialView:
        """Ask for an access token with this client ID and secret; it counts as any logon does."""
        url = urls(self.standing().issuer).token
        if not url.startswith("https://") and not is_loopback(url):
            return TrialView(url, trouble=_IN_CLEAR)
        asked = token_request(url, client_id, value)
        try:
            return _told(url, self._send(Call(url, dict(asked.headers), asked.content), self._patience))
        except NoReply as silence:
            return TrialView(url, trouble=f"{silence.sentence} {_ABSENT}" if silence.absent else silence.sentence)


def token_request(url: str, client_id: str, value: str) -> Invocation:
    """Return the request for an access token with this client ID and secret at *url*."""
    headers = (("Authorization", _basic(client_id, value)), ("Content-Type", _FORM), ("Accept", "application/json"))
    return Invocation("POST", url, headers, _GRANT)


def _basic(client_id: str, value: str) -> str:
    """Return the credentials of client_secret_basic: both parts form-encoded, then joined and in Base64."""
    joined = ":".join(quote_plus(part, errors="replace") for part in (client_id, value))
    return f"Basic {b64encode(joined.encode()).decode()}"


def _told(url: str, reply: Reply) -> TrialView:
    if 300 <= reply.status < 400:
        return TrialView(url, reply.status, trouble=_REDIRECT)
    answer = json_object(reply.content)
    if answer is None:
        return TrialView(url, reply.status, trouble=_NO_JSON)
    token = decoded(answer.get("access_token"))
    header, claims = map(showable, token) if token else (None, None)
    return TrialView(url, reply.status, showable(answer), header, claims)
