"""Making and editing an application."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import Input

from core.rules.errors import Refusal
from core.rules.requests import ApplicationChanges, NewApplication
from core.rules.views import ApplicationView
from tui.modals.form import Field, FormDialog
from tui.widgets.controls import Tick


class NewApplicationForm(FormDialog[ApplicationView]):
    """Asks for a name; the client ID comes with it."""

    TITLE_TEXT = "New application"
    SUBMIT = "Make it"

    def fields(self) -> ComposeResult:
        """Name and description."""
        yield Field("name", "Name", Input(id="name", compact=True, placeholder="1 to 100 characters"))
        yield Field("description", "Description", Input(id="description", compact=True, placeholder="optional"))

    def request(self) -> NewApplication:
        """Return what was asked for."""
        return NewApplication(self.query_one("#name", Input).value, self.query_one("#description", Input).value)


class EditApplicationForm(FormDialog[ApplicationView]):
    """Everything about an application that can be changed, but for its lock."""

    def __init__(self, application: ApplicationView, attempt: Callable[[ApplicationChanges], ApplicationView]) -> None:
        super().__init__(attempt)
        self._application = application

    def title_text(self) -> str:
        """Name the application."""
        return f"Edit {self._application.name}"

    def fields(self) -> ComposeResult:
        """Name, description, and what tokens for it may be."""
        now = self._application
        yield Field("name", "Name", Input(now.name, id="name", compact=True))
        yield Field("description", "Description", Input(now.description or "", id="description", compact=True))
        yield Field("enabled", "Enabled", Tick("it may authenticate", now.enabled, id="enabled"))
        lifetime = Input(str(now.token_lifetime), id="token_lifetime", compact=True)
        yield Field("token_lifetime", "Token lifetime", lifetime)
        scopes = Input(" ".join(now.scopes), id="oauth_scopes", compact=True, placeholder="none; separated by spaces")
        yield Field("oauth_scopes", "OAuth scopes", scopes)
        introspects = Tick("it may introspect any token", now.introspects, id="introspects")
        yield Field("introspects", "Introspection", introspects)

    def request(self) -> ApplicationChanges:
        """Return the changes."""
        return ApplicationChanges(
            name=self.query_one("#name", Input).value,
            description=self.query_one("#description", Input).value,
            enabled=self.query_one("#enabled", Tick).value,
            token_lifetime=_minutes(self.query_one("#token_lifetime", Input).value),
            scopes=self.query_one("#oauth_scopes", Input).value.split(),
            introspects=self.query_one("#introspects", Tick).value,
        )


def _minutes(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refusal("The token lifetime is a number of minutes, 1 to 720.", field="token_lifetime") from None
