"""What is to be sent to an API: where to, by what, as whom, and the call itself. Only what is needed is shown."""

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input

from core.rules.errors import Refusal
from core.rules.invocations import METHODS, Kind, kinds_of
from core.rules.views.apis import ApiView
from tui.drawing.plain import plain
from tui.modals.form import Field
from tui.test_panel.trying import Typed
from tui.widgets.controls import Choices, Push
from tui.widgets.text_field import HiddenField, TextField

_WITHOUT_BODY = ("GET", "HEAD")
_MOST_HEADERS = 8
_METHOD_WIDTH = 9
NOBODY = "choose an application"


class Beside(Horizontal):
    """Fields and a button on one line."""

    DEFAULT_CSS = """
    Beside { height: 1; width: 1fr; }
    Beside > Button { margin-left: 2; }
    """


class CallForm(VerticalScroll, can_focus=False):
    """The fields of the Test panel."""

    DEFAULT_CSS = """
    CallForm { height: auto; padding: 0 1 0 2; scrollbar-size-vertical: 1; }
    CallForm Field { margin-top: 0; }
    CallForm Field Label { width: 11; }
    CallForm Field .error { margin-left: 11; }
    CallForm #as { offset: -1 0; }
    CallForm .-unasked { display: none; }
    """

    class Invoked(Message):
        """Enter, or the button: the call is to be sent."""

    class ToChoose(Message):
        """An application is to be chosen."""

    class ToMake(Message):
        """A client secret is to be made for the application that was chosen."""

    def __init__(self, api: ApiView) -> None:
        super().__init__()
        self._api = api
        self._kinds = kinds_of(api)
        self._by_gateway = Choices(_targets(api))
        self._kind = Choices(list(self._kinds))
        self._client_id = TextField(id="client_id", placeholder="of the application that calls")
        self._secret = HiddenField(id="secret", placeholder="paste it: kd_…")
        self._token = HiddenField(id="token", placeholder="fetched with the secret; or paste one")
        self._chosen = ("", "")
        """Name and client ID of the application that was chosen."""
        self._fetched = False
        """Whether the token that stands there was fetched for this client ID and secret."""

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        api = self._api
        yield Field("target", "Send to", self._by_gateway)
        yield Field("kind", "With", self._kind)
        yield Field("as", "As", Push(NOBODY, id="as"))
        yield Field("client_id", "Client ID", self._client_id)
        yield Field("secret", "Secret", Beside(self._secret, Push("New", id="make")))
        yield Field("token", "Token", self._token)
        method, path = TextField("GET", id="method"), TextField(api.path, id="path")
        method.styles.width, method.styles.margin = _METHOD_WIDTH, (0, 1, 0, 0)
        call = Beside(method, path, Push("Invoke", id="invoke"))
        yield Field("path", "Call", call)
        yield Field("header-0", "Header", TextField(id="header-0", placeholder="Name: value", classes="header"))
        yield Field("body", "Body", TextField(id="body"))

    def on_mount(self) -> None:
        """Follow what is chosen, and whose the credentials are; at once, lest Enter be faster."""
        self.watch(self._kind, "chosen", self._follow)
        self.watch(self._token, "value", self._take_token, init=False)
        self.watch(self._secret, "value", self._drop_fetched, init=False)
        self.watch(self._client_id, "value", self._follow_client_id, init=False)

    def take(self, api: ApiView) -> None:
        """Follow an API that is no longer as it was: what was typed stays, moved below the path that it has now."""
        was, self._api, self._kinds = self._api.path, api, kinds_of(api)
        self._by_gateway.offer(_targets(api))
        self._kind.offer(list(self._kinds))
        if (typed := self.typed("path")) == was or typed.startswith((f"{was}/", f"{was}?")):
            self.put("path", api.path + typed.removeprefix(was))
        self._follow()

    @property
    def kind(self) -> Kind:
        """By what the call is made."""
        return self._kinds[self._kind.chosen]

    def _follow(self) -> None:
        asked = {
            "as": self.kind is not Kind.NOTHING,
            "client_id": self.kind is not Kind.NOTHING,
            "secret": self.kind.needs_secret,
            "token": self.kind.needs_token,
            "body": self.typed("method").strip().upper() not in _WITHOUT_BODY,
        }
        for field in self.query(Field):
            field.set_class(not asked.get(field.name or "", True), "-unasked")

    def typed(self, name: str) -> str:
        """Return what a text field holds."""
        return self.query_one(f"#{name}", TextField).value

    def put(self, name: str, value: str) -> None:
        """Put a value into a text field."""
        self.query_one(f"#{name}", TextField).value = value

    def call_as(self, name: str, client_id: str) -> None:
        """Call as this application: its client ID is filled in, and another one's secret is taken away."""
        self._chosen = name, client_id
        if client_id != self.typed("client_id"):
            self.put("secret", "")
        self.put("client_id", client_id)
        self._name_caller()

    def put_fetched(self, token: str, asked: Typed) -> None:
        """Keep a token for further calls, unless another client ID or secret was typed while it was fetched."""
        if (asked.client_id, asked.secret) == (self._client_id.value.strip(), self._secret.value.strip()):
            self.put("token", token)
            self._fetched = True

    def _take_token(self) -> None:
        self._fetched = False

    def _drop_fetched(self) -> None:
        """Take a token away that was fetched for somebody else; one that was pasted is the operator's."""
        if self._fetched:
            self.put("token", "")

    def _follow_client_id(self) -> None:
        self._drop_fetched()
        self._name_caller()

    def _name_caller(self) -> None:
        """Name the application that was chosen only while it is its client ID that stands there."""
        name, client_id = self._chosen
        button = self.query_one("#as", Push)
        button.label = plain(f"[ {name if client_id and client_id == self._client_id.value.strip() else NOBODY} ]")
        button.refresh(layout=True)  # Textual leaves it as wide as it was

    def read(self) -> Typed:
        """Return what was typed; raises `Refusal` for a method that there is not."""
        method = self.typed("method").strip().upper()
        if method not in METHODS:
            raise Refusal(f"The method is one of {', '.join(METHODS)}.", field="method")
        token = self.typed("token").strip()
        return Typed(
            kind=self.kind,
            by_gateway=self._api.gateway is not None and self._by_gateway.chosen == 0,
            method=method,
            target=self.typed("path"),
            headers=tuple(field.value for field in self.query(".header").results(TextField)),
            body=self.typed("body") if method not in _WITHOUT_BODY else "",
            client_id=self.typed("client_id").strip(),
            secret=self.typed("secret").strip(),
            token=token,
            pasted_token=bool(token) and not self._fetched,
        )

    def show_refusal(self, refusal: Refusal | None) -> bool:
        """Show a refusal at its field; returns whether it has one. None takes all away."""
        wrong = None if refusal is None else self._named(refusal.field)
        at = None if wrong is None else _field_of(wrong)
        for field in self.query(Field):
            field.show_error(refusal.sentence if refusal and field is at else None)
        if wrong is not None:
            wrong.focus()
        return wrong is not None

    def _named(self, name: str | None) -> Widget | None:
        """Return what is filled in under this name: a text field, or what its line is for."""
        texts = {field.id: field for field in self.query(TextField)}
        return texts.get(name) or next((field.widget for field in self.query(Field) if field.name == name), None)

    async def on_input_changed(self, event: Input.Changed) -> None:
        """Show the body where the method has one, and one header line more than are filled in."""
        event.stop()
        if event.input.id == "method":
            self._follow()
        elif event.input.has_class("header"):
            await self._one_more_header()

    async def _one_more_header(self) -> None:
        lines = list(self.query(".header").results(TextField))
        if lines[-1].value and len(lines) < _MOST_HEADERS:
            name = f"header-{len(lines)}"
            more = TextField(id=name, placeholder="Name: value", classes="header")
            await self.mount(Field(name, "", more), after=_field_of(lines[-1]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a text field sends the call."""
        event.stop()
        self.post_message(self.Invoked())

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Send the call, or ask for what is to be filled in."""
        event.stop()
        messages: dict[str | None, type[Message]] = {"as": self.ToChoose, "make": self.ToMake}
        self.post_message(messages.get(event.button.id, self.Invoked)())


def _targets(api: ApiView) -> list[str]:
    return ["the gateway", "verify itself"] if api.gateway else ["verify itself"]


def _field_of(widget: Widget) -> Widget:
    return next(node for node in widget.ancestors if isinstance(node, Field))
