"""Signing and checking our own access tokens: JWS compact serialisation (RFC 7515 section 3.1) with ES256.

A token of ours begins with a header that we wrote, to the letter. That one rule refuses `alg: none` in every
spelling, other algorithms, embedded keys, links to keys, unknown `crit` and unknown `kid` before anything is read.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_ECDSA = ec.ECDSA(SHA256())
_HALF = 32
"""Bytes of each of the two numbers of a signature (RFC 7518 section 3.4)."""


def header(kid: str) -> str:
    """Return the first part of every token that the key *kid* signs (RFC 9068 section 2.1)."""
    return _part(json.dumps({"typ": "at+jwt", "alg": "ES256", "kid": kid}, separators=(",", ":")).encode())


def signed(head: str, claims: bytes, key: ec.EllipticCurvePrivateKey) -> str:
    """Return the token of *claims*, which are JSON."""
    body = f"{head}.{_part(claims)}"
    r, s = decode_dss_signature(key.sign(body.encode(), _ECDSA))
    return f"{body}.{_part(r.to_bytes(_HALF, 'big') + s.to_bytes(_HALF, 'big'))}"


def claims_of(token: str, keys: Mapping[str, ec.EllipticCurvePublicKey]) -> dict[str, Any] | None:
    """Return the claims of a token that one of *keys*, by their headers, has signed; None for anything else."""
    head, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    key = keys.get(head)
    if key is None or not token.isascii():
        return None
    raw = _signature(signature)
    if raw is None or not _has_signed(key, f"{head}.{payload}", raw):
        return None
    claims: dict[str, Any] = json.loads(_bytes_of(payload))
    return claims


def _signature(text: str) -> bytes | None:
    """Return the 64 bytes in *text*, in their one spelling: the last character has bits that decoding drops."""
    try:
        raw = _bytes_of(text)
    except ValueError:
        return None
    return raw if len(raw) == 2 * _HALF and _part(raw) == text else None


def _has_signed(key: ec.EllipticCurvePublicKey, body: str, raw: bytes) -> bool:
    r, s = int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big")
    try:
        key.verify(encode_dss_signature(r, s), body.encode(), _ECDSA)
    except InvalidSignature:
        return False
    return True


def _bytes_of(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
