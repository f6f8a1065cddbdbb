"""`?` and the palette: what is valid here, found by typing, run by Enter."""

from dataclasses import replace

import pytest

from core.rules.requests.apis import NewApi
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from tests.staging import Clock
from tests.tui.conftest import Open
from tests.tui.console import opened
from tests.tui.gates import Gated
from tui.widgets.table import Table


async def test_help_lists_the_keys_that_are_valid_here_and_no_others(
    console: Open, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("question_mark")
        assert "Make an application." in desk.text
        assert "Revoke the secret" not in desk.text
        await desk.paste("anywhere")
        assert "Quit from anywhere." in desk.text
        assert "asks first" not in desk.text
        await desk.press("escape", "enter", "f1")
        assert "Make a client secret; it is shown once." in desk.text
        assert "Revoke the secret" not in desk.text, "there is none to revoke"
        assert "Unlock" not in desk.text, "it is not locked"
        assert "Make an application." not in desk.text


async def test_help_is_filtered_and_enter_runs_what_it_found(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("question_mark")
        await desk.type("MAKE app")
        assert "Make an application." in desk.text
        assert "Copy the client ID." not in desk.text
        await desk.press("enter")
        assert desk.screen == "NewApplicationForm"


async def test_help_that_finds_nothing_says_so_and_enter_runs_nothing(
    console: Open, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("question_mark")
        await desk.type("zzz")
        assert "Nothing matches." in desk.text
        await desk.press("enter")
        assert desk.screen == "Help"
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


async def test_help_moves_by_arrows_and_pages(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("question_mark")
        first = cursor(desk.lines)
        await desk.press("down")
        second = cursor(desk.lines)
        await desk.press("pagedown", "pageup", "up")
        assert first != second
        assert cursor(desk.lines) == first


def cursor(lines: list[str]) -> str:
    return next(line for line in lines if "│   > " in line)


async def test_palette_runs_an_action(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter", "ctrl+p")
        await desk.type("pasted")
        await desk.press("enter")
        assert desk.screen == "VerifyForm"


async def test_palette_goes_to_an_application_from_anywhere(console: Open, services: Services) -> None:
    for name in ("billing-api", "orders"):
        services.applications.create(NewApplication(name))
    async with console() as desk:
        await desk.press("enter", "colon")
        await desk.type("go to application ord")
        assert "Go to application orders" in desk.text
        await desk.press("enter")
        assert desk.crumbs.startswith("Applications › orders › Trust")
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


async def test_palette_goes_to_an_api_from_anywhere_and_back_to_its_place_in_the_list(
    console: Open, services: Services, application: ApplicationView
) -> None:
    for name in ("billing", "rain", "weather"):
        services.apis.create(NewApi(name, f"/{name}", title="Forecast" if name == "weather" else None))
    async with console() as desk:
        await desk.press("colon")
        for typed, offered, others in (
            ("bill", ["application billing-api", "API billing"], []),
            ("go to bill", ["application billing-api", "API billing"], []),
            ("go to application bill", ["application billing-api"], ["API billing"]),
            ("GO to API bill", ["API billing"], ["application billing-api"]),
            ("go to api", [], ["API rain", "application billing-api"]),
            ("/rain", ["API rain"], ["API weather"]),
            ("forecast", ["API weather"], ["API rain"]),
        ):
            await desk.press("ctrl+u")
            await desk.type(typed)
            for name in offered:
                assert f"Go to {name} " in desk.text, typed
            for name in others:
                assert f"Go to {name} " not in desk.text, typed
        await desk.press("escape", "enter", "colon")
        await desk.type("go to api weat")
        await desk.press("enter")
        assert desk.crumbs.startswith("APIs › weather")
        await desk.press("escape")
        assert desk.screen == "ApisScreen"
        assert "weather" in desk.marked
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


async def test_palette_finds_an_application_by_a_hint(console: Open, services: Services) -> None:
    made = services.applications.create(NewApplication("billing-api"))
    issued = services.client_secrets.add(made.id, NewSecret())
    async with console() as desk:
        await desk.press("colon")
        await desk.type(issued.secret.hint)
        await desk.press("enter")
        assert desk.crumbs.startswith("Applications › billing-api")


async def test_palette_offers_neither_itself_nor_a_screenshot(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("colon")
        for word in ("screenshot", "find an action", "theme", "maximize"):
            await desk.paste(word)
            assert "Nothing matches." in desk.text, word
            await desk.press("ctrl+u")


async def test_actions_run_from_the_palette_as_by_their_keys(
    console: Open, services: Services, application: ApplicationView
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    async with console() as desk:
        for words, screen in [
            ("make a client", "NewSecretForm"),
            ("revoke the secret", "Confirm"),
            ("edit description", "EditSecretForm"),
            ("keys that", "Help"),
        ]:
            if desk.screen == "ApplicationsScreen":
                await desk.press("enter")
            await desk.press("colon")
            await desk.paste(words)
            await desk.press("enter")
            assert desk.screen == screen
            await desk.press("escape")
        await desk.press("colon")
        await desk.paste("go up one")
        await desk.press("enter")
        assert desk.screen == "ApplicationsScreen"


@pytest.mark.parametrize("size", [(64, 16), (80, 18), (80, 24)])
@pytest.mark.parametrize("key", ["question_mark", "colon"])
async def test_cursor_moves_on_every_terminal(
    console: Open, application: ApplicationView, size: tuple[int, int], key: str
) -> None:
    async with console(size=size) as desk:
        await desk.press("enter", key, *["down"] * 13)
        table = desk.app.screen.query_one(Table)
        assert table.cursor_index == 13
        assert cursor(desk.lines)
        await desk.press("pageup", "pageup", "up")
        assert table.cursor_index == 0


async def test_applications_that_arrive_leave_the_cursor_where_it_is(services: Services, clock: Clock) -> None:
    for name in ("reader", "refunds"):
        services.applications.create(NewApplication(name))
    gated = Gated(services.application_list)
    async with opened(replace(services, application_list=gated), clock) as desk:
        gated.gate.clear()
        desk.hit("colon", "r", "e", "down")
        await desk.pilot.pause(0.4)
        before = cursor(desk.lines)
        gated.gate.set()
        await desk.settle()
        assert "Go to application refunds" in desk.text
        assert cursor(desk.lines) == before
        assert desk.app.screen.query_one(Table).cursor_index == 1


@pytest.mark.parametrize("typed", ["Go to application bill", "go to application BILL", "go to bill", "GO bill", "bill"])
async def test_palette_finds_an_application_by_what_it_shows(
    console: Open, application: ApplicationView, typed: str
) -> None:
    async with console() as desk:
        await desk.press("colon")
        await desk.type(typed)
        assert "Go to application billing-api" in desk.text


async def test_enter_typed_ahead_waits_for_the_application_that_is_looked_for(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    gated = Gated(services.application_list)
    async with opened(replace(services, application_list=gated), clock) as desk:
        gated.gate.clear()
        desk.hit("colon", *"billing", "enter")
        await desk.pilot.pause(0.4)
        assert desk.screen == "Palette"
        gated.gate.set()
        await desk.settle()
        assert "› billing-api" in desk.crumbs
