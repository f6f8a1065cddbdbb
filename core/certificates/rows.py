"""The certificates of an application as rows, and apart from them those of which a time cannot be read.

Such a time came by another hand. It stops the certificate beside which it stands, and no other one.
"""

from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import Session, col, select

from core.rules.errors import PartlyRead
from core.rules.limits import THUMBPRINT_HINT
from core.rules.text import shown
from core.rules.views.certificates import CertificateView
from store.columns import UnreadableTime
from store.tables import Certificate


class Unreadable(NamedTuple):
    """What can be told of a certificate with a time that is none; it lets nobody in."""

    id: str
    thumbprint: str
    subject: str
    slot: int


@dataclass(frozen=True, slots=True)
class Registered:
    """The certificates of an application, in the order of their places."""

    rows: tuple[Certificate, ...]
    unreadable: tuple[Unreadable, ...] = ()


def registered(session: Session, application_id: str) -> Registered:
    """Return them, one by one where they cannot be read together."""
    own = col(Certificate.application_id) == application_id
    place = col(Certificate.slot)
    try:
        return Registered(tuple(session.exec(select(Certificate).where(own).order_by(place))))
    except UnreadableTime:
        names = select(Certificate.id, Certificate.thumbprint, Certificate.subject, Certificate.slot)
        told = [Unreadable(*row) for row in session.exec(names.where(own).order_by(place))]
    read = {name: _read(session, name.id) for name in told}
    rows = tuple(row for row in read.values() if row is not None)
    return Registered(rows, tuple(name for name, row in read.items() if row is None))


def partly_read(views: tuple[CertificateView, ...], unreadable: tuple[Unreadable, ...]) -> PartlyRead:
    """Return what is to be said of certificates some of which cannot be read."""
    hints = tuple(shown(str(each.thumbprint)[:THUMBPRINT_HINT]) for each in unreadable)
    which = f"Certificate {hints[0]} has" if len(hints) == 1 else f"{len(hints)} certificates have"
    return PartlyRead(f"{which} an unreadable time; see: keydesk doctor.", views, hints)


def _read(session: Session, certificate_id: str) -> Certificate | None:
    try:
        return session.get(Certificate, certificate_id)
    except UnreadableTime:
        return None
