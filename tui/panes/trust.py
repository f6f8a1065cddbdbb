"""Trust, section *Client Authentication*: the client ID, its lock, and the client secrets."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from core.rules.errors import NotFound
from core.rules.expiry import SecretState
from core.rules.views import ApplicationView, LockView, SecretView
from tui import errands
from tui.actions import Place, bindings
from tui.calls import Reading
from tui.columns.secrets import columns
from tui.modals.details import Details, secret_facts
from tui.panes.base import Pane
from tui.plain import line
from tui.secret_order import SORTS, arranged
from tui.widgets.filter import Filter
from tui.widgets.lock_panel import LockPanel
from tui.widgets.redraw import update_if_changed
from tui.widgets.retiring_panel import RetiringPanel
from tui.widgets.table import ListSource, Sort, Table
from tui.widgets.table.messages import Moved, Opened, Shown
from tui.widgets.table_pane import NO_MATCH, TableKeys

_WIDE = 120
EMPTY = "No client secrets yet. Press n to add one; it is shown once."
ALL_REVOKED = "Every client secret is revoked: n adds one, a shows the revoked ones."


class TrustPane(TableKeys, Pane):
    """Everything that this application authenticates with."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.TRUST)]
    DEFAULT_CSS = """
    TrustPane #client-id { padding: 0 2; height: 1; }
    TrustPane #secrets-head { padding: 0 2; height: 1; margin-top: 1; text-style: bold; }
    TrustPane #beside { display: none; width: 44; padding: 0 2; border-left: solid $border-blurred; }
    TrustPane.-wide #beside { display: block; }
    """
    sorts = SORTS
    sort: Sort | None = Sort("created", descending=True)

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name that every Textual widget gives it
        super().__init__(id=id)
        self._with_revoked = False
        self._secrets: tuple[SecretView, ...] = ()
        self._all_revoked = False
        self._pointed_at: SecretView | None = None
        self._reading = Reading(self, self._read)

    def compose(self) -> ComposeResult:
        """Lay out client ID, lock and secrets."""
        yield Static(id="client-id", markup=False)
        yield LockPanel(self.desk.now)
        yield RetiringPanel(self.desk.now)
        yield Static(id="secrets-head", markup=False)
        yield Filter()
        with Horizontal():
            with Vertical():
                yield Table(columns(self.desk.now), row_key=lambda row: row.id, empty=EMPTY)
            yield Static(id="beside", markup=False)

    def on_mount(self) -> None:
        """Show the order."""
        self.table.sort = self.sort

    def on_resize(self, event: events.Resize) -> None:
        """Show the selected secret beside the list where there is room."""
        self.set_class(event.size.width >= _WIDE, "-wide")

    def show(self, application: ApplicationView) -> None:
        """Draw what is known, and read lock and secrets again."""
        label = ("Client ID   ", "$text-muted")
        update_if_changed(self.query_one("#client-id", Static), line(label, (application.client_id, "bold")))
        self._reading.ask()

    async def _read(self) -> None:
        services, application_id, revoked = self.desk.services, self.application.id, self._with_revoked

        def look() -> tuple[LockView, tuple[SecretView, ...], bool]:
            secrets = services.client_secrets.list(application_id, revoked=revoked)
            all_revoked = not secrets and bool(services.client_secrets.list(application_id, revoked=True))
            return services.locks.show(application_id), secrets, all_revoked

        try:
            lock, self._secrets, self._all_revoked = await self.desk.calls.read(look)
        except NotFound:
            self.owner.refresh_data()  # deleted meanwhile: the screen finds out, and says so
            return
        if not self.owner.is_open:
            return
        self.query_one(LockPanel).show(lock)
        self._show_retiring()
        self._show_count()
        self._arrange(first=self.table.total is None)
        self.owner.hint()  # u comes and goes with the lock

    def _show_retiring(self) -> None:
        self.query_one(RetiringPanel).show(self._secrets, self.secret)

    def _show_count(self) -> None:
        secrets = self.application.secrets
        shown = "   with revoked ones" if self._with_revoked else ""
        found = f"   /{self.filter.text}" if self.filter.text else ""
        note = (shown + found, "$text-muted not bold")
        head = line(f"Secrets {secrets.counted}/{secrets.limit}", note)
        update_if_changed(self.query_one("#secrets-head", Static), head)

    def _arrange(self, *, first: bool) -> None:
        if first or self._pointed_at:
            self.table.reset(self._found())
            self._go_to_pointed_at()
        else:
            self.table.reload(self._found())

    def _go_to_pointed_at(self) -> None:
        rows = [row.id for row in arranged(self._secrets, self.filter.text, self.sort)]
        if self._pointed_at and self._pointed_at.id in rows:
            self.table.move_to(rows.index(self._pointed_at.id))
        self._pointed_at = None

    def point_at(self, secret: SecretView) -> None:
        """Put the cursor on this secret when it is read next, so that the next key means this one."""
        self._pointed_at = secret

    def _found(self) -> ListSource[SecretView]:
        nothing = ALL_REVOKED if self._all_revoked else EMPTY
        self.table.empty = NO_MATCH if self.filter.text else nothing
        return ListSource(arranged(self._secrets, self.filter.text, self.sort))

    def list_changed(self, *, keep: bool) -> None:
        """Show the secrets that the filter finds, in the chosen order."""
        self._show_count()
        self.table.reset(self._found(), keep=keep)

    def take_focus(self) -> None:
        """The table has the keys."""
        self.table.focus()

    @property
    def secret(self) -> SecretView | None:
        """The secret under the cursor."""
        row: SecretView | None = self.table.cursor_row
        return row

    def on_lock_panel_ended(self, _event: LockPanel.Ended) -> None:
        """The hour is over, by which the client ID opens by itself, or the clock was set: see what holds."""
        self.desk.refresh_screens()

    def on_retiring_panel_ended(self, _event: RetiringPanel.Ended) -> None:
        """A grace period is over: the secret is revoked."""
        self.desk.refresh_screens()

    def on_table_moved(self, _event: Moved[SecretView]) -> None:
        """Follow the cursor beside the list and above it."""
        self._show_beside()
        self._show_retiring()
        self.owner.hint()

    def on_table_shown(self, _event: Shown[SecretView]) -> None:
        """Follow the list."""
        self._show_beside()
        self.owner.hint()

    def _show_beside(self) -> None:
        secret = self.secret
        facts = secret_facts(secret, self.desk.now(), self._secrets) if secret else []
        lines = [part for name, value in facts for part in (line((name, "$text-muted")), line(f"  {value}"))]
        update_if_changed(self.query_one("#beside", Static), Content("\n").join(lines))

    def on_table_opened(self, event: Opened[SecretView]) -> None:
        """Show a secret in full, except its value."""
        secret, facts = event.row, secret_facts(event.row, self.desk.now(), self._secrets)
        self.app.push_screen(Details(self.application, f"Client secret {secret.hint}", facts))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now: unlocking while locked, revoking what is not revoked."""
        if action == "unlock":
            panel: LockPanel = self.query_one(LockPanel)
            return panel.locked
        if action == "revoke_secret":  # one that was rotated may leak: its tokens live until it is revoked
            return self.secret is not None and self.secret.revoked_reason != "revoked"
        if action == "edit_secret":
            return self.secret is not None and self.secret.state is not SecretState.REVOKED
        return self.secret is not None if action in ("open", "rotate_secret") else True

    def action_new_secret(self) -> None:
        """Ask what is wanted, make a secret, and show it once."""
        errands.add_secret(self.desk, self.application, self.point_at)

    def action_edit_secret(self) -> None:
        """Edit the secret under the cursor."""
        if self.secret:
            errands.edit_secret(self.desk, self.application, self.secret)

    def action_revoke_secret(self) -> None:
        """Ask, and revoke the secret under the cursor."""
        if self.secret:
            errands.revoke_secret(self.desk, self.application, self.secret, self._secrets)

    def action_rotate_secret(self) -> None:
        """Rotate the secret under the cursor, or complete or undo its rotation."""
        if self.secret:
            errands.rotate_secret(self.desk, self.application, self.secret, self.point_at)

    def action_unlock(self) -> None:
        """Unlock the client ID."""
        errands.unlock(self.desk, self.application)

    def action_switch_locking(self) -> None:
        """Switch locking on or off."""
        errands.switch_locking(self.desk, self.application, self.owner.take)

    def action_show_revoked(self) -> None:
        """Show or hide revoked secrets."""
        self._with_revoked = not self._with_revoked
        self.show(self.application)
