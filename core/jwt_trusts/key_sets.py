"""Which fetched keys can verify an assertion. It needs cryptography, so it is imported when a set is at hand."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from core.rules import algorithms
from core.rules.answers import json_object
from core.rules.key_sets import Jwk, keys_in, public_jwk, stored_set
from core.rules.limits import KEYS_PER_SET

_RSA_BITS = range(2048, 8193)
"""Below is too weak, above takes too long for what anybody may send."""
_KINDS = ("RSA", "EC", "OKP", "oct")
_USABLE = "Usable for signatures are RSA of 2048 to 8192 bits, EC P-256, P-384 or P-521, and Ed25519."
_TO_WITHDRAW = "The last good keys still count: to end that, delete the trust."


class NoKeySet(Exception):
    """What was fetched is no set of keys: a sentence about *it*, whatever that is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def usable_set(content: bytes) -> str:
    """Return what is stored of a fetched JWK Set: the keys that can verify, of which there is one at least.

    Raises `NoKeySet` for anything else, and for more keys than anybody needs.
    """
    keys = (json_object(content) or {}).get("keys")
    if not isinstance(keys, list):
        raise NoKeySet("is no JWK Set: it has no list of keys (RFC 7517).")
    if len(keys) > KEYS_PER_SET:
        raise NoKeySet(f"has {len(keys)} keys; at most {KEYS_PER_SET} are taken.")
    usable = [jwk for jwk in map(public_jwk, keys) if jwk is not None and any(_verifiers(jwk))]
    if not usable:
        raise NoKeySet(f"is a JWK Set {_without_use(keys)} {_TO_WITHDRAW}")
    return stored_set(usable)


def _without_use(keys: list[object]) -> str:
    """Tell what came instead of a key that can be used, by kinds that we know: the words are another server's."""
    if not keys:
        return "without any key."
    came = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(map(_kind, keys)).items()))
    return f"with no key that can be used, only {came}. {_USABLE}"


def _kind(jwk: object) -> str:
    kty = jwk.get("kty") if isinstance(jwk, dict) else None
    return str(kty) if kty in _KINDS else "of an unknown kind"


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
        return algorithms.RSA if key.key_size in _RSA_BITS else ()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return (algorithms.BY_CURVE[key.curve.name],) if key.curve.name in algorithms.BY_CURVE else ()
    return (algorithms.EDDSA,) if isinstance(key, ed25519.Ed25519PublicKey) else ()
