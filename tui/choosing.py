"""What `?` and `:` offer, and where a choice leads."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.rules.views.apis import ApiView
from core.rules.views.applications import ApplicationView
from tui.modals.chooser import matches
from tui.modals.help import Help
from tui.modals.palette import Goal, Palette

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

    from tui.app import KeydeskApp

_FOUND = 8
"""Applications, and APIs, that are offered at once."""


def offer_keys(app: "KeydeskApp") -> None:
    """Show the keys that are valid here; Enter runs one."""
    app.push_screen(Help(app.screen), lambda choice: _run(app, choice))


def offer_commands(app: "KeydeskApp") -> None:
    """Find an action, an application or an API; before the services are there, an action."""

    def search(goal: Goal, text: str) -> Sequence[ApplicationView | ApiView]:
        applications = _applications(app, text) if goal is not Goal.API else ()
        return [*applications, *(_apis(app, text) if goal is not Goal.APPLICATION else ())]

    app.push_screen(Palette(app.screen, search if app.opened else None), lambda choice: _run(app, choice))


def _applications(app: "KeydeskApp", text: str) -> Sequence[ApplicationView]:
    from core.applications.application_list import ApplicationOrder  # `?` answers before the core is there

    rows = app.services.application_list.start(ApplicationOrder(text), _FOUND).rows
    # What is found by its name before what is found by something that does not show here.
    return sorted(rows, key=lambda row: text.casefold() not in row.name.casefold())


def _apis(app: "KeydeskApp", text: str) -> Sequence[ApiView]:
    found = (api for api in app.services.apis.list() if matches(text, api.name, api.title or "", api.path))
    return sorted(found, key=lambda api: text.casefold() not in api.name)[:_FOUND]


def _run(app: "KeydeskApp", choice: "ActiveBinding | ApplicationView | ApiView | None") -> None:
    if isinstance(choice, ApplicationView):
        app.open_application(choice)
    elif isinstance(choice, ApiView):
        _open_api(app, choice)
    elif choice is not None:
        app.call_after_refresh(app.run_action, choice.binding.action, choice.node)


def _open_api(app: "KeydeskApp", api: ApiView) -> None:
    """Open an API over the list, where one comes back to it."""
    from tui.screens.api import ApiScreen
    from tui.screens.apis import ApisScreen

    app.show_applications()
    app.push_screen(ApisScreen(api))
    app.push_screen(ApiScreen(api))
