"""What an assertion of client authentication must say (RFC 7523 section 3), apart from its signature.

Whoever wrote it may have written anything: each value is looked at before it is used.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.rules.algorithms import ALGORITHMS

LONGEST = 16_000
"""Characters from which on an assertion is not even read."""
LEEWAY = 30
"""Seconds by which the clocks may differ."""
FARTHEST = 10 * 60
"""Seconds that an assertion may count from now on: so long its name has to be remembered."""

_TYPES = ("jwt", "client-authentication+jwt")
_NOT_OURS = ("crit", "b64", "jwk", "jku", "x5u")
"""What would change how the signature is checked, or bring a key along."""


class NotAccepted(Exception):
    """An assertion that counts for nobody; the reason is words of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Said:
    """What an assertion says, and nobody has proved yet; `exp` is seconds since 1970.

    `alg` and `kid` are how it is said to be signed, and by which key.
    """

    alg: str
    kid: str | None
    iss: str
    sub: str
    aud: str
    jti: str
    exp: int


def _header_of(fields: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return how it is signed and by which key, where the header is one of an assertion; raises `NotAccepted`."""
    alg, kid = fields.get("alg"), fields.get("kid")
    if alg not in ALGORITHMS:
        raise NotAccepted("algorithm not accepted")
    if any(name in fields for name in _NOT_OURS):
        raise NotAccepted("header not accepted")
    if "typ" in fields and _kind(fields["typ"]) not in _TYPES:
        raise NotAccepted("wrong type")
    return str(alg), None if kid is None else _text(kid, "key ID")


def json_in(part: bytes) -> Mapping[str, Any]:
    """Return the JSON object in the header or the payload, in UTF-8 (RFC 7519 section 7.2); raises `NotAccepted`."""
    try:
        found = json.loads(part.decode())  # of bytes, json would guess the encoding
    except (ValueError, RecursionError):
        raise NotAccepted("not a JWT") from None
    if not isinstance(found, dict):
        raise NotAccepted("not a JWT")
    return found


def parties_of(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return the issuer and the subject; raises `NotAccepted`."""
    return _text(claims.get("iss"), "issuer"), _text(claims.get("sub"), "subject")


def said_by(fields: Mapping[str, Any], claims: Mapping[str, Any]) -> Said:
    """Return what header and claims say, each of its kind, whatever the time is; raises `NotAccepted`."""
    alg, kid = _header_of(fields)
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) == 1:
        (audience,) = audience
    issuer, subject = parties_of(claims)
    return Said(
        alg=alg,
        kid=kid,
        iss=issuer,
        sub=subject,
        aud=_text(audience, "audience"),
        jti=_text(claims.get("jti"), "jti"),
        exp=_seconds(claims.get("exp"), "exp"),
    )


def check_times(claims: Mapping[str, Any], now: float) -> None:
    """Refuse what has expired, is yet to come, or would count for too long; *now* is seconds since 1970."""
    end = _seconds(claims.get("exp"), "exp")
    if end <= now - LEEWAY:
        raise NotAccepted("expired")
    if end > now + FARTHEST:
        raise NotAccepted("exp too far ahead")
    for name in ("nbf", "iat"):
        if name in claims and _seconds(claims[name], name) > now + LEEWAY:
            raise NotAccepted(f"{name} in the future")


def _kind(typ: object) -> str:
    """Return a media type without the part that may be left out (RFC 7515 section 4.1.9)."""
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else ""


def _seconds(value: object, name: str) -> int:
    """Return a time; NumericDate may be a fraction in RFC 7519, but nobody needs one here."""
    if type(value) is not int or value < 0:
        raise NotAccepted(f"wrong {name}" if value is not None else f"no {name}")
    return value


def _text(value: object, name: str) -> str:
    """Return a text that can be stored and compared: a lone surrogate of JSON cannot."""
    if value is None:
        raise NotAccepted(f"no {name}")
    if not isinstance(value, str) or not value or not _is_plain(value):
        raise NotAccepted(f"wrong {name}")
    return value


def _is_plain(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
