"""Whether a client certificate was issued by one of our certification authorities (RFC 5280 section 6)."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, Store, VerificationError

from core.certificates.x509.facts import loaded
from core.rules.errors import UnfitPlace

_DEEPEST = 4
_ANY = Criticality.AGNOSTIC


class Authorities:
    """The certificates of `[mtls] ca`: trusted authorities, those between them and a client among them."""

    def __init__(self, certificates: Sequence[x509.Certificate] = ()) -> None:
        self._store = Store(list(certificates)) if certificates else None

    @classmethod
    def read(cls, pem: bytes, name: str) -> "Authorities":
        """Return those in a PEM file; raises `UnfitPlace` with its *name* where there are none."""
        try:
            return cls(x509.load_pem_x509_certificates(pem))
        except (ValueError, UnsupportedAlgorithm):
            raise UnfitPlace(f"{name} holds no certificates in PEM that can be read; [mtls] ca names it.") from None

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return self._store is not None

    def objection(self, der: bytes, now: datetime) -> str | None:
        """Return why a certificate is not theirs, or None: signatures lead from one of them to it, all valid *now*."""
        certificate = loaded(der)
        if certificate.version is not x509.Version.v3:
            return "certificate of X.509 version 1"  # what openssl x509 -req makes unless it is given extensions
        return None if self._have_issued(certificate, now) else "certificate of an unknown authority"

    def _have_issued(self, certificate: x509.Certificate, now: datetime) -> bool:
        if self._store is None:
            return False
        policy = PolicyBuilder().store(self._store).time(now).max_chain_depth(_DEEPEST)
        verifier = policy.extension_policies(ca_policy=_OF_AUTHORITIES, ee_policy=_OF_CLIENTS).build_client_verifier()
        try:
            verifier.verify(certificate, [])
        except (VerificationError, ValueError, UnsupportedAlgorithm, x509.UnsupportedGeneralNameType):
            return False
        return True


def _signs_certificates(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("a key that must not sign certificates")


def _is_authority(_policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("no certification authority")


def _authenticates_clients(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None
) -> None:
    if usage is not None and ExtendedKeyUsageOID.CLIENT_AUTH not in usage:
        raise ValueError("not for client authentication")


# The rules of the web want a DNS name in each certificate and more; clients are named by their subject here.
_OF_AUTHORITIES = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, _ANY, _is_authority)
    .may_be_present(x509.KeyUsage, _ANY, _signs_certificates)
)
_OF_CLIENTS = ExtensionPolicy.permit_all().may_be_present(x509.ExtendedKeyUsage, _ANY, _authenticates_clients)
