"""The section of JWT trusts."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType

from core.rules.limits import TRUSTS_PER_KIND
from core.rules.views.jwt_trusts import TrustKind, TrustView
from tui.actions import Place, bindings
from tui.columns.trusts import address, columns
from tui.errands import trusts as trust_errands
from tui.facts.credentials import last_failure, trust_facts
from tui.modals.details import Facts
from tui.orders.trusts import SORTS, arranged
from tui.sections.base import Section
from tui.widgets.table import Column, Sort

EMPTY = "No JWT trusts yet. Press n to add one, by an issuer or by a JWKS URI."
_ROW_KEYS = ("open", "edit_trust", "delete_trust", "fetch_trust")


class TrustsSection(Section[TrustView, tuple[TrustView, ...]]):
    """The JWT trusts, those by issuer before those by JWKS URI."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.TRUSTS)]
    sorts = SORTS
    sort: Sort | None = Sort("trusts")

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name that every Textual widget gives it
        super().__init__(id=id)
        self._trusts: tuple[TrustView, ...] = ()

    def columns(self) -> Sequence[Column[TrustView]]:
        """Return the columns of the table."""
        return columns(self.desk.now, lambda row: self.desk.calls.is_under_way(row.id))

    def key_of(self, row: TrustView) -> str:
        """Return what tells a trust from all others."""
        return row.id

    def look(self) -> Callable[[], tuple[TrustView, ...]]:
        """Return what reads the trusts."""
        service, application_id = self.desk.services.jwt_trusts, self.application.id
        return lambda: service.list(application_id)

    def keep(self, found: tuple[TrustView, ...]) -> None:
        """Take the trusts that were read."""
        self._trusts = found

    def arranged(self) -> list[TrustView]:
        """Return the trusts that the filter finds, in the chosen order."""
        return arranged(self._trusts, self.filter.text, self.sort)

    def count(self) -> str:
        """Return how many places of each kind are taken."""
        kinds = [row.kind for row in self._trusts]
        issuers, uris = kinds.count(TrustKind.ISSUER), kinds.count(TrustKind.JWKS_URI)
        return f"JWT trusts {issuers}/{TRUSTS_PER_KIND} by issuer, {uris}/{TRUSTS_PER_KIND} by JWKS URI"

    def notes(self) -> list[tuple[str, str]]:
        """Return of how many the last fetch failed; none of them may have keys."""
        failed = sum(row.failure is not None for row in self._trusts)
        told = "last fetch failed" if failed == 1 else f"last fetch of {failed} failed"
        return [(told, "$text-warning")] if failed else []

    def nothing(self) -> str:
        """Return the sentence of an empty table."""
        return EMPTY

    def title_of(self, row: TrustView) -> str:
        """Name the trust."""
        return f"JWT trust {address(row)}"

    def facts_of(self, row: TrustView) -> Facts:
        """Return everything about a trust."""
        return trust_facts(row, self.desk.now())

    def remark(self, row: TrustView) -> tuple[str, str]:
        """Return why the last fetch failed."""
        return last_failure(row, self.desk.now()), "$text-warning"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a row only where there is one."""
        return self.row is not None if action in _ROW_KEYS else True

    def action_new_trust(self) -> None:
        """Add one by issuer or by JWKS URI."""
        trust_errands.new_trust(self.desk, self.application, self.point_at)

    def action_edit_trust(self) -> None:
        """Edit the trust under the cursor."""
        if self.row:
            trust_errands.edit_trust(self.desk, self.application, self.row)

    def action_delete_trust(self) -> None:
        """Ask, and delete the trust under the cursor."""
        if self.row:
            trust_errands.delete_trust(self.desk, self.application, self.row, self._trusts)

    def action_fetch_trust(self) -> None:
        """Fetch the keys of the trust under the cursor now."""
        if self.row:
            trust_errands.fetch_trust(self.desk, self.application, self.row)
            self.table.redraw()
