"""Certificates by which applications authenticate (RFC 8705): add, generate, list, describe, delete.

Nothing but the certificate is ever stored. What reads and makes one is imported when it is needed: the console's
start and the services do without it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from core.activity.audit import About, differences, record, stated
from core.applications.applications import held
from core.certificates.deleted import forget, remember
from core.certificates.rows import Unreadable, partly_read, registered
from core.credentials import free_place, held_credential
from core.desk import Desk
from core.present import certificate_view
from core.rules.errors import LimitReached, NotFound, Refusal
from core.rules.expiry import Lifetime
from core.rules.limits import CERTIFICATES_PER_APPLICATION
from core.rules.requests.certificates import NewCertificate
from core.rules.requests.texts import credential_description
from core.rules.text import shown
from core.rules.views.certificates import CertificateView
from store.tables import Application, Certificate

if TYPE_CHECKING:
    from core.certificates.x509.facts import CertificateFacts

_SHORTEST_PREFIX = 8
"""Digits of a thumbprint that name a certificate: fewer could begin several."""
_NO_SUCH = (
    "This application has no certificate with this id or thumbprint (8 digits or more); see: keydesk certificate list."
)


@dataclass(frozen=True, slots=True)
class GeneratedCertificate:
    """A certificate that was just made; `pkcs12` is the one place where its private key is."""

    view: CertificateView
    pkcs12: bytes = field(repr=False)


class Certificates:
    """What an operator does with the certificates of an application."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, application_id: str, data: bytes, description: str | None = None) -> CertificateView:
        """Store the one certificate in *data*, PEM or DER.

        Raises `Refusal` with the reason for whatever is no certificate to rely on, `LimitReached` at 80.
        """
        from core.certificates.x509.reading import read

        described = credential_description(description)
        return self._store(application_id, read(data, self._desk.now()), described)

    def generate(self, application_id: str, asked: NewCertificate) -> GeneratedCertificate:
        """Make a self-signed certificate for a year, and return it with its key as a PKCS #12 file.

        The commit comes first: what is returned works.
        """
        from core.certificates.x509 import self_signed
        from core.certificates.x509.reading import read

        start = self._desk.now().replace(microsecond=0)
        end = Lifetime.ONE_YEAR.end(start)
        assert end is not None, "a year ends"
        made = self_signed.make(asked.common_name, asked.password, start, end, self._desk.token_bytes)
        view = self._store(application_id, read(made.der, start), asked.description)
        return GeneratedCertificate(view, made.pkcs12)

    def list(self, application_id: str) -> tuple[CertificateView, ...]:
        """Return the certificates of an application, newest first; raises `PartlyRead`, which has those that it can."""
        views, unreadable = self._read(application_id)
        if unreadable:
            raise partly_read(views, unreadable)
        return views

    def readable(self, application_id: str) -> tuple[CertificateView, ...]:
        """Return the certificates that can be read, newest first; the others let nobody in."""
        return self._read(application_id)[0]

    def _read(self, application_id: str) -> tuple[tuple[CertificateView, ...], tuple[Unreadable, ...]]:
        now = self._desk.now()
        with self._desk.database.read() as session:
            found = registered(session, application_id)
            views = sorted((certificate_view(row, now) for row in found.rows), key=lambda view: view.id)
        return tuple(sorted(views, key=lambda view: view.created_at, reverse=True)), found.unreadable

    def resolve(self, application_id: str, text: str) -> CertificateView:
        """Return the certificate that *text* names: its id, or the first 8 or more digits of its thumbprint."""
        named = text.strip().lower()
        digits = named.replace(":", "")  # as openssl writes it
        views = self.readable(application_id)
        found = [view for view in views if view.id == named]
        if not found and len(digits) >= _SHORTEST_PREFIX:
            found = [view for view in views if view.thumbprint.startswith(digits)]
        if len(found) > 1:
            raise NotFound(f"{len(found)} certificates of this application begin so; give more of the thumbprint.")
        if not found:
            raise NotFound(_NO_SUCH)
        return found[0]

    def describe(self, application_id: str, certificate_id: str, description: str | None) -> CertificateView:
        """Give a certificate another description, or none."""
        described = credential_description(description)
        with self._desk.database.transaction() as session:
            owner, row = held_credential(session, self._desk, Certificate, application_id, certificate_id)
            old = {"description": row.description}
            row.description = described
            before, after = differences(old, {"description": described})
            if after:
                about = About.certificate(row, owner)
                record(session, self._desk, "certificate.edited", about, before=before, after=after)
            return certificate_view(row, self._desk.now())

    def delete(self, application_id: str, certificate_id: str) -> CertificateView:
        """Delete a certificate at once and for good, and return what it was; its subject does not let it in either."""
        with self._desk.database.transaction() as session:
            owner, row = held_credential(session, self._desk, Certificate, application_id, certificate_id)
            view = certificate_view(row, self._desk.now())
            about = About.certificate(row, owner)
            record(session, self._desk, "certificate.deleted", about, before=stated(_attributes(row)))
            remember(session, self._desk, row)
            session.delete(row)
            return view

    def _store(self, application_id: str, found: "CertificateFacts", description: str | None) -> CertificateView:
        with self._desk.database.transaction() as session:
            owner = held(session, self._desk, application_id)
            now = self._desk.now()  # not before: to get the lock may take a while
            slot = _free_slot(session, owner, found.thumbprint, now)
            row = self._row(owner, found, description, now, slot)
            session.add(row)
            forget(session, owner.id, found)
            session.flush()
            record(
                session, self._desk, "certificate.added", About.certificate(row, owner), after=stated(_attributes(row))
            )
            return certificate_view(row, now)

    def _row(
        self, owner: Application, found: "CertificateFacts", description: str | None, now: datetime, slot: int
    ) -> Certificate:
        return Certificate(
            id=self._desk.new_id(),
            application_id=owner.id,
            slot=slot,
            description=description,
            subject=found.subject,
            issuer=found.issuer,
            serial=found.serial,
            thumbprint=found.thumbprint,
            pem=found.pem,
            not_before=found.not_before,
            not_after=found.not_after,
            created_at=now,
            created_by=str(self._desk.operator),
        )


def _free_slot(session: Session, owner: Application, thumbprint: str, now: datetime) -> int:
    """Return the first free place; refuses a certificate that the application has, and one beyond the limit."""
    found = registered(session, owner.id)
    views = [certificate_view(row, now) for row in found.rows]
    for view in views:
        if view.thumbprint == thumbprint:
            raise Refusal(f"“{owner.name}” has this certificate already: {_named(view)}.", field="certificate")
    if thumbprint in {each.thumbprint for each in found.unreadable}:
        has = f"“{owner.name}” has this certificate already, with a time that cannot be read"
        raise Refusal(f"{has}; see: keydesk doctor.", field="certificate")
    taken = {row.slot for row in found.rows} | {each.slot for each in found.unreadable}
    slot = free_place(taken, CERTIFICATES_PER_APPLICATION)
    if slot is not None:
        return slot
    full = f"“{owner.name}” has {CERTIFICATES_PER_APPLICATION} of {CERTIFICATES_PER_APPLICATION} certificates"
    raise LimitReached(f"{full}: delete one first{f', such as {_dispensable(views, now)}' if views else ''}.")


def _dispensable(views: list[CertificateView], now: datetime) -> str:
    """Name the certificate that would be missed least: expired, or else unused for longest."""

    def missed(view: CertificateView) -> tuple[bool, datetime]:
        return view.not_after > now, view.last_used_at or view.created_at

    first = min(views, key=missed)
    if first.not_after <= now:
        return f"{first.hint}, which is expired"
    return f"{first.hint}, which is {'unused for longest' if first.last_used_at else 'not used yet'}"


def _named(view: CertificateView) -> str:
    """Name a certificate in a sentence: by its description or subject, and its hint."""
    words = shown(view.description or view.subject)
    cut = f"{words[:80]}…" if len(words) > 80 else words
    return f"{cut} ({view.hint})" if cut else view.hint


def _attributes(row: Certificate) -> dict[str, object]:
    """Return what the activity keeps of a certificate, by the names in the interface."""
    return {
        "thumbprint": row.thumbprint,
        "subject": row.subject,
        "issuer": row.issuer,
        "serial": row.serial,
        "not_after": row.not_after,
        "description": row.description,
    }
