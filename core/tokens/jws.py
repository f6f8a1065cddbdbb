"""Signing and checking our own access tokens: JWS compact serialisation (RFC 7515 section 3.1) with ES256.

A token of ours begins with a header that we wrote, to the letter. That one rule refuses `alg: none` in every
spelling, other algorithms, embedded keys, links to keys, unknown `crit` and unknown `kid` before anything is read.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_decode, base64url_encode

_ES256 = ECAlgorithm(ECAlgorithm.SHA256)
_ECDSA = ec.ECDSA(SHA256())


def header(kid: str) -> str:
    """Return the first part of every token that the key *kid* signs (RFC 9068 section 2.1)."""
    return _part(json.dumps({"typ": "at+jwt", "alg": "ES256", "kid": kid}, separators=(",", ":")).encode())


def signed(head: str, claims: bytes, key: ec.EllipticCurvePrivateKey) -> str:
    """Return the token of *claims*, which are JSON."""
    body = f"{head}.{_part(claims)}"
    r, s = decode_dss_signature(key.sign(body.encode(), _ECDSA))
    return f"{body}.{_part(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"  # RFC 7518 section 3.4


def claims_of(token: str, keys: Mapping[str, ec.EllipticCurvePublicKey]) -> dict[str, Any] | None:
    """Return the claims of a token that one of *keys*, by their headers, has signed; None for anything else."""
    head, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    key = keys.get(head)
    if key is None or not token.isascii() or not _is_signature(signature):
        return None
    if not _ES256.verify(f"{head}.{payload}".encode(), key, base64url_decode(signature)):
        return None
    claims: dict[str, Any] = json.loads(base64url_decode(payload))
    return claims


def _is_signature(text: str) -> bool:
    """Tell whether *text* is 64 bytes in their one spelling: the last character has bits that decoding drops."""
    try:
        raw = base64url_decode(text)
    except ValueError:
        return False
    return len(raw) == 64 and base64url_encode(raw).decode() == text


def _part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
