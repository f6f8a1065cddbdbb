"""Assertions of client authentication as clients make them, good ones and others."""

import json
from dataclasses import dataclass
from typing import Any

import jwt

from tests.core.issuer import private_key

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHMS = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA", "RSA2048": "RS256"}


@dataclass(frozen=True)
class Signer:
    """Signs with one key (see `tests.core.issuer`)."""

    kind: str = "P-256"
    kid: str | None = "first"
    number: int = 0

    def sign(self, claims: dict[str, Any] | bytes, alg: str | None = None, **header: object) -> str:
        """Return the JWT of *claims*, or of any payload; a header parameter of None is left out."""
        payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        fields: dict[str, Any] = {"typ": "JWT", "kid": self.kid} | header
        named = alg or _ALGORITHMS[self.kind]
        key = private_key(self.kind, self.number)
        left = {name: value for name, value in fields.items() if value is not None}
        if None in fields.values() and "typ" not in left:
            left["typ"] = None  # PyJWT would put in its own
        return jwt.PyJWS().encode(payload, key, named, left, sort_headers=True)


def form(assertion: str, **more: str) -> dict[str, str]:
    """Return the parameters of a token request that *assertion* authenticates."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
        **more,
    }
