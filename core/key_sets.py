"""Which fetched keys can verify an assertion. It needs cryptography, so it is imported when a set is at hand."""

from collections.abc import Iterator
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from core.rules.answers import json_object
from core.rules.key_sets import Jwk, keys_in, public_jwk, stored_set
from core.rules.limits import KEYS_PER_SET

_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_RSA_BITS = range(2048, 8193)
"""Below is too weak, above takes too long for what anybody may send."""
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
ALGORITHMS = (*_RSA, *_CURVES.values(), "EdDSA")
"""All that an assertion may be signed by (RFC 7518 section 3.1, RFC 8037); nothing symmetric."""


class NoKeySet(Exception):
    """What was fetched is no set of keys: a sentence about *it*, whatever that is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def usable_set(content: bytes) -> str:
    """Return what is stored of a fetched JWK Set: the keys that can verify, which may be none.

    Raises `NoKeySet` for anything else, and for more keys than anybody needs.
    """
    keys = (json_object(content) or {}).get("keys")
    if not isinstance(keys, list):
        raise NoKeySet("is no JWK Set: it has no list of keys (RFC 7517).")
    if len(keys) > KEYS_PER_SET:
        raise NoKeySet(f"has {len(keys)} keys; at most {KEYS_PER_SET} are taken.")
    public = filter(None, map(public_jwk, keys))
    return stored_set(jwk for jwk in public if any(_verifiers(jwk)))


@lru_cache(maxsize=64)
def verifiers(text: str | None) -> tuple[PyJWK, ...]:
    """Return the keys of a stored set, each once for every algorithm (`algorithm_name`) that it may verify."""
    return tuple(verifier for jwk in keys_in(text) for verifier in _verifiers(jwk))


def _verifiers(jwk: Jwk) -> Iterator[PyJWK]:
    try:
        # Named by a fitting algorithm first, for PyJWT looks no further where a set names one that it does not know.
        key = PyJWK({name: value for name, value in jwk.items() if name != "alg"}).key
    except (PyJWTError, ValueError, TypeError):
        return
    for name in _fitting(key):
        if jwk.get("alg", name) == name:
            yield PyJWK(jwk, algorithm=name)


def _fitting(key: object) -> tuple[str, ...]:
    if isinstance(key, rsa.RSAPublicKey):
        return _RSA if key.key_size in _RSA_BITS else ()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return (_CURVES[key.curve.name],) if key.curve.name in _CURVES else ()
    return ("EdDSA",) if isinstance(key, ed25519.Ed25519PublicKey) else ()
