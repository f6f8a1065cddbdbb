"""Moving through lists and levels, and leaving: INTERFACE.md section 4, the keys of tables and of everywhere."""

import pytest

from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import fetched
from tests.tui.conftest import Open


@pytest.fixture
def thirty(services: Services) -> None:
    for number in range(30):
        services.applications.create(NewApplication(f"app-{number:02}"))


@pytest.mark.usefixtures("thirty")
async def test_keys_move_the_cursor_of_a_list(console: Open) -> None:
    async with console() as desk:
        assert "app-00" in desk.marked
        for key, name in [
            ("j", "app-01"),
            ("down", "app-02"),
            ("k", "app-01"),
            ("up", "app-00"),
            ("up", "app-00"),
            ("G", "app-29"),
            ("down", "app-29"),
            ("g", "app-00"),
            ("end", "app-29"),
            ("home", "app-00"),
            ("pagedown", "app-19"),
            ("pageup", "app-00"),
        ]:
            await desk.press(key)
            assert name in desk.marked, key


@pytest.mark.usefixtures("thirty")
async def test_enter_opens_and_escape_goes_up_exactly_one_level(console: Open) -> None:
    async with console() as desk:
        await desk.press("j", "enter")
        assert desk.crumbs.startswith("Applications › app-01 › Trust › Client Authentication")
        await desk.press("escape")
        assert desk.crumbs.startswith("Applications")
        assert "app-01" in desk.marked


async def test_escape_never_quits(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("escape", "escape", "escape")
        assert desk.app.is_running
        assert desk.screen == "ApplicationsScreen"


async def test_secret_opens_in_full_and_escape_closes_just_that(
    console: Open, services: Services, application: ApplicationView
) -> None:
    issued = services.client_secrets.add(application.id, NewSecret("till by the door"))
    async with console() as desk:
        await desk.press("enter", "enter")
        assert f"Client secret {issued.secret.hint}" in desk.text
        assert "never used" in desk.text
        assert "2027-05-02 12:00:00 UTC" in desk.text
        await desk.press("escape")
        assert "› Trust › Client Authentication" in desk.crumbs


async def test_tabs_are_chosen_by_number_and_by_brackets(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter")
        for key, crumb in [
            ("1", "Overview"),
            ("2", "Trust › Client Authentication"),
            ("3", "Activity"),
            ("right_square_bracket", "Overview"),
            ("left_square_bracket", "Activity"),
            ("left_square_bracket", "Trust › Client Authentication"),
        ]:
            await desk.press(key)
            assert desk.crumbs.startswith(f"Applications › billing-api › {crumb}"), key


async def test_tabs_are_chosen_by_the_mouse_too(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter")
        await desk.pilot.click("TabLine Tab:first-child")
        await desk.settle()
        assert "› Overview" in desk.crumbs


async def test_overview_tells_everything_about_the_application(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter", "1")
        for fact in (
            "Invoices and payments",
            application.client_id,
            "0 live, 0 of 20 places taken",
            "60 min",
            "2026-05-02 12:00:00 UTC",
        ):
            assert fact in desk.text


async def test_overview_that_is_longer_than_the_screen_is_scrolled_by_the_arrows(
    console: Open, services: Services
) -> None:
    services.applications.create(NewApplication("wordy", "word " * 99))
    async with console(size=(64, 16)) as desk:
        await desk.press("enter", "1")
        assert "Created" not in desk.text
        await desk.press("end")
        await desk.pilot.pause()  # Textual scrolls to an end two frames later
        assert "Created" in desk.text


async def test_activity_lists_what_happened_and_opens_a_row_in_full(
    console: Open, services: Services, application: ApplicationView, database: Database
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    async with console() as desk:
        await desk.press("enter", "3")
        assert "secret.added" in desk.marked
        await desk.press("j")
        assert "application.created" in desk.marked
        await desk.press("enter")
        [(digest,)] = fetched(database, "SELECT hash FROM audit_events WHERE id = 1")
        assert desk.screen == "Details"
        assert "Activity 1" in desk.text
        assert str(digest)[:40] in desk.text
        assert str(digest)[-10:] in desk.text
        assert "Invoices and payments" in desk.text


async def test_client_id_is_copied_from_the_list_and_from_the_application(
    console: Open, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("y")
        assert desk.status == "Sent to your terminal. It cannot be confirmed: paste to test."
        await desk.press("enter", "y")
        assert len(desk.sent) == 2
        assert desk.sent[0] == desk.sent[1]
        assert desk.app.clipboard == ""


async def test_status_line_stays_until_the_next_key(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("ctrl+r")
        await desk.until(lambda: desk.status == "Read again.")
        await desk.press("j")
        assert desk.status == ""


async def test_q_quits_at_the_root_only(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter", "q")
        assert desk.app.is_running
        await desk.press("escape")
        await desk.press("q")
        assert desk.app.return_code == 0


@pytest.mark.parametrize("keys", ["", "enter n", "question_mark", "slash"])
async def test_control_q_quits_anywhere(console: Open, application: ApplicationView, keys: str) -> None:
    async with console() as desk:
        await desk.press(*keys.split())
        assert desk.app.return_code is None
        await desk.press("ctrl+q")
        assert desk.app.return_code == 0


async def test_control_c_without_a_selection_says_how_to_quit(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("ctrl+c")
        assert desk.status == "Ctrl+Q quits."


@pytest.mark.slow
async def test_no_key_that_is_hit_by_habit_destroys(
    console: Open, services: Services, application: ApplicationView
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    habits = ["backspace", "delete", "ctrl+d", "ctrl+x", "ctrl+k", "ctrl+u", "ctrl+w", "ctrl+h"]
    async with console() as desk:
        await desk.press(*habits, "enter", *habits, "1", *habits)
        assert desk.screen == "ApplicationScreen"
        assert [secret.state for secret in services.client_secrets.list(application.id)] == ["active"]


async def test_hints_of_a_screen_that_was_left_meanwhile_end_nothing(
    console: Open, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("enter")
        left = desk.app.screen
        left.hint()  # type: ignore[attr-defined]  # every whole screen has it
        await left.query("Hints").remove()  # as it happens while a screen is taken apart
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"
