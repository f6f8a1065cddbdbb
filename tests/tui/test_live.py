"""Several operators at once: what another process changes is shown by itself, and what it deleted is told."""

from collections.abc import Iterator

import pytest
from textual.widgets import Static

from core.rules.operator import Operator
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database, open_database
from tests.staging import Clock, compose, log_on
from tests.tui.conftest import Open
from tests.tui.console import Console

GONE = "! This application is no longer there: somebody has deleted it."


@pytest.fixture
def colleague(path: object, database: Database, clock: Clock) -> Iterator[Services]:
    """The services of somebody else on the same file."""
    theirs = open_database(str(path))
    yield compose(theirs, clock, operator=Operator("colleague"))
    theirs.close()


@pytest.fixture
def busy(services: Services, application: ApplicationView) -> ApplicationView:
    """An application with a secret and a failed logon."""
    services.client_secrets.add(application.id, NewSecret("ci"))
    log_on(services, application.client_id)
    return application


async def noticed(desk: Console) -> None:
    """Wait as long as a change of somebody else may take to show: two seconds at most."""
    await desk.pilot.pause(1.3)
    await desk.settle()


async def test_secret_that_a_colleague_revokes_leaves_the_table(
    console: Open, services: Services, application: ApplicationView, colleague: Services
) -> None:
    secrets = [services.client_secrets.add(application.id, NewSecret(name)).secret for name in ("a", "b")]
    async with console() as desk:
        await desk.press("enter")
        colleague.client_secrets.revoke(application.id, secrets[0].id)
        await noticed(desk)
        assert "Secrets 1/20" in desk.text
        assert secrets[0].hint not in desk.text
        assert secrets[1].hint in desk.marked


async def test_list_follows_a_colleague_and_the_cursor_keeps_its_row(
    console: Open, services: Services, colleague: Services
) -> None:
    for number in range(3):
        services.applications.create(NewApplication(f"m-{number}"))
    async with console() as desk:
        await desk.press("down")
        assert "m-1" in desk.marked
        row = desk.lines.index(desk.marked)
        made = colleague.applications.create(NewApplication("a-new-one"))
        await noticed(desk)
        assert "a-new-one" in desk.text
        assert "m-1" in desk.marked
        assert desk.lines.index(desk.marked) == row + 1
        assert desk.lines[0].endswith(" 4")
        colleague.applications.change(made.id, ApplicationChanges(name="z-renamed", enabled=False))
        await noticed(desk)
        assert "m-1" in desk.marked
        assert desk.lines[5].startswith("   z-renamed")
        assert desk.lines[5].endswith("disabled")


async def test_lock_that_a_colleague_opens_is_shown_open(
    console: Open, services: Services, application: ApplicationView, colleague: Services
) -> None:
    for _ in range(5):
        log_on(services, application.client_id)
    async with console() as desk:
        await desk.press("enter")
        assert "u unlock" in desk.hints
        colleague.locks.unlock(application.id)
        await noticed(desk)
        assert "open · 0 of 5 failed logons" in desk.text
        assert "u unlock" not in desk.hints


async def test_activity_shows_what_a_colleague_did(
    console: Open, application: ApplicationView, colleague: Services
) -> None:
    async with console() as desk:
        await desk.press("enter", "3")
        colleague.client_secrets.add(application.id, NewSecret("theirs"))
        await noticed(desk)
        assert "secret.added" in desk.text
        assert "colleague" in desk.text


async def test_application_that_a_colleague_deletes_leads_back_to_the_list(
    console: Open, services: Services, application: ApplicationView, colleague: Services
) -> None:
    services.applications.create(NewApplication("other"))
    async with console() as desk:
        await desk.press("enter")
        colleague.applications.delete(application.id, application.name)
        await noticed(desk)
        assert desk.screen == "ApplicationsScreen"
        assert desk.status == GONE
        assert "other" in desk.marked


@pytest.mark.parametrize("key", ["a", "1", "L"])
async def test_key_on_an_application_that_has_just_been_deleted_leads_back_to_the_list(
    console: Open, application: ApplicationView, colleague: Services, key: str
) -> None:
    async with console() as desk:
        await desk.press("enter")
        colleague.applications.delete(application.id, application.name)
        await desk.press(key)
        await noticed(desk)
        assert desk.screen == "ApplicationsScreen"


async def test_form_on_an_application_that_has_just_been_deleted_refuses_and_leads_back(
    console: Open, application: ApplicationView, colleague: Services
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        await desk.type("kept")
        colleague.applications.delete(application.id, application.name)
        await desk.press("enter")
        assert "! This application is no longer there: somebody has deleted it." in desk.text
        assert desk.value("description") == "kept"
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"
        assert desk.status == GONE


async def test_refresh_on_demand_shows_what_has_changed_at_once(
    console: Open, application: ApplicationView, colleague: Services
) -> None:
    async with console() as desk:
        await desk.press("enter")
        colleague.client_secrets.add(application.id, NewSecret("theirs"))
        await desk.press("ctrl+r")
        assert "theirs" in desk.text
        await desk.until(lambda: desk.status == "Read again.")


async def test_nothing_is_drawn_when_nothing_has_changed(console: Open, busy: ApplicationView) -> None:
    async with console() as desk:
        for key in ("enter", "1", "3"):
            await desk.press(key)
            before = {part: part.visual for part in desk.app.screen.query(Static)}
            desk.app.refresh_screens()
            await desk.settle()
            assert [part for part, visual in before.items() if part.visual is not visual] == []
            assert before
