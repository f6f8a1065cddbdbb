"""Adding and editing a client secret: description, expiry, API scopes. Never the value."""

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from core.rules.expiry import Lifetime, SecretState
from core.rules.requests.client_secrets import NewSecret, SecretChanges
from core.rules.requests.fields import UNCHANGED
from core.rules.scopes import ApiScope
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret, SecretView
from tui.drawing.moments import date
from tui.modals.form import Field, FormDialog, changed
from tui.widgets.controls import Choices, Tick
from tui.widgets.text_field import TextField

_MEANINGS = {
    ApiScope.APPLICATION: "its own configuration",
    ApiScope.APPLICATION_USERS: "the user APIs",
    ApiScope.OPENID: "the token endpoints",
}


class ScopeBoxes(Vertical):
    """One box for each API scope."""

    DEFAULT_CSS = "ScopeBoxes { height: auto; width: 1fr; }"

    def __init__(self, chosen: Iterable[ApiScope]) -> None:
        super().__init__()
        self._given = frozenset(chosen)

    def compose(self) -> ComposeResult:
        """Lay out the boxes."""
        for scope in ApiScope:
            label = f"{scope.label:<18} {_MEANINGS[scope]}"
            yield Tick(label, scope in self._given, name=scope.value)

    def chosen(self) -> frozenset[str]:
        """Return what is ticked."""
        return frozenset(box.name for box in self.query(Tick) if box.value and box.name)

    def focus(self, scroll_visible: bool = True) -> "ScopeBoxes":
        """Put the focus on the first box: that is where a wrong choice is mended."""
        self.query(Tick).first().focus(scroll_visible)
        return self


class NewSecretForm(FormDialog[IssuedSecret]):
    """Asks for what can be chosen about a secret."""

    SUBMIT = "Add secret"
    FOOT = "Enter add   Tab next field   ← → choose   Space tick   Esc cancel"

    def __init__(self, application: ApplicationView, attempt: Callable[[NewSecret], IssuedSecret]) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application

    def title_text(self) -> str:
        """Name the application."""
        return f"Add a client secret to {self.application.name}"

    def fields(self) -> ComposeResult:
        """The form of the seed: description, expiry, scope."""
        yield Field("description", "Description", TextField(id="description", placeholder="optional"))
        yield Field("lifetime", "Expires in", Choices([choice.label for choice in Lifetime]))
        yield Field("scopes", "Scope", ScopeBoxes(ApiScope))

    def request(self) -> NewSecret:
        """Return what was asked for."""
        return NewSecret(
            description=self.typed("description"),
            lifetime=list(Lifetime)[self.query_one(Choices).chosen],
            scopes=self.query_one(ScopeBoxes).chosen(),
        )


class EditSecretForm(FormDialog[SecretView]):
    """Changes a secret; an expiry that is not touched stays what it is."""

    FOOT = "Enter save   Tab next field   ← → choose   Space tick   Esc cancel"

    def __init__(
        self, application: ApplicationView, secret: SecretView, attempt: Callable[[SecretChanges], SecretView]
    ) -> None:
        super().__init__(attempt)
        self.application = application
        self._secret = secret

    def title_text(self) -> str:
        """Name the secret."""
        ends = f"ends {date(self._secret.expires_at)}" if self._secret.expires_at else "never ends"
        return f"Edit {self._secret.hint}, which {ends}"

    def fields(self) -> ComposeResult:
        """Description, scope, and the expiry unless the end has come."""
        description = TextField(self._secret.description or "", id="description", placeholder="optional")
        yield Field("description", "Description", description)
        if self._secret.state not in (SecretState.EXPIRED, SecretState.RETIRING):
            yield Field("lifetime", "Expires", self._lifetimes())
        yield Field("scopes", "Scope", ScopeBoxes(self._secret.scopes))

    def request(self) -> SecretChanges:
        """Return what was changed here: whatever else has changed since the form was opened stays."""
        choices = self.query(Choices)
        chosen = choices.first().chosen if choices else 0
        return SecretChanges(
            description=changed(self.typed("description"), self._secret.description or ""),
            lifetime=list(Lifetime)[chosen - 1] if chosen > 0 else UNCHANGED,
            scopes=changed(self.query_one(ScopeBoxes).chosen(), self._secret.scopes),
        )

    def _lifetimes(self) -> Widget:
        return Choices(["as it is", *(choice.label for choice in Lifetime)])
