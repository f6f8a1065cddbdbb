"""What a certificate says of itself."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

_ONE_AT_A_TIME = Lock()


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
    return facts_of(loaded(der))


def loaded(der: bytes) -> x509.Certificate:
    """Return the certificate in *der*, without a word about what is odd in it; `ValueError` where there is none."""
    with odd_ones():
        return x509.load_der_x509_certificate(der)


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """Return what a certificate says; `ValueError` where that cannot be read."""
    with odd_ones():
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


@contextmanager
def odd_ones() -> Iterator[None]:
    """Let odd certificates be read without a warning, and have what cannot be read raise `ValueError` only."""
    # What warnings are for is one state of the process: threads would put back each other's.
    with _ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"):  # one would be drawn across the console
        try:
            yield
        except (x509.InvalidVersion, TypeError) as error:  # from a version 4, from a name that is bits
            raise ValueError(str(error)) from None
