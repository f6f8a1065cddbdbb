"""Certificates that an operator has deleted: none of them counts again by its subject (RFC 8705 section 2.1).

An authority's certificate is let in by the name that it shares with a registered one, such as its renewal. So that
deleting one is an end, what its signature covers is kept until it would have expired: the signature itself can be
written in another way. Its thumbprint is kept too, for tokens name nothing else. Adding the same one takes it away.
"""

from ssl import PEM_cert_to_DER_cert
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, or_, select

from core.desk import Desk
from core.rules.limits import CLOCKS_DIFFER
from store.tables import Certificate, DeletedCertificate

if TYPE_CHECKING:
    from core.certificates.x509.facts import CertificateFacts


def remember(session: Session, desk: Desk, row: Certificate) -> None:
    """Keep what is about to be deleted, and forget those that have expired by anybody's clock."""
    long_ago = desk.now() - CLOCKS_DIFFER
    session.exec(delete(DeletedCertificate).where(col(DeletedCertificate.not_after) <= long_ago))
    session.add(
        DeletedCertificate(
            application_id=row.application_id,
            thumbprint=row.thumbprint,
            signed=_signed(row),
            not_after=row.not_after,
        )
    )


def forget(session: Session, application_id: str, added: "CertificateFacts") -> None:
    """Let a certificate count again: it is about to be added."""
    session.exec(delete(DeletedCertificate).where(*_is(application_id, added)))


def is_deleted(session: Session, application_id: str, presented: "CertificateFacts") -> bool:
    """Tell whether an operator of this application has deleted this certificate, however its signature is written."""
    return session.exec(select(DeletedCertificate).where(*_is(application_id, presented))).first() is not None


def _is(application_id: str, told: "CertificateFacts") -> tuple[ColumnElement[bool], ...]:
    same = or_(col(DeletedCertificate.signed) == told.signed, col(DeletedCertificate.thumbprint) == told.thumbprint)
    return col(DeletedCertificate.application_id) == application_id, same


def _signed(row: Certificate) -> str | None:
    from core.certificates.x509.facts import facts  # the console starts without cryptography

    try:
        return facts(PEM_cert_to_DER_cert(row.pem)).signed
    except ValueError:  # it was altered by hand, and can be deleted all the same
        return None
