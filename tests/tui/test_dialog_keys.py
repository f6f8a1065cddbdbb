"""The keys that are valid everywhere are so in dialogs; where text is typed, letters are text."""

import base64

import pytest

from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from tests.tui.conftest import Open

OF_AN_APPLICATION = ["n", "e", "x", "v", "enter"]


@pytest.fixture
def busy(services: Services, application: ApplicationView) -> ApplicationView:
    services.client_secrets.add(application.id, NewSecret("ci"))
    return application


@pytest.mark.parametrize("key", OF_AN_APPLICATION)
async def test_f1_shows_the_keys_of_the_dialog(console: Open, busy: ApplicationView, key: str) -> None:
    async with console() as desk:
        await desk.press("enter", key)
        dialog = desk.screen
        await desk.press("f1")
        assert desk.screen == "Help"
        assert "Go to the next field or button." in desk.text
        assert "Make a client secret" not in desk.text
        await desk.press("f1", "ctrl+p", "escape")
        assert desk.screen == dialog


@pytest.mark.parametrize("key", ["x", "enter"])
async def test_question_mark_does_so_where_no_text_is_typed(console: Open, busy: ApplicationView, key: str) -> None:
    async with console() as desk:
        await desk.press("enter", key, "question_mark")
        assert desk.screen == "Help"


async def test_enter_on_a_key_of_the_dialog_runs_it(console: Open, busy: ApplicationView, services: Services) -> None:
    async with console() as desk:
        await desk.press("enter", "x", "f1")
        await desk.type("next field")
        await desk.press("enter", "enter")
        assert services.client_secrets.list(busy.id) == ()


@pytest.mark.parametrize("keys", ["x", "enter", "n tab", "e tab", "v tab"])
async def test_y_copies_the_client_id_that_the_dialog_is_about(console: Open, busy: ApplicationView, keys: str) -> None:
    async with console() as desk:
        await desk.press("enter", *keys.split(), "y")
        [sequence] = desk.sent
        assert base64.b64decode(sequence.split(";")[2].rstrip("\x07\x1b\\")).decode() == busy.client_id


async def test_letters_are_text_where_text_is_typed(console: Open, busy: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter", "n", "y", "question_mark", "colon")
        assert desk.value("description") == "y?:"
        assert desk.sent == []


async def test_form_for_a_new_application_has_no_client_id_to_copy(console: Open, busy: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("n", "tab", "tab", "y")
        assert desk.sent == []


async def test_control_r_reads_again_behind_the_dialog_and_keeps_what_was_typed(
    console: Open, busy: ApplicationView, services: Services
) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.type("orders")
        services.applications.create(NewApplication("aaa"))
        await desk.press("ctrl+r")
        await desk.until(lambda: desk.status == "Read again.")
        assert desk.value("name") == "orders"
        await desk.press("escape")
        assert "aaa" in desk.text


async def test_palette_over_a_dialog_leads_to_another_application(
    console: Open, busy: ApplicationView, services: Services
) -> None:
    services.applications.create(NewApplication("orders"))
    async with console() as desk:
        await desk.press("enter", "n", "ctrl+p")
        await desk.type("go to orders")
        await desk.press("enter")
        assert "› orders › Trust" in desk.crumbs
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


async def test_no_dialog_leads_past_a_secret_that_is_on_show(console: Open, busy: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter", "n", "enter", "ctrl+q")
        assert desk.screen == "Confirm"
        await desk.press("colon", "ctrl+p", "ctrl+r")
        assert desk.screen == "Confirm"
        assert "Read again." not in desk.text
