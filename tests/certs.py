"""Certificates for tests, made on the spot by `cryptography`: good ones, and each kind of bad one."""

import warnings
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.staging import NOON

YEAR = timedelta(days=365)
SIGNER = ec.generate_private_key(ec.SECP256R1())


def name(*, cn: str = "billing", o: str | None = "Shop", of: x509.ObjectIdentifier = NameOID.COMMON_NAME) -> x509.Name:
    """Return a distinguished name, also one that nobody should make."""
    told = [(NameOID.ORGANIZATION_NAME, o), (of, cn)]
    with warnings.catch_warnings(action="ignore"):
        return x509.Name([x509.NameAttribute(oid, text, _validate=False) for oid, text in told if text is not None])


def certificate(
    *,
    subject: x509.Name | None = None,
    issuer: x509.Name | None = None,
    key: Any = None,
    signer: Any = None,
    digest: Any = None,
    start: datetime = NOON - timedelta(days=1),
    end: datetime = NOON + YEAR,
    serial: int | None = None,
) -> x509.Certificate:
    """Return a certificate; without *issuer* it says that it has issued itself. *signer* is the issuer's key."""
    key = key or SIGNER
    signer = signer or key
    subject = subject if subject is not None else name()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer if issuer is not None else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    without = isinstance(signer, ed25519.Ed25519PrivateKey)
    return builder.sign(signer, None if without else digest or hashes.SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    """Return certificates as the text of a file."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates or (certificate(),))


def der(certificate: x509.Certificate) -> bytes:
    """Return a certificate as bytes."""
    return certificate.public_bytes(Encoding.DER)


def key_file(
    key: Any = SIGNER,
    *,
    encoding: Encoding = Encoding.PEM,
    form: PrivateFormat = PrivateFormat.PKCS8,
    password: bytes | None = None,
) -> bytes:
    """Return the private key as a file."""
    return key.private_bytes(encoding, form, BestAvailableEncryption(password) if password else NoEncryption())  # type: ignore[no-any-return]


# Libraries make no such signatures any more.
SHA_1 = b"""\
-----BEGIN CERTIFICATE-----
MIIC7jCCAdagAwIBAgIBATANBgkqhkiG9w0BAQUFADAPMQ0wCwYDVQQDDARzaGEx
MCAXDTI2MTEyMTA5MTcxNFoYDzIxMjYxMDI4MDkxNzE0WjAPMQ0wCwYDVQQDDARz
aGExMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAy041EzD+gmTR2AQ9
QhIVTWgE0UehhXXVY5bkLpbscF71ucBkS/2Y3ClTmAKylqAmU9rs6+usTUgYb46P
QUKSkf9Cdkw4vuZyEVxC+gOSqsAPLop1ZUoxPu55efVp7rpJxXM2Bh3iJKVSSZNA
RxeOc5C3vCV7I+SMm8gwGnCJgsPyk2nBXsMPipmfH9a7UffEu8ioieRKe/akACZ6
Jg5xh4AjWo9zmzZYMSdu9a1ZBnT2Dz8Ggh8bbs7f9S20t1Hz3aDDeimQcndlJQaf
F06Nan8mZ7nvEIrgTAqOosxmWvYKT/Ua+77vGJWQNmvSTL8akTxCq4YjCm6wIbUk
jCxTvQIDAQABo1MwUTAdBgNVHQ4EFgQUGudQJ/UOY5cR2jn1Sb7A2o7g9K4wHwYD
VR0jBBgwFoAUGudQJ/UOY5cR2jn1Sb7A2o7g9K4wDwYDVR0TAQH/BAUwAwEB/zAN
BgkqhkiG9w0BAQUFAAOCAQEAbZsFNS1PP6luArS7LUuRZYTQBM9NFmzXj9g8hTBX
Ml159cpkA+PAkMsB+etV8zN24JjS26+9bT22IDoYuysLogxrXo9QtTpztzXSEMiD
ABZ6Ivg6SUIvWg2ik164b9Wl2pQq/3KQjL2vaa9TJyIt4xwLPAc7gulII9qwpPB7
P2zdpPCU93ZvaSzejzAanae1dhB2+749BcFsCYX1tSXy2KHh4QeMm665M5d0GH8+
kVpKsbuoOSBI0sAFBUQ6T5gSSn8lyWSoVPBkUmwQ0LiZO/7HFxb3g1Cy7BG8h+3q
qtBcNPaVSrGxKULmFnLBdIQPHHS+kQFPDrSU8C8Jywq7Vg==
-----END CERTIFICATE-----
"""
MD5 = b"""\
-----BEGIN CERTIFICATE-----
MIIC/zCCAeegAwIBAgIUHEBWay7yjomuDdl70sHr56dFKLcwDQYJKoZIhvcNAQEE
BQAwDjEMMAoGA1UEAwwDbWQ1MCAXDTI2MTEyMTA5MTcxNFoYDzIxMjYxMDI4MDkx
NzE0WjAOMQwwCgYDVQQDDANtZDUwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK
AoIBAQDBV5wS+P1QM473QULho53Efm6CMV8H2A2BiUTjUe9SHKWILeTySli5ixkN
Ful4tZ0owbXl1SDpWy0IU4ysZkCl5nR/nn6q6acqCKR/buU2WC5KHAgVoj6QCYk3
BDgqU5JJ9ndcqvtAd4kU4g3UiTslHsVVj7wbefpxguGW882khGarzXg+u8KBW68k
+Zc/orMiKcRBXCvO3jzkhKFzBRMTE3DCr2GENNpPeyT45MqHqicodFha6zdghNTj
JHQ8Giq3XX1kum/2MuD7Yl5yQgjxm9LQN8pwkoJWbM5t5revYu/gPmlnWVPXSn/y
Vy4o7fljylYUq8G1QDe4KYbVFZLtAgMBAAGjUzBRMB0GA1UdDgQWBBRG8nvLVsCq
44ULR5FDUqJUJIa/bjAfBgNVHSMEGDAWgBRG8nvLVsCq44ULR5FDUqJUJIa/bjAP
BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBBAUAA4IBAQBvEpkXp2LNL+/BkvC9
hybunKr4swfyyYvH3MlgRZTMX6Xvdd1ZCq+SY8CM+gFHO0/6Se0/DM+YUXgm4oeR
u+PsXM3c74DwrLwL3TzDpACbCmCP+kn5E57BlBay71gL04OpAvAX19K4GFdTg50q
cuaAiSv6IE02/MS/0/8oumbPt7nyIKx0klHjrEC8f+cq8v1sIOIm3zzul/D0ePMP
6uoZmMBhpmm2xrKYfTi2o6GjKvlcrjUq1qXo3MOCwZsnF6mhdBFfigZ+vo08wqwL
pEKt/Ghnv95iSfIADJ/ddOE+jFRjuUtFjZ8zwRNQZZ9OtLLXGTUhj4Irg7thrhd/
ST1a
-----END CERTIFICATE-----
"""
