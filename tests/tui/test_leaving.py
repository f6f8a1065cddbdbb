"""Leaving while something is under way: no secret is made that nobody sees."""

import pytest

from core.rules.views.applications import ApplicationView
from store.database import Database
from tests.staging import fetched
from tests.tui.conftest import Open

COUNT = "SELECT count(*) FROM client_secrets"


async def test_control_q_while_a_secret_is_committed_waits_for_it_and_asks(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        async with desk.under_way(database, "enter"):
            desk.hit("ctrl+q", "ctrl+q")
            await desk.until(lambda: desk.status == "A change is under way: keydesk quits when it is done.")
            assert desk.app.return_code is None
        assert fetched(database, COUNT) == [(1,)]
        assert desk.screen == "Confirm"
        assert "Quit while the secret is shown?" in desk.text
        await desk.press("enter")
        assert [line for line in desk.lines if line.startswith("kd_")] != []
        assert desk.app.return_code is None
        await desk.press("ctrl+q", "tab", "enter")
        assert desk.app.return_code == 0


async def test_control_q_while_a_change_is_refused_quits_then(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.type(application.name)
        async with desk.under_way(database, "enter"):
            desk.hit("ctrl+q")
            await desk.pilot.pause(0.1)
            assert desk.app.return_code is None
        assert desk.app.return_code == 0


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_both_keys_quit_at_the_root(console: Open, application: ApplicationView, key: str) -> None:
    async with console() as desk:
        await desk.press(key)
        assert desk.app.return_code == 0


async def test_key_that_is_refused_during_a_change_says_so_and_takes_it_back(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        async with desk.under_way(database, "enter"):
            for key in ("escape", "enter", "ctrl+p"):
                desk.app.tell("")
                desk.hit(key)
                await desk.until(lambda: desk.status == "A change is under way: one moment.")
                assert desk.screen == "NewSecretForm"
        assert "one moment" not in desk.text
        assert fetched(database, COUNT) == [(1,)]
