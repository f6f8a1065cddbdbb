"""What `?` and `:` offer, and where a choice leads."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.rules.views.applications import ApplicationView
from tui.modals.help import Help
from tui.modals.palette import Palette

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

    from tui.app import KeydeskApp

_FOUND = 8
"""Applications that are offered at once."""


def offer_keys(app: "KeydeskApp") -> None:
    """Show the keys that are valid here; Enter runs one."""
    app.push_screen(Help(app.screen), lambda choice: _run(app, choice))


def offer_commands(app: "KeydeskApp") -> None:
    """Find an action or an application; before the services are there, an action."""

    def search(text: str) -> Sequence[ApplicationView]:
        return _found(app, text)

    app.push_screen(Palette(app.screen, search if app.opened else None), lambda choice: _run(app, choice))


def _found(app: "KeydeskApp", text: str) -> Sequence[ApplicationView]:
    from core.application_list import ApplicationOrder  # `?` answers before the core is there

    rows = app.services.application_list.start(ApplicationOrder(text), _FOUND).rows
    # What is found by its name before what is found by something that does not show here.
    return sorted(rows, key=lambda row: text.casefold() not in row.name.casefold())


def _run(app: "KeydeskApp", choice: "ActiveBinding | ApplicationView | None") -> None:
    if isinstance(choice, ApplicationView):
        app.open_application(choice)
    elif choice is not None:
        app.call_after_refresh(app.run_action, choice.binding.action, choice.node)
