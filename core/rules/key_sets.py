"""JWK Sets (RFC 7517 section 5) as they are stored: public members alone, and what can be said without cryptography."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from core.rules.answers import json_object
from core.rules.views.jwt_trusts import TrustKey

Jwk = dict[str, Any]

_REQUIRED = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}
"""The members that make a public key (RFC 7518 section 6, RFC 8037), in the order of RFC 7638."""
_SAID = ("kid", "alg")
_LONGEST_SAID = 255


def public_jwk(jwk: object) -> Jwk | None:
    """Return the public half of a JWK that is there to verify signatures, or None for any other.

    Whatever else it has, a private member above all, is left out.
    """
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig" or not _may_verify(jwk.get("key_ops")):
        return None
    kty = jwk.get("kty")
    required = _REQUIRED.get(kty) if isinstance(kty, str) else None
    if required is None or not all(isinstance(jwk.get(name), str) for name in required):
        return None
    said = {name: jwk[name] for name in _SAID if jwk.get(name) is not None}
    if not all(isinstance(value, str) and len(value) <= _LONGEST_SAID for value in said.values()):
        return None
    return {**{name: jwk[name] for name in required}, **said}


def stored_set(jwks: Iterable[Jwk]) -> str:
    """Return a JWK Set as text; the same keys make the same text."""
    return json.dumps({"keys": list(jwks)}, sort_keys=True)


def keys_in(text: str | None) -> tuple[Jwk, ...]:
    """Return the keys of a stored set; none where there is none, or none that we have written."""
    found = json_object(text or "") or {}
    keys = found.get("keys")
    return tuple(filter(None, map(public_jwk, keys))) if isinstance(keys, list) else ()


def trust_key(jwk: Jwk) -> TrustKey:
    """Return what is shown of a key."""
    return TrustKey(jwk.get("kid"), jwk["kty"], jwk.get("alg"), thumbprint(jwk))


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the SHA-256 thumbprint of RFC 7638 section 3, in base64url."""
    required = {name: jwk[name] for name in _REQUIRED[jwk["kty"]]}
    digest = sha256(json.dumps(required, separators=(",", ":")).encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _may_verify(key_ops: object) -> bool:
    return key_ops is None or (isinstance(key_ops, list) and "verify" in key_ops)
