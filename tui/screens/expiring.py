"""What expires next, over all applications: the soonest first, and what has just expired before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import WorkType

from core.rules.expiry import CredentialKind
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import SecretView
from core.rules.views.expiring import ExpiringView
from tui.actions import Place, bindings
from tui.calls import refusals_said
from tui.columns.expiring import columns, in_full
from tui.drawing.moments import days
from tui.drawing.plain import plain
from tui.errands import certificates as certificate_errands
from tui.errands import rotation as rotation_errands
from tui.errands import secrets as secret_errands
from tui.screens.application import ApplicationScreen
from tui.screens.base import DeskScreen
from tui.sources import ExpiringSource
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.cursor_line import CursorLine
from tui.widgets.filter import Filter
from tui.widgets.table import Sort, Table
from tui.widgets.table.messages import Moved, Opened, Shown
from tui.widgets.table_pane import NO_MATCH, TableKeys

NAME = "Expiring"
NEW_ONE = "Enter, then n, adds a new one"
NOTHING_SOON = "Nothing expires within {}. Press a to see all that ends at any time."
NOTHING = "Nothing ends by itself: there is no certificate, and no client secret that expires. Press a to look ahead."


@dataclass(frozen=True, slots=True)
class OfSecret:
    """A secret on the list, its application, and all secrets that this has."""

    application: ApplicationView
    found: SecretView
    every: Sequence[SecretView]


@dataclass(frozen=True, slots=True)
class OfCertificate:
    """A certificate on the list, its application, and all certificates that this has."""

    application: ApplicationView
    found: CertificateView
    every: Sequence[CertificateView]


Looked = OfSecret | OfCertificate


class ExpiringScreen(TableKeys, DeskScreen):
    """The list of what expires; `a` widens it from the first threshold to everything that ends."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.EXPIRING)]
    sorts = ("expires", "application", "last_used")
    sort: Sort | None = Sort("expires")

    def __init__(self) -> None:
        super().__init__()
        self._with_all = False
        self._looking = False

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Crumbs()
        yield Filter()
        yield Table(columns(self.desk.now, self.desk.thresholds), row_key=lambda row: f"{row.kind} {row.id}")
        yield CursorLine()
        yield Frame()

    def on_mount(self) -> None:
        """Show the order, and begin to read."""
        self.table.sort = self.sort
        self.query_one(Crumbs).show(["Applications", NAME])
        self.table.focus()
        self.list_changed(keep=False)

    @property
    def row(self) -> ExpiringView | None:
        """The row under the cursor."""
        row: ExpiringView | None = self.table.cursor_row
        return row

    def refresh_data(self) -> None:
        """Read the rows on the screen again."""
        if self.is_mounted and self.table.total is not None:
            self.table.reload()
            self.table.redraw()

    def list_changed(self, *, keep: bool) -> None:
        """Show what the filter finds, in the chosen order."""
        nothing = NOTHING if self._with_all else NOTHING_SOON.format(days(self.desk.thresholds[0]))
        self.table.empty = NO_MATCH if self.filter.text else nothing
        within = None if self._with_all else self.desk.thresholds[0]
        order = self.sort or Sort("expires")
        source = ExpiringSource(self.desk.services, self.desk.calls, within, self.filter.text, order)
        self.table.reset(source, keep=keep)

    def on_table_shown(self, event: Shown[ExpiringView]) -> None:
        """Tell how many there are, once they are drawn."""
        which = "that end at any time" if self._with_all else f"within {days(self.desk.thresholds[0])}"
        found = f" · /{self.filter.text}" if self.filter.text else ""
        self.query_one(Crumbs).show(["Applications", NAME], f"{event.total:,} {which}{found}")
        self._follow()

    def on_table_moved(self, _event: Moved[ExpiringView]) -> None:
        """Follow the cursor."""
        self._follow()

    def _follow(self) -> None:
        """Say which one of those with the same name it is; some keys want a row, or one of a kind."""
        self.query_one(CursorLine).show(plain(in_full(self.row) if self.row else "", "$text-muted"))
        self.hint()

    def on_table_opened(self, _event: Opened[ExpiringView]) -> None:
        """Open the application at its client authentication, with the cursor on what ends."""
        self._on_row(self._open)

    def _open(self, looked: Looked) -> None:
        self.app.push_screen(ApplicationScreen(looked.application, above=NAME, at=looked.found))

    def _on_row(self, then: Callable[[Looked], object]) -> None:
        """Read what is under the cursor and its application, and do something with them."""
        row = self.row
        if row is not None and not self._looking:
            self._looking = True
            work: WorkType[None] = partial(self._look, row, then)  # a function: see `tui.calls.Reading`
            self.run_worker(work)

    async def _look(self, row: ExpiringView, then: Callable[[Looked], object]) -> None:
        services, found = self.desk.services, None

        def look() -> Looked:
            application = services.applications.get(row.application_id)
            if row.kind is CredentialKind.CERTIFICATE:
                certificates = services.certificates
                certificate = certificates.resolve(application.id, row.id)
                return OfCertificate(application, certificate, certificates.readable(application.id))
            secrets = services.client_secrets
            secret = secrets.resolve(application.id, row.id)
            return OfSecret(application, secret, secrets.list(application.id, revoked=True))

        try:
            with refusals_said(self.app):
                found = await self.desk.calls.read(look)
        finally:
            self._looking = False
        if found is None:
            self.refresh_data()  # it has gone meanwhile
        elif self.app.screen is self:
            then(found)

    def awaits(self, key: str) -> bool:
        """Tell whether *key* comes too early, because the one before it still looks for what it means."""
        return self._looking or super().awaits(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a row only where there is one."""
        if action == "rotate_secret":
            return self.row is not None and self.row.kind is CredentialKind.SECRET
        if action in ("open", "end_credential", "copy_client_id"):
            return self.row is not None
        if action in ("filter", "sort", "reverse"):
            return bool(self.table.total) or bool(self.filter.text)
        return True

    def action_back(self) -> None:
        """Clear a kept filter, or else go up to the applications."""
        if not self.clear_filter():
            super().action_back()

    def action_show_all(self) -> None:
        """Show all that ends, or only what does soon."""
        self._with_all = not self._with_all
        self.list_changed(keep=True)

    def action_end_credential(self) -> None:
        """Ask, and revoke the secret or delete the certificate under the cursor."""

        def end(looked: Looked) -> None:
            if isinstance(looked, OfCertificate):
                certificate_errands.delete_certificate(self.desk, looked.application, looked.found, looked.every)
            else:
                secret_errands.revoke_secret(self.desk, looked.application, looked.found, looked.every)

        self._on_row(end)

    def action_rotate_secret(self) -> None:
        """Ask, and rotate the secret under the cursor; of a retiring one, complete or undo the rotation."""

        def rotate(looked: Looked) -> None:
            if isinstance(looked, OfSecret):
                rotation_errands.rotate_secret(self.desk, looked.application, looked.found, lambda _twin: None, NEW_ONE)

        self._on_row(rotate)

    def action_copy_client_id(self) -> None:
        """Copy the client ID of the application under the cursor."""
        if self.row:
            self.desk.copy(self.row.client_id)
