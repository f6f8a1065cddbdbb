"""Whether the key and the signature of a certificate are strong enough, and of a kind that TLS takes."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from core.rules.limits import RSA_BITS

_HASHES = (
    *(hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512, hashes.SHA512_256),
    *(hashes.SHA3_224, hashes.SHA3_256, hashes.SHA3_384, hashes.SHA3_512),
)
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_TAKEN = f"take RSA of {RSA_BITS} bits or more, EC on P-256, P-384 or P-521, or Ed25519"
_SIGNED_WITHOUT = (x509.SignatureAlgorithmOID.ED25519, x509.SignatureAlgorithmOID.ED448)
"""Signatures that choose no hash: theirs is part of the algorithm."""


def weakness(certificate: x509.Certificate) -> str | None:
    """Return what is wrong with the key or the signature in a sentence, or None."""
    return _of_key(certificate) or _of_signature(certificate)


def _of_key(certificate: x509.Certificate) -> str | None:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return f"Its key is of a kind that is not taken; {_TAKEN}."
    match key:
        case rsa.RSAPublicKey() if key.key_size < RSA_BITS:
            return f"Its RSA key has {key.key_size} bits, which is too few; {_TAKEN}."
        case ec.EllipticCurvePublicKey() if not isinstance(key.curve, _CURVES):
            return f"Its key is on the curve {key.curve.name}, which is not taken; {_TAKEN}."
        case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey() | ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            return None
        case _:
            return f"Its key is of a kind that is not taken; {_TAKEN}."


def _of_signature(certificate: x509.Certificate) -> str | None:
    if certificate.signature_algorithm_oid in _SIGNED_WITHOUT:
        return None
    try:
        used = certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        used = None
    if isinstance(used, _HASHES):
        return None
    name = {"sha1": "SHA-1", "md5": "MD5"}.get(used.name, used.name.upper()) if used else "an algorithm"
    return f"It is signed with {name}, which is not taken; have it made anew with SHA-256."
