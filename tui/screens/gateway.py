"""The configuration with which a gateway enforces what an API declares, to be copied or written into a file.

Where more APIs are reached at its address it is for them all: a gateway takes no second text for an address.
"""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from core.rules.errors import NotFound, Refusal
from core.rules.gateways import Gateway
from core.rules.views.apis import ApiView
from tui.actions import Place, bindings
from tui.calls import Reading
from tui.drawing.plain import line, plain
from tui.handout.gateway_text import GatewayText, gateway_text
from tui.handout.new_file import write_new_file
from tui.screens.base import DeskScreen
from tui.widgets.chrome import Crumbs, Frame
from tui.widgets.redraw import update_if_changed
from tui.widgets.tabs import TabLine

_COMMENT = "#"
_TAB = 4
"""Columns from one tab stop to the next, on the screen only: the text itself keeps its tabs."""


class GatewayScreen(DeskScreen):
    """One API, and a text for each gateway; where one cannot enforce what is declared, the reason."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Place.GATEWAY)]
    DEFAULT_CSS = """
    GatewayScreen > #about { height: 1; padding: 0 2; margin-bottom: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    GatewayScreen > VerticalScroll { padding: 0 1 0 2; scrollbar-size-vertical: 1; }
    GatewayScreen > VerticalScroll > Static { height: auto; }
    """

    def __init__(self, api: ApiView) -> None:
        super().__init__()
        self._api = api
        self._gateway = Gateway.NGINX
        self._text: GatewayText | None = None
        self._reading = Reading(self, self._read)

    def compose(self) -> ComposeResult:
        """Lay out the gateways' names and the text."""
        yield Crumbs()
        yield TabLine({gateway.value: f"{number} {gateway.label}" for number, gateway in enumerate(Gateway, 1)})
        yield Static(id="about", markup=False)
        with VerticalScroll():
            yield Static(id="text", markup=False)
        yield Frame()

    def on_mount(self) -> None:
        """Say where we are, and let the arrows scroll."""
        self.query_one(Crumbs).show(["APIs", self._api.name, "Gateway"])
        self.query_one("#about").display = False
        self.query_one(VerticalScroll).focus()
        self.action_gateway(self._gateway)

    def refresh_data(self) -> None:
        """Write it anew: the API may have changed, or the server's address."""
        self._reading.ask()

    async def _read(self) -> None:
        services, gateway, api_id = self.desk.services, self._gateway, self._api.id
        try:
            text = await self.desk.calls.read(lambda: gateway_text(services, api_id, gateway))
        except NotFound:
            self.desk.call_after_refresh(self._leave)  # the screen below finds out, too, and says so
            return
        except Refusal as refusal:
            self._show(gateway, None, line((f"! {refusal.sentence}", "$text-warning")))
            return
        self._show(gateway, text, Content("\n").join(map(_drawn, text.text.splitlines())))

    def _leave(self) -> None:
        """Go back, once: another read may have found the same."""
        if self.is_current:
            self.action_back()

    def _show(self, gateway: Gateway, text: GatewayText | None, drawn: Content) -> None:
        if self.is_open and gateway is self._gateway:
            self._text = text
            about = self.query_one("#about", Static)
            about.display = bool(text and text.about)
            update_if_changed(about, plain(text.about if text else ""))
            update_if_changed(self.query_one("#text", Static), drawn)
            self.hint()

    def action_gateway(self, name: str) -> None:
        """Show the text for another gateway."""
        self._gateway, self._text = Gateway(name), None
        self.query_one(TabLine).choose(name)
        self.query_one(VerticalScroll).scroll_home(animate=False, immediate=True)
        self._reading.ask()

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        """Follow the mouse."""
        self.action_gateway(event.name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to take a text away where there is one; a gateway has no client ID."""
        if action == "copy_client_id":
            return False
        return self._text is not None if action in ("copy_text", "write_text") else True

    def action_copy_text(self) -> None:
        """Copy the text."""
        if self._text is not None:
            self.desk.copying.copy(self._text.text, writable=True)

    def action_write_text(self) -> None:
        """Write the text into a new file."""
        text, desk = self._text, self.desk
        if text is not None:
            desk.calls.keeping.put(
                lambda: write_new_file(text.file, desk.directories(), text.text), self._written, desk.tell_refusal
            )

    def _written(self, path: Path) -> None:
        self.desk.say(f"Written to {path}.")


def _drawn(text: str) -> Content:
    """Draw a line as it looks; a tab would be cleaned to its picture."""
    text = text.expandtabs(_TAB)
    muted = text.lstrip().startswith(_COMMENT)
    return plain(text, "$text-muted") if muted else plain(text)
