"""Making and editing an application."""

from collections.abc import Callable

from textual.app import ComposeResult

from core.rules.errors import Refusal
from core.rules.limits import NAME_LENGTH, TOKEN_LIFETIME_MINUTES
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.views.applications import ApplicationView
from tui.modals.form import Field, FormDialog, changed
from tui.widgets.controls import Tick
from tui.widgets.text_field import TextField


class NewApplicationForm(FormDialog[ApplicationView]):
    """Asks for a name; the client ID comes with it."""

    TITLE_TEXT = "New application"
    SUBMIT = "Make it"

    def fields(self) -> ComposeResult:
        """Name and description."""
        yield Field("name", "Name", TextField(id="name", placeholder=f"1 to {NAME_LENGTH} characters"))
        yield Field("description", "Description", TextField(id="description", placeholder="optional"))

    def request(self) -> NewApplication:
        """Return what was asked for."""
        return NewApplication(self.typed("name"), self.typed("description"))


class EditApplicationForm(FormDialog[ApplicationView]):
    """Everything about an application that can be changed, but for its lock."""

    def __init__(self, application: ApplicationView, attempt: Callable[[ApplicationChanges], ApplicationView]) -> None:
        super().__init__(attempt)
        self.application: ApplicationView = application

    def title_text(self) -> str:
        """Name the application."""
        return f"Edit {self.application.name}"

    def fields(self) -> ComposeResult:
        """Name, description, and what tokens for it may be."""
        now = self.application
        yield Field("name", "Name", TextField(now.name, id="name"))
        yield Field("description", "Description", TextField(now.description or "", id="description"))
        yield Field("enabled", "Enabled", Tick("it may authenticate", now.enabled, id="enabled"))
        lifetime = TextField(str(now.token_lifetime), id="token_lifetime")
        yield Field("token_lifetime", "Token lifetime", lifetime)
        scopes = TextField(" ".join(now.scopes), id="oauth_scopes", placeholder="none; separated by spaces")
        yield Field("oauth_scopes", "OAuth scopes", scopes)
        introspects = Tick("it may introspect any token", now.introspects, id="introspects")
        yield Field("introspects", "Introspection", introspects)

    def request(self) -> ApplicationChanges:
        """Return what was changed here: whatever else has changed since the form was opened stays."""
        before = self.application
        return ApplicationChanges(
            name=changed(self.typed("name"), before.name),
            description=changed(self.typed("description"), before.description or ""),
            enabled=changed(self.ticked("enabled"), before.enabled),
            token_lifetime=changed(_minutes(self.typed("token_lifetime")), before.token_lifetime),
            scopes=changed(tuple(self.typed("oauth_scopes").split()), before.scopes),
            introspects=changed(self.ticked("introspects"), before.introspects),
        )


def _minutes(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        allowed = f"{TOKEN_LIFETIME_MINUTES[0]} to {TOKEN_LIFETIME_MINUTES[-1]}"
        raise Refusal(f"The token lifetime is a number of minutes, {allowed}.", field="token_lifetime") from None
