"""Trust, section *Client Authentication*: the client ID, its lock, and what authenticates it, kind by kind."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from core.rules.errors import NotFound
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import SecretView
from core.rules.views.locks import LockView
from tui.actions import Place, bindings
from tui.calls import Reading
from tui.drawing.plain import line
from tui.errands import applications as application_errands
from tui.panes.base import Pane
from tui.sections.base import Section
from tui.sections.certificates import CertificatesSection
from tui.sections.secrets import SecretsSection
from tui.sections.trusts import TrustsSection
from tui.widgets.countdown import CountdownPanel
from tui.widgets.lock_panel import LockPanel
from tui.widgets.redraw import update_if_changed

AnySection = Section[Any, Any]


class TrustPane(Pane):
    """Everything that this application authenticates with; the section that has the focus is open."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.TRUST)]
    DEFAULT_CSS = "TrustPane #client-id { padding: 0 2; height: 1; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name that every Textual widget gives it
        super().__init__(id=id)
        self._reading = Reading(self, self._read)

    def compose(self) -> ComposeResult:
        """Lay out client ID, lock and sections."""
        yield Static(id="client-id", markup=False)
        yield LockPanel(self.desk.now)
        yield SecretsSection(id="secrets")
        yield CertificatesSection(id="certificates")
        yield TrustsSection(id="jwt-trusts")

    def on_mount(self) -> None:
        """Begin with the secrets."""
        self._open(self.sections[0])

    @property
    def sections(self) -> list[AnySection]:
        """The sections, from above."""
        return list(self.query(Section))

    @property
    def section(self) -> AnySection:
        """The one that is open."""
        return next(section for section in self.sections if section.is_open)

    def show(self, application: ApplicationView) -> None:
        """Draw what is known, and read everything again."""
        label = ("Client ID   ", "$text-muted")
        update_if_changed(self.query_one("#client-id", Static), line(label, (application.client_id, "bold")))
        self._reading.ask()

    async def _read(self) -> None:
        locks, application_id, sections = self.desk.services.locks, self.application.id, self.sections
        looks = [section.look() for section in sections]

        def look() -> tuple[list[Any], LockView]:
            return [look() for look in looks], locks.show(application_id)

        try:
            found, lock = await self.desk.calls.read(look)
        except NotFound:
            self.owner.refresh_data()  # deleted meanwhile: the screen finds out, and says so
            return
        if not self.owner.is_open:
            return
        self.query_one(LockPanel).show(lock)
        for section, its in zip(sections, found, strict=True):
            section.take(its)
        self.owner.hint()  # u comes and goes with the lock

    def _open(self, section: AnySection) -> None:
        for each in self.sections:
            each.open(now=each is section)
            each.show(self.application)

    def on_section_chosen(self, event: Section.Chosen) -> None:
        """Open the section that was chosen."""
        if not event.section.is_open:
            self._open(event.section)
            event.section.take_focus()

    def point_at(self, row: SecretView | CertificateView) -> None:
        """Open the section of this row, the cursor on it when it is read next, so that the next key means this one."""
        kind = SecretsSection if isinstance(row, SecretView) else CertificatesSection
        section: AnySection = self.query_one(kind)
        self._open(section)
        section.point_at(row)

    def clear_filter(self) -> bool:
        """Clear the filter of the open section; returns whether there was one."""
        return self.section.clear_filter()

    def take_focus(self) -> None:
        """The open section has the keys."""
        self.section.take_focus()

    def on_countdown_panel_ended(self, _event: CountdownPanel.Ended) -> None:
        """The hour of a lock or a grace period is over, or the clock was set: see what holds."""
        self.desk.refresh_screens()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer unlocking while locked."""
        panel: LockPanel = self.query_one(LockPanel)
        return panel.locked if action == "unlock" else True

    def awaits(self, key: str) -> bool:
        """Tell whether *key* is about a lock that is still to be read."""
        panel: LockPanel = self.query_one(LockPanel)
        return not panel.known and any(
            found.action == "unlock" for found in self._bindings.key_to_bindings.get(key, ())
        )

    def action_next_section(self) -> None:
        """Open the section below, the first after the last."""
        self._step(1)

    def action_previous_section(self) -> None:
        """Open the section above, the last before the first."""
        self._step(-1)

    def _step(self, step: int) -> None:
        sections = self.sections
        self._open(sections[(sections.index(self.section) + step) % len(sections)])
        self.take_focus()
        self.owner.hint()

    def action_unlock(self) -> None:
        """Unlock the client ID."""
        application_errands.unlock(self.desk, self.application)

    def action_switch_locking(self) -> None:
        """Switch locking on or off."""
        application_errands.switch_locking(self.desk, self.application, self.owner.take)
