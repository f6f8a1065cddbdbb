"""Certificates that an operator has deleted: none of them counts again by its subject (RFC 8705 section 2.1).

An authority's certificate is let in by the name that it shares with a registered one, such as its renewal. So that
deleting one is an end, its thumbprint is kept until it would have expired, and the same one added again takes it away.
"""

from sqlmodel import Session, col, delete

from core.desk import Desk
from core.rules.limits import CLOCKS_DIFFER
from store.tables import Certificate, DeletedCertificate


def remember(session: Session, desk: Desk, row: Certificate) -> None:
    """Keep what is about to be deleted, and forget those that have expired by anybody's clock."""
    long_ago = desk.now() - CLOCKS_DIFFER
    session.exec(delete(DeletedCertificate).where(col(DeletedCertificate.not_after) <= long_ago))
    session.add(
        DeletedCertificate(application_id=row.application_id, thumbprint=row.thumbprint, not_after=row.not_after)
    )


def forget(session: Session, application_id: str, thumbprint: str) -> None:
    """Let a certificate count again: it is about to be added."""
    found = session.get(DeletedCertificate, (application_id, thumbprint))
    if found is not None:
        session.delete(found)


def is_deleted(session: Session, application_id: str, thumbprint: str) -> bool:
    """Tell whether an operator of this application has deleted the certificate with this thumbprint."""
    return session.get(DeletedCertificate, (application_id, thumbprint)) is not None
