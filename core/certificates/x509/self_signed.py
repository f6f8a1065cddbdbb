"""A self-signed certificate of our own making, and its key, which leaves in a PKCS #12 file (RFC 7292).

The key is in no other place than in that file's bytes: nothing here keeps it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.rules.secret_format import TokenBytes

_SERIAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class SelfSigned:
    """A certificate in DER, and with its key in PKCS #12."""

    der: bytes
    pkcs12: bytes = field(repr=False)


def make(common_name: str, password: str, start: datetime, end: datetime, token_bytes: TokenBytes) -> SelfSigned:
    """Make a certificate for a TLS client: EC P-256, valid from *start* to *end*, the key under *password*."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, common_name, start, end, token_bytes)
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(password.encode())
    )
    name = common_name.encode()
    return SelfSigned(
        certificate.public_bytes(Encoding.DER),
        pkcs12.serialize_key_and_certificates(name, key, certificate, None, encryption),
    )


def _certificate(
    key: ec.EllipticCurvePrivateKey, common_name: str, start: datetime, end: datetime, token_bytes: TokenBytes
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= dict.fromkeys(("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1 + int.from_bytes(token_bytes(_SERIAL_BYTES), "big"))
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(purpose, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, SHA256())
