"""Certificates from outside (RFC 5280): what they say, and which of them are refused, and why.

Whoever needs it imports it then, for `cryptography` is slow to load.
"""

import hashlib
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key, pkcs12

from core.rules.errors import Refusal
from core.rules.limits import CERTIFICATE_BYTES, CERTIFICATE_FILE_BYTES, RSA_BITS
from core.rules.private_keys import KEY_IN_IT, WITHOUT_KEY, holds_private_key

_CERTIFICATE = re.compile(rb"-----BEGIN (?P<label>(?:X509 )?CERTIFICATE)-----.*?-----END (?P=label)-----", re.DOTALL)
_BEGIN = re.compile(rb"-----BEGIN ?([A-Z0-9 ]{0,40})")
_ONE_AT_A_TIME = Lock()
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

_HASHES = (
    *(hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512, hashes.SHA512_256),
    *(hashes.SHA3_224, hashes.SHA3_256, hashes.SHA3_384, hashes.SHA3_512),
)
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_TAKEN = f"take RSA of {RSA_BITS} bits or more, EC on P-256, P-384 or P-521, or Ed25519"
_SIGNED_WITHOUT = (x509.SignatureAlgorithmOID.ED25519, x509.SignatureAlgorithmOID.ED448)
"""Signatures that choose no hash: theirs is part of the algorithm."""

_NONE = "There is no certificate in it; give one in PEM (-----BEGIN CERTIFICATE-----) or DER."
_KEY_IN_IT = KEY_IN_IT + WITHOUT_KEY
_CUT_OFF = "It begins like a certificate and does not end like one: it was cut off; copy the whole of it."
_PKCS12 = (
    "It is a PKCS #12 file, which holds a private key; nothing was stored. "
    "Take the certificate out: openssl pkcs12 -in FILE -clcerts -nokeys -out certificate.pem"
)
_REQUEST = "It is a request for a certificate; give the certificate that your CA has made of it."
_OTHERS = {
    b"CERTIFICATE REQUEST": _REQUEST,
    b"NEW CERTIFICATE REQUEST": _REQUEST,
    b"TRUSTED CERTIFICATE": "It has notes of openssl in it; write it without them: openssl x509 -in FILE -out OTHER",
    b"PUBLIC KEY": "It is a public key without a certificate; give the certificate of that key.",
    b"PKCS12": _PKCS12,
    b"PKCS7": "It is a PKCS #7 bundle; take the client's certificate out: openssl pkcs7 -print_certs -in FILE",
}


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says of itself; nothing about whom to trust.

    Names are distinguished names as RFC 4514 writes them; `serial` and `thumbprint`, which is SHA-256 of its DER, are
    lower-case hexadecimal digits; times are UTC. `pem` is the certificate written anew. `signed` is SHA-256 of what its
    signature covers: whoever has a certificate can write an ECDSA signature in another way, and has another thumbprint.
    """

    subject: str
    issuer: str
    serial: str
    thumbprint: str
    signed: str
    not_before: datetime
    not_after: datetime
    pem: str = field(repr=False)


def facts(der: bytes) -> CertificateFacts:
    """Return what the certificate in *der* says, whatever it is worth; `ValueError` where there is none."""
    return _facts(loaded(der))


def read(data: bytes, now: datetime) -> CertificateFacts:
    """Return the one certificate in *data*, PEM or DER, if a client may authenticate by it from *now* on.

    Raises `Refusal` with the reason: too large, a private key, several certificates, none; expired; a weak key or
    signature. One that is not valid yet is taken. What comes back holds nothing of *data* but the certificate.
    """
    if len(data) > CERTIFICATE_FILE_BYTES:
        raise _too_large()
    der = _only_one(_as_bytes(data))
    if len(der) > CERTIFICATE_BYTES:
        limit = CERTIFICATE_BYTES // 1024
        raise _refusal(f"This certificate has {len(der) // 1024} KB, and {limit} KB are the most; look what fills it.")
    try:
        certificate = loaded(der)
    except ValueError:
        raise _refusal(_what_else(der)) from None
    try:
        found = _facts(certificate)
    except ValueError:
        raise _refusal("Its names or times cannot be read; have it made anew.") from None
    _check_key(certificate)
    _check_signature(certificate)
    if found.not_after <= now:
        raise _refusal(f"It expired on {found.not_after:%Y-%m-%d %H:%M} UTC; give one that is valid.")
    return found


def _too_large() -> Refusal:
    limit = CERTIFICATE_FILE_BYTES // 1024
    return _refusal(f"It is larger than {limit} KB, which no certificate is; give a file with one certificate.")


def _refusal(sentence: str) -> Refusal:
    return Refusal(sentence, field="certificate")


@contextmanager
def _odd_ones() -> Iterator[None]:
    """Let odd certificates be read without a warning, and have what cannot be read raise `ValueError` only."""
    # What warnings are for is one state of the process: threads would put back each other's.
    with _ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"):  # one would be drawn across the console
        try:
            yield
        except (x509.InvalidVersion, TypeError) as error:  # from a version 4, from a name that is bits
            raise ValueError(str(error)) from None


def loaded(der: bytes) -> x509.Certificate:
    """Return the certificate in *der*, without a word about what is odd in it; `ValueError` where there is none."""
    with _odd_ones():
        return x509.load_der_x509_certificate(der)


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    with _odd_ones():
        return CertificateFacts(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            serial=f"{certificate.serial_number:x}",
            thumbprint=certificate.fingerprint(hashes.SHA256()).hex(),
            signed=hashlib.sha256(certificate.tbs_certificate_bytes).hexdigest(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            pem=certificate.public_bytes(Encoding.PEM).decode("ascii"),
        )


def _as_bytes(data: bytes) -> bytes:
    """Return *data*, as ASCII where an editor has saved it as UTF-16."""
    if data.startswith(_UTF_16):
        return data.decode("utf-16", errors="replace").encode(errors="replace")
    return data


def _only_one(data: bytes) -> bytes:
    """Return the DER of the one certificate in PEM, or *data* where it is no PEM at all."""
    if holds_private_key(data.decode("latin-1")):
        raise _refusal(_KEY_IN_IT)
    # Without an end there is no block, and to look for one after each beginning would take its time.
    found = [match.group() for match in _CERTIFICATE.finditer(data)] if b"-----END " in data else []
    if len(found) > 1:
        raise _refusal(_which_of(found))
    if found:
        return _der(found[0])
    begun = _BEGIN.search(data)
    if begun:
        label = begun.group(1).strip()
        raise _refusal(_OTHERS.get(label, _CUT_OFF if not label or b"CERTIFICATE" in label else _NONE))
    if not data.strip():
        raise _refusal("It is empty; give one certificate, in PEM or DER.")
    return data


def _der(pem: bytes) -> bytes:
    """Return what one block of PEM holds; raises `Refusal` where that cannot be read."""
    try:
        with _odd_ones():
            return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    except ValueError:
        raise _refusal("The certificate in it is damaged and cannot be read; copy it again.") from None


def _which_of(found: list[bytes]) -> str:
    """Say how many certificates there are, and which of them is the client's."""
    words = f"It holds {len(found)} certificates, a chain; give the client's own alone"
    subjects, issuers = [], set()
    for pem in found:
        try:
            said = facts(_der(pem))
        except (Refusal, ValueError):
            return f"{words}, which usually is the first."
        subjects.append(said.subject)
        issuers.update({said.issuer} - {said.subject})
    own = [number for number, subject in enumerate(subjects, 1) if subject not in issuers]
    if len(own) != 1:
        return f"{words}, which usually is the first."
    subject = subjects[own[0] - 1]
    named = f", {_short(subject)}" if subject else ""
    return f"{words}: number {own[0]}{named}."


def _short(name: str) -> str:
    return f"“{name[:80]}…”" if len(name) > 80 else f"“{name}”"


def _what_else(der: bytes) -> str:
    """Say what bytes are that are no certificate."""
    try:
        load_der_private_key(der, None)
    except TypeError:  # an encrypted one
        return _KEY_IN_IT
    except (ValueError, UnsupportedAlgorithm):
        pass
    else:
        return _KEY_IN_IT
    try:
        pkcs12.load_pkcs12(der, b"")
    except ValueError as error:
        # Only what has its structure gets as far as its password.
        return _PKCS12 if "password" in str(error).lower() else _NONE
    except UnsupportedAlgorithm:
        return _PKCS12
    return _PKCS12


def _check_key(certificate: x509.Certificate) -> None:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise _refusal(f"Its key is of a kind that is not taken; {_TAKEN}.") from None
    match key:
        case rsa.RSAPublicKey() if key.key_size < RSA_BITS:
            raise _refusal(f"Its RSA key has {key.key_size} bits, which is too few; {_TAKEN}.")
        case ec.EllipticCurvePublicKey() if not isinstance(key.curve, _CURVES):
            raise _refusal(f"Its key is on the curve {key.curve.name}, which is not taken; {_TAKEN}.")
        case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey() | ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            pass
        case _:
            raise _refusal(f"Its key is of a kind that is not taken; {_TAKEN}.")


def _check_signature(certificate: x509.Certificate) -> None:
    if certificate.signature_algorithm_oid in _SIGNED_WITHOUT:
        return
    try:
        used = certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        used = None
    if not isinstance(used, _HASHES):
        name = {"sha1": "SHA-1", "md5": "MD5"}.get(used.name, used.name.upper()) if used else "an algorithm"
        raise _refusal(f"It is signed with {name}, which is not taken; have it made anew with SHA-256.")
