"""The certificates of the demo's story, made when it is played, so that they are as old as it tells.

Their private keys are forgotten at once. Ed25519 signs without chance: the same bytes make the same certificate.
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from core.rules.secret_format import TokenBytes

_SERIAL_BYTES = 15


def issued(subject: str, issuer: str, start: datetime, end: datetime, token_bytes: TokenBytes) -> bytes:
    """Return a certificate in DER; both names are distinguished names as RFC 4514 writes them."""
    client, authority = (Ed25519PrivateKey.from_private_bytes(token_bytes(32)) for _ in range(2))
    builder = x509.CertificateBuilder(
        issuer_name=x509.Name.from_rfc4514_string(issuer),
        subject_name=x509.Name.from_rfc4514_string(subject),
        public_key=client.public_key(),
        serial_number=1 + int.from_bytes(token_bytes(_SERIAL_BYTES), "big"),
        not_valid_before=start,
        not_valid_after=end,
    )
    return builder.sign(authority, None).public_bytes(Encoding.DER)
