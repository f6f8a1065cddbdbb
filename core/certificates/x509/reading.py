"""The one certificate in a file or a text from outside: which are refused, and why."""

import re
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key, pkcs12

from core.certificates.x509.facts import CertificateFacts, facts, facts_of, loaded, odd_ones
from core.certificates.x509.strength import weakness
from core.rules.errors import Refusal
from core.rules.limits import CERTIFICATE_BYTES, CERTIFICATE_FILE_BYTES
from core.rules.private_keys import KEY_IN_IT, WITHOUT_KEY, holds_private_key

_CERTIFICATE = re.compile(rb"-----BEGIN (?P<label>(?:X509 )?CERTIFICATE)-----.*?-----END (?P=label)-----", re.DOTALL)
_BEGIN = re.compile(rb"-----BEGIN ?([A-Z0-9 ]{0,40})")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

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
        found = facts_of(certificate)
    except ValueError:
        raise _refusal("Its names or times cannot be read; have it made anew.") from None
    weak = weakness(certificate)
    if weak:
        raise _refusal(weak)
    if found.not_after <= now:
        raise _refusal(f"It expired on {found.not_after:%Y-%m-%d %H:%M} UTC; give one that is valid.")
    return found


def _too_large() -> Refusal:
    limit = CERTIFICATE_FILE_BYTES // 1024
    return _refusal(f"It is larger than {limit} KB, which no certificate is; give a file with one certificate.")


def _refusal(sentence: str) -> Refusal:
    return Refusal(sentence, field="certificate")


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
        with odd_ones():
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
