"""What is sent where: a credential, an endpoint, and the check that its answers are what was asked for."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

TOKEN_REQUEST = urlencode({"grant_type": "client_credentials", "scope": "read"})
FORM = "application/x-www-form-urlencoded"
_PATIENCE = 60.0
_TOKENS = 32


class Void(Exception):
    """Something answered otherwise than with what was asked for: the figures would mean nothing."""


@dataclass(frozen=True)
class Credential:
    """A client ID with its secret."""

    client_id: str
    secret: str = field(repr=False)

    @property
    def authorization(self) -> str:
        """The header of `client_secret_basic`."""
        return "Basic " + base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()


@dataclass(frozen=True)
class Target:
    """An endpoint, who asks, and the bodies that take turns; a good answer is a 200 in which *proof* is true."""

    address: str
    path: str
    credential: Credential
    proof: str = "access_token"
    bodies: tuple[str, ...] = (TOKEN_REQUEST,)

    def lines(self) -> tuple[str, ...]:
        """Return what wrk is to send."""
        return ("POST", *(f"{name}: {value}" for name, value in self._fields().items()), "", *self.bodies)

    def varied(self, count: int) -> "Target":
        """Return the target asked in *count* ways, which differ by a parameter that nobody knows (RFC 6749 3.2)."""
        return replace(self, bodies=tuple(f"{self.bodies[0]}&turn={number}" for number in range(count)))

    def answers(self) -> Iterator[dict[str, Any]]:
        """Send every body once, on one connection; raises `Void`."""
        parts = urlsplit(self.address)
        with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=_PATIENCE)) as connection:
            for body in self.bodies:
                connection.request("POST", self.path, body, self._fields())
                response = connection.getresponse()
                text = response.read()
                if response.status != 200 or not json.loads(text).get(self.proof):
                    raise Void(f"{self.address}{self.path} answered {response.status} without {self.proof}.")
                yield json.loads(text)

    def check(self) -> None:
        """Send every body once; raises `Void`."""
        for _ in self.answers():
            pass

    def _fields(self) -> dict[str, str]:
        return {"Authorization": self.credential.authorization, "Content-Type": FORM}


def introspection(token: Target, path: str) -> Target:
    """Return the target that asks about tokens which *token* gives now, each in its turn."""
    tokens = [str(next(token.answers())["access_token"]) for _ in range(_TOKENS)]
    bodies = tuple(urlencode({"token": value}) for value in tokens)
    return Target(token.address, path, token.credential, "active", bodies)
