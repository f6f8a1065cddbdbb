"""What an access token says (RFC 9068 section 2.2), and the name that ties it to the credential that obtained it."""

import json
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

_BY_SECRET = b"s"
_RANDOM_LENGTH = 16
JTI_LENGTH = 44


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a token of ours; `exp` and `iat` are seconds since 1970, `scope` is None where it has none."""

    iss: str
    sub: str
    client_id: str
    aud: str
    exp: int
    iat: int
    jti: str
    scope: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the claims by their wire names; what is absent has none."""
        claims: dict[str, Any] = {
            "iss": self.iss,
            "sub": self.sub,
            "client_id": self.client_id,
            "aud": self.aud,
            "exp": self.exp,
            "iat": self.iat,
            "jti": self.jti,
        }
        if self.scope is not None:
            claims["scope"] = self.scope
        return claims


class Mould:
    """The claims that the tokens of one client have in common, written once; the rest is added for each."""

    def __init__(self, issuer: str, client_id: str, scope: str | None) -> None:
        common = {"iss": issuer, "sub": client_id, "client_id": client_id, "aud": issuer}
        written = json.dumps(common if scope is None else {**common, "scope": scope}, separators=(",", ":"))
        self._common = written.removesuffix("}")

    def claims(self, exp: int, iat: int, jti: str) -> bytes:
        """Return all claims as JSON; *exp* and *iat* are seconds since 1970, *jti* is of `new_jti`."""
        return f'{self._common},"exp":{exp},"iat":{iat},"jti":"{jti}"}}'.encode()


def new_jti(secret_id: str, random: bytes) -> str:
    """Return a token's name: opaque to others, to us the secret that obtained it, so that revoking that ends it.

    *random* is 16 bytes.
    """
    return urlsafe_b64encode(_prefix_of(secret_id) + random).decode()


@lru_cache(1000)
def _prefix_of(secret_id: str) -> bytes:
    return _BY_SECRET + UUID(secret_id).bytes


def secret_of(jti: str) -> str | None:
    """Return the id of the secret that obtained the token of this name, or None where a secret did not."""
    named = b64decode(jti, altchars=b"-_")
    if len(jti) != JTI_LENGTH or not named.startswith(_BY_SECRET):
        return None
    return str(UUID(bytes=named[1:-_RANDOM_LENGTH]))


def granted(asked: str | None, allowed: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the OAuth scopes for a token, all that are allowed where none were asked; None for one that is not.

    RFC 6749 section 3.3.
    """
    if asked is None:
        return allowed
    wanted = tuple(dict.fromkeys(asked.split(" ")))
    return wanted if set(wanted) <= set(allowed) else None
