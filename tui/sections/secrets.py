"""The section of client secrets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from core.rules.expiry import SecretState
from core.rules.views.client_secrets import SecretView
from tui.actions import Place, bindings
from tui.columns.secrets import columns
from tui.errands import rotation as rotation_errands
from tui.errands import secrets as secret_errands
from tui.modals.details import Facts, secret_facts
from tui.orders.secrets import SORTS, arranged
from tui.sections.base import Section
from tui.widgets.retiring_panel import RetiringPanel
from tui.widgets.table import Column, Sort

EMPTY = "No client secrets yet. Press n to add one; it is shown once."
ALL_REVOKED = "Every client secret is revoked: n adds one, a shows the revoked ones."
_TOLD = {
    SecretState.RETIRING: ("{} retiring", "$text-warning"),
    SecretState.EXPIRING: ("{} expiring", "$text-warning"),
    SecretState.EXPIRED: ("{} expired", "$text-error"),
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets that are shown, whether there are only revoked ones, and what replaces one and is not shown."""

    shown: tuple[SecretView, ...] = ()
    all_revoked: bool = False
    twins: tuple[SecretView, ...] = ()

    @property
    def known(self) -> tuple[SecretView, ...]:
        """All of them, to follow rotations by."""
        return self.shown + self.twins


class SecretsSection(Section[SecretView, Secrets]):
    """The client secrets, with what retires above them."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.SECRETS)]
    DEFAULT_CSS = """
    SecretsSection > .section-head { margin-top: 1; }
    SecretsSection > RetiringPanel.-some { display: none; }
    SecretsSection.-open > RetiringPanel.-some { display: block; }
    """
    sorts = SORTS
    sort: Sort | None = Sort("created", descending=True)

    def __init__(self, *, id: str) -> None:  # noqa: A002 - the name that every Textual widget gives it
        super().__init__(id=id)
        self._with_revoked = False
        self._secrets = Secrets()

    def above(self) -> Sequence[Widget]:
        """Return the panel of what retires."""
        return (RetiringPanel(self.desk.now),)

    def columns(self) -> Sequence[Column[SecretView]]:
        """Return the columns of the table."""
        return columns(self.desk.now)

    def key_of(self, row: SecretView) -> str:
        """Return what tells a secret from all others."""
        return row.id

    def look(self) -> Callable[[], Secrets]:
        """Return what reads the secrets."""
        services, application_id, with_revoked = self.desk.services, self.application.id, self._with_revoked
        listed = services.client_secrets.list

        def read() -> Secrets:
            secrets = listed(application_id, revoked=with_revoked)
            shown = {secret.id for secret in secrets}
            hidden = (secret.id for secret in secrets if secret.replaced_by and secret.replaced_by not in shown)
            twins = (services.rotations.twin(application_id, secret_id) for secret_id in hidden)
            only_revoked = not secrets and bool(listed(application_id, revoked=True))
            return Secrets(secrets, only_revoked, tuple(twin.secret for twin in twins if twin))

        return read

    def keep(self, found: Secrets) -> None:
        """Take the secrets that were read."""
        self._secrets = found
        self._show_retiring()

    def arranged(self) -> list[SecretView]:
        """Return the secrets that the filter finds, in the chosen order."""
        return arranged(self._secrets.shown, self.filter.text, self.sort)

    def count(self) -> str:
        """Return how many places are taken."""
        secrets = self.application.secrets
        return f"Secrets {secrets.counted}/{secrets.limit}"

    def notes(self) -> list[tuple[str, str]]:
        """Return that revoked ones are shown; where the section is closed, what the table would show."""
        if self.is_open:
            return [("with revoked ones", "$text-muted not bold")] if self._with_revoked else []
        states = [secret.state for secret in self._secrets.shown]
        return [(text.format(states.count(state)), style) for state, (text, style) in _TOLD.items() if state in states]

    def nothing(self) -> str:
        """Return the sentence of an empty table."""
        return ALL_REVOKED if self._secrets.all_revoked else EMPTY

    def title_of(self, row: SecretView) -> str:
        """Name the secret."""
        return f"Client secret {row.hint}"

    def facts_of(self, row: SecretView) -> Facts:
        """Return everything about a secret, except its value."""
        return secret_facts(row, self.desk.now(), self._secrets.known)

    def follow(self) -> None:
        """Follow the cursor beside the list and above it."""
        self._show_retiring()
        super().follow()

    def _show_retiring(self) -> None:
        self.query_one(RetiringPanel).show(self._secrets.known, self.row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now: revoking what is not revoked."""
        if action == "revoke_secret":  # one that was rotated may leak: its tokens live until it is revoked
            return self.row is not None and self.row.revoked_reason != "revoked"
        if action == "edit_secret":
            return self.row is not None and self.row.state is not SecretState.REVOKED
        return self.row is not None if action in ("open", "rotate_secret") else True

    def action_new_secret(self) -> None:
        """Ask what is wanted, make a secret, and show it once."""
        secret_errands.add_secret(self.desk, self.application, self.point_at)

    def action_edit_secret(self) -> None:
        """Edit the secret under the cursor."""
        if self.row:
            secret_errands.edit_secret(self.desk, self.application, self.row)

    def action_revoke_secret(self) -> None:
        """Ask, and revoke the secret under the cursor."""
        if self.row:
            secret_errands.revoke_secret(self.desk, self.application, self.row, self._secrets.known)

    def action_rotate_secret(self) -> None:
        """Rotate the secret under the cursor, or complete or undo its rotation."""
        if self.row:
            rotation_errands.rotate_secret(self.desk, self.application, self.row, self.point_at)

    def action_show_revoked(self) -> None:
        """Show or hide revoked secrets."""
        self._with_revoked = not self._with_revoked
        self.owner.show(self.application)
