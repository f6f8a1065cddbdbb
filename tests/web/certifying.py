"""Certificates of clients and of authorities, and how a proxy passes them on."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.core.issuer import private_key
from tests.staging import NOON

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certified:
    """A certificate, with the key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def rfc9440(self) -> str:
        return f":{b64encode(self.der).decode()}:"

    @property
    def escaped(self) -> str:
        return quote(self.pem, safe="")


def twin(of: Certified) -> Certified:
    """Return the same certificate with its signature written in the other way: instead of s, the order less s."""
    r, s = decode_dss_signature(of.certificate.signature)
    other = encode_dss_signature(r, _ORDER - s)
    parts = of.certificate.tbs_certificate_bytes + _ECDSA_WITH_SHA256 + _der(0x03, b"\0" + other)
    return Certified(x509.load_der_x509_certificate(_der(0x30, parts)), of.key)


_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (SEC 2 section 2.4.2)."""
_ECDSA_WITH_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")


def _der(tag: int, content: bytes) -> bytes:
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag]) + (length if len(content) < 0x80 else bytes([0x80 | len(length)]) + length) + content


def certificate(
    subject: str,
    by: Certified | None = None,
    *,
    key: int = 0,
    start: datetime = NOON - DAY,
    end: datetime = NOON + 100 * DAY,
    authority: bool = False,
    purpose: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.CLIENT_AUTH,
    serial: int | None = None,
) -> Certified:
    """Make a certificate of *subject*, signed by its own key unless it is *by* somebody."""
    own = private_key("P-256", key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(by.certificate.subject if by else name(subject))
        .public_key(own.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if purpose and not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return Certified(builder.sign(by.key if by else own, SHA256()), own)


def name(common_name: str) -> x509.Name:
    """Return the distinguished name that has one common name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else [])
