"""Our own public keys as JWKs (RFC 7517), on the one curve that we sign on (RFC 7518 section 6.2.1).

By cryptography alone: what a server loads at its start it keeps for months, and of PyJWT it needs this much.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec

_COORDINATE = 32
"""Bytes; shorter ones are filled up with zeros."""


def jwk_of(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return the members that every JWK of this key has."""
    numbers = key.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _written(numbers.x), "y": _written(numbers.y)}


def key_of(jwk: Mapping[str, str]) -> ec.EllipticCurvePublicKey:
    """Return the key of a JWK that `jwk_of` has made; raises `ValueError` for no point of the curve."""
    return ec.EllipticCurvePublicNumbers(_read(jwk["x"]), _read(jwk["y"]), ec.SECP256R1()).public_key()


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the thumbprint of RFC 7638 section 3: the required members in order, hashed."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return _encoded(sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def _written(coordinate: int) -> str:
    return _encoded(coordinate.to_bytes(_COORDINATE, "big"))


def _read(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "="), "big")


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
