"""Protecting an API, and changing how it is protected. Only what the chosen security asks for is shown."""

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult

from core.rules.apis import CLIENT_ID_AT, CLIENT_SECRET_AT, Located, Profile, Security
from core.rules.requests.apis import ApiChanges, NewApi
from core.rules.scopes import ApiScope
from core.rules.views.apis import ApiView
from tui.modals.form import Field, FormDialog, changed
from tui.widgets.api_controls import Placing, ProfileChoice, SecurityBoxes
from tui.widgets.controls import Choices, Tick
from tui.widgets.text_field import TextField

_OPEN_TO = ("every application", "subscribed ones only")
_ENOUGH = ("all are needed", "one is enough")
_API_SCOPES: tuple[ApiScope | None, ...] = (None, *ApiScope)


class ApiForm(FormDialog[ApiView]):
    """The fields of an API, filled with what was there before."""

    FOOT = "Enter save   Tab next field   ← → choose   Space tick   Esc cancel"
    DEFAULT_CSS = """
    ApiForm > #box > Field { margin-top: 0; }
    ApiForm > #box > Field.gap { margin-top: 1; }
    ApiForm .-unasked { display: none; }
    """

    def __init__(self, attempt: Callable[[Any], ApiView], before: ApiView | None = None) -> None:
        super().__init__(attempt)
        self._before = before

    def fields(self) -> ComposeResult:
        """Lay out the fields: what it is, how callers prove themselves, and who may call."""
        was = self._before
        yield _text("name", "Name", was.name if was else "", "in URLs: lower-case letters, digits, -")
        yield _text("path", "Public path", was.path if was else "", "where callers find it, such as /weather")
        yield _text("upstream", "Upstream", (was and was.upstream) or "", "the service itself: http://10.0.0.7:8080")
        yield _text("gateway", "Gateway", (was and was.gateway) or "", "optional: https://api.example")
        yield _text("title", "Title", (was and was.title) or "", "optional")
        yield _gap(Field("security", "Security", SecurityBoxes(was.security if was else (Security.PAIR,))))
        client_id_at = was.client_id_at if was else CLIENT_ID_AT
        yield Field("client_id", "Client ID in", Placing(client_id_at, id="client_id"))
        secret_at = was.client_secret_at if was else CLIENT_SECRET_AT
        yield Field("client_secret", "Secret in", Placing(secret_at, id="client_secret"))
        yield Field("api_scope", "API scope", Choices(_api_scopes(), _API_SCOPES.index(was.api_scope if was else None)))
        yield _text("oauth_scopes", "OAuth scopes", " ".join(was.scopes) if was else "", "none; separated by spaces")
        yield Field("any_scope", "Of these", Choices(_ENOUGH, int(bool(was and was.any_scope))))
        yield _gap(Field("subscribed_only", "Open to", Choices(_OPEN_TO, int(bool(was and was.subscribed_only)))))
        yield Field("profile", "Refuses as", ProfileChoice(was.profile if was else Profile.RFC6750))

    def on_mount(self) -> None:
        """Follow the security: what is not asked for is not shown."""
        for box in self.query(Tick):
            self.watch(box, "value", self._follow)

    def _follow(self) -> None:
        chosen = self.query_one(SecurityBoxes).chosen()
        by_secret, by_token = Security.PAIR in chosen, Security.BEARER in chosen
        asked = {
            "client_id": by_secret or Security.CLIENT_ID in chosen,
            "client_secret": by_secret,
            "api_scope": by_secret,
            "oauth_scopes": by_token,
            "any_scope": by_token,
        }
        for field in self.query(Field):
            field.set_class(not asked.get(field.name or "", True), "-unasked")

    def placed(self, name: str) -> Located:
        """Return where a credential stands; what is not shown counts as it was."""
        field = self.field(name)
        assert isinstance(field.widget, Placing)
        return field.widget.given if field.has_class("-unasked") else field.widget.chosen()

    def place_of(self, name: str) -> int:
        """Return which of its choices a field holds."""
        widget = self.field(name).widget
        assert isinstance(widget, Choices)
        return widget.chosen

    def field(self, name: str) -> Field:
        """Return the field of this name."""
        return next(field for field in self.query(Field) if field.name == name)

    @property
    def api_scope(self) -> ApiScope | None:
        """What a secret must open; None: any will do."""
        return _API_SCOPES[self.place_of("api_scope")]

    @property
    def oauth_scopes(self) -> tuple[str, ...]:
        """What a token must carry; what is not shown counts as it was."""
        if self.field("oauth_scopes").has_class("-unasked"):
            return self._before.scopes if self._before else ()
        return tuple(self.typed("oauth_scopes").split())


class NewApiForm(ApiForm):
    """Asks how an API is to be protected."""

    TITLE_TEXT = "Protect an API"
    SUBMIT = "Protect it"
    FOOT = "Enter protect   Tab next field   ← → choose   Space tick   Esc cancel"

    def request(self) -> NewApi:
        """Return what was asked for."""
        return NewApi(
            name=self.typed("name"),
            path=self.typed("path"),
            upstream=self.typed("upstream"),
            title=self.typed("title"),
            gateway=self.typed("gateway"),
            security=self.query_one(SecurityBoxes).chosen(),
            client_id_at=self.placed("client_id"),
            client_secret_at=self.placed("client_secret"),
            scopes=self.oauth_scopes,
            any_scope=bool(self.place_of("any_scope")),
            api_scope=self.api_scope,
            subscribed_only=bool(self.place_of("subscribed_only")),
            profile=self.query_one(ProfileChoice).chosen(),
        )


class EditApiForm(ApiForm):
    """Changes an API; only what was changed here is sent."""

    def __init__(self, before: ApiView, attempt: Callable[[ApiChanges], ApiView]) -> None:
        super().__init__(attempt, before)
        self._was = before

    def title_text(self) -> str:
        """Name the API."""
        return f"Edit {self._was.name}"

    def request(self) -> ApiChanges:
        """Return what was changed here: whatever else has changed since the form was opened stays."""
        before = self._was
        return ApiChanges(
            name=changed(self.typed("name"), before.name),
            path=changed(self.typed("path"), before.path),
            upstream=changed(self.typed("upstream"), before.upstream or ""),
            title=changed(self.typed("title"), before.title or ""),
            gateway=changed(self.typed("gateway"), before.gateway or ""),
            security=changed(self.query_one(SecurityBoxes).chosen(), frozenset(map(str, before.security))),
            client_id_at=changed(self.placed("client_id"), before.client_id_at),
            client_secret_at=changed(self.placed("client_secret"), before.client_secret_at),
            scopes=changed(self.oauth_scopes, before.scopes),
            any_scope=changed(bool(self.place_of("any_scope")), before.any_scope),
            api_scope=changed(self.api_scope, before.api_scope),
            subscribed_only=changed(bool(self.place_of("subscribed_only")), before.subscribed_only),
            profile=changed(self.query_one(ProfileChoice).chosen(), before.profile),
        )


def _text(name: str, label: str, value: str, placeholder: str) -> Field:
    return Field(name, label, TextField(value, id=name, placeholder=placeholder))


def _gap(field: Field) -> Field:
    field.add_class("gap")
    return field


def _api_scopes() -> list[str]:
    return ["any", *(scope.label for scope in ApiScope)]
