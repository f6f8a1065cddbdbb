"""What an access token says (RFC 9068 section 2.2), and the name that ties it to the credential that obtained it."""

import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from core.rules.methods import Basis

_X5T = "x5t#S256"
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
    cnf: Mapping[str, str] | None = None
    """What binds the token (RFC 7800 section 3.1); None where whoever has it may use it."""

    @property
    def thumbprint(self) -> str | None:
        """The SHA-256 of the certificate that the token is bound to (RFC 8705 section 3.1), base64url; else None."""
        return self.cnf[_X5T] if self.cnf else None

    @property
    def thumbprint_digits(self) -> str:
        """The same as certificates are stored by it: lower-case hexadecimal digits, none for no certificate."""
        return urlsafe_b64decode(f"{self.thumbprint or ''}=").hex()

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
        if self.cnf is not None:
            claims["cnf"] = dict(self.cnf)
        return claims


class Mould:
    """The claims that the tokens of one client have in common, written once; the rest is added for each."""

    def __init__(self, issuer: str, client_id: str, scope: str | None) -> None:
        common = {"iss": issuer, "sub": client_id, "client_id": client_id, "aud": issuer}
        written = json.dumps(common if scope is None else {**common, "scope": scope}, separators=(",", ":"))
        self._common = written.removesuffix("}")

    def claims(self, exp: int, iat: int, jti: str, thumbprint: str | None = None) -> bytes:
        """Return all claims as JSON; *exp* and *iat* are seconds since 1970, *jti* is of `new_jti`.

        *thumbprint*, base64url, binds the token to a certificate.
        """
        bound = f',"cnf":{{"{_X5T}":"{thumbprint}"}}' if thumbprint else ""
        return f'{self._common},"exp":{exp},"iat":{iat},"jti":"{jti}"{bound}}}'.encode()


def new_jti(credential_id: str, random: bytes, basis: Basis = Basis.SECRET) -> str:
    """Return a token's name: opaque to others, to us the credential that obtained it, so that its end ends it.

    *random* is 16 bytes.
    """
    return urlsafe_b64encode(_prefix_of(basis, credential_id) + random).decode()


@lru_cache(1000)
def _prefix_of(basis: Basis, credential_id: str) -> bytes:
    return basis.encode() + UUID(credential_id).bytes


def credential_of(jti: str) -> tuple[Basis, str] | None:
    """Return the kind and the id of the credential that obtained the token of this name; None for no such name."""
    named = b64decode(jti, altchars=b"-_")
    if len(jti) != JTI_LENGTH or named[:1] not in _BASES:
        return None
    return _BASES[named[:1]], str(UUID(bytes=named[1:-_RANDOM_LENGTH]))


_BASES = {basis.encode(): basis for basis in Basis}


def granted(asked: str | None, allowed: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the OAuth scopes for a token, all that are allowed where none were asked; None for one that is not.

    RFC 6749 section 3.3.
    """
    if asked is None:
        return allowed
    wanted = tuple(dict.fromkeys(asked.split(" ")))
    return wanted if set(wanted) <= set(allowed) else None
