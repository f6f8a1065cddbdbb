"""The section of certificates."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType

from core.rules.errors import PartlyRead
from core.rules.expiry import CertificateState
from core.rules.limits import CERTIFICATES_PER_APPLICATION, EXPIRING_WITHIN
from core.rules.views.certificates import CertificateView
from tui.actions import Place, bindings
from tui.columns.certificates import columns, named
from tui.errands import certificates as certificate_errands
from tui.facts.credentials import certificate_facts
from tui.modals.details import Facts
from tui.orders.certificates import SORTS, arranged
from tui.sections.base import Section
from tui.widgets.table import Column, Sort

EMPTY = "No certificates yet. Press n to paste one, to take one from a file, or to generate one."
UNREAD = "No certificate of this application can be read, so none lets anybody in; see: keydesk doctor."
_ROW_KEYS = ("open", "edit_certificate", "delete_certificate")

Found = tuple[CertificateView, ...] | PartlyRead


class CertificatesSection(Section[CertificateView, Found]):
    """The certificates, the one that ends first on top."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.CERTIFICATES)]
    sorts = SORTS
    sort: Sort | None = Sort("expires")

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name that every Textual widget gives it
        super().__init__(id=id)
        self._certificates: tuple[CertificateView, ...] = ()
        self._unreadable: tuple[str, ...] = ()

    def columns(self) -> Sequence[Column[CertificateView]]:
        """Return the columns of the table."""
        return columns(self.desk.now)

    def key_of(self, row: CertificateView) -> str:
        """Return what tells a certificate from all others."""
        return row.id

    def look(self) -> Callable[[], Found]:
        """Return what reads the certificates."""
        service, application_id = self.desk.services.certificates, self.application.id

        def look() -> Found:
            try:
                return service.list(application_id)
            except PartlyRead as partly:
                return partly

        return look

    def keep(self, found: Found) -> None:
        """Take the certificates that were read, and say once if some could not be."""
        partly = found if isinstance(found, PartlyRead) else None
        if partly and partly.hints != self._unreadable:
            self.desk.say(partly.sentence, trouble=True)
        self._unreadable = partly.hints if partly else ()
        self._certificates = found.views if isinstance(found, PartlyRead) else found

    def arranged(self) -> list[CertificateView]:
        """Return the certificates that the filter finds, in the chosen order."""
        return arranged(self._certificates, self.filter.text, self.sort)

    def count(self) -> str:
        """Return how many places are taken."""
        return f"Certificates {len(self._certificates) + len(self._unreadable)}/{CERTIFICATES_PER_APPLICATION}"

    def notes(self) -> list[tuple[str, str]]:
        """Return which cannot be read, how many have expired, and how many do so soon."""
        states = [row.state for row in self._certificates]
        expired, soon = states.count(CertificateState.EXPIRED), states.count(CertificateState.EXPIRING)
        ends = "expires" if soon == 1 else "expire"
        unread = self._unreadable[0] if len(self._unreadable) == 1 else f"{len(self._unreadable)}"
        return [
            *([(f"{unread} cannot be read", "$text-error")] if self._unreadable else []),
            *([(f"{expired} expired", "$text-error")] if expired else []),
            *([(f"{soon} {ends} within {EXPIRING_WITHIN.days} days", "$text-warning")] if soon else []),
        ]

    def nothing(self) -> str:
        """Return the sentence of an empty table."""
        return UNREAD if self._unreadable else EMPTY

    def facts_of(self, row: CertificateView) -> Facts:
        """Return what is known of a certificate, but for the thumbprint."""
        return certificate_facts(row, self.desk.now())

    def title_of(self, row: CertificateView) -> str:
        """Name the certificate."""
        return f"Certificate {named(row)}"

    def facts_below(self, row: CertificateView) -> Facts:
        """Return the thumbprint: on one line, it can be selected."""
        return [("SHA-256 thumbprint", row.thumbprint)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a row only where there is one."""
        return self.row is not None if action in _ROW_KEYS else True

    def action_new_certificate(self) -> None:
        """Paste one, take one from a file, or generate one."""
        certificate_errands.new_certificate(self.desk, self.application, self.point_at)

    def action_edit_certificate(self) -> None:
        """Give the certificate under the cursor another description."""
        if self.row:
            certificate_errands.edit_certificate(self.desk, self.application, self.row)

    def action_delete_certificate(self) -> None:
        """Ask, and delete the certificate under the cursor."""
        if self.row:
            certificate_errands.delete_certificate(self.desk, self.application, self.row, self._certificates)
