"""What cannot be read is told in a sentence, and what was shown before stays; nothing of it ends the console."""

from dataclasses import replace

import pytest
from textual.worker import WorkerFailed

from core.rules.errors import Refusal
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import opened
from tests.tui.gates import Failing

LOCKED = "Another program has kept the database locked."


@pytest.mark.parametrize("after", ["not json", "[1,2]", "7"])
async def test_activity_row_that_cannot_be_read_is_told(
    console: Open, application: ApplicationView, database: Database, after: str
) -> None:
    plain_sql(database, "UPDATE audit_events SET after = :after", after=after)
    async with console() as desk:
        await desk.press("enter", "3")
        assert desk.status.startswith("! The activity holds a row that cannot be read")
        await desk.press("2", "escape")
        assert desk.screen == "ApplicationsScreen"


async def test_list_that_cannot_be_read_is_told_and_comes_when_it_can(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    failing = Failing(services.application_list)
    async with opened(replace(services, application_list=failing), clock) as desk:
        failing.error = Refusal(LOCKED)
        await desk.press("ctrl+r")
        assert desk.status == f"! {LOCKED}"
        assert "billing-api" in desk.marked
        services.applications.create(NewApplication("orders"))
        failing.error = None
        await desk.press("ctrl+r")
        assert "orders" in desk.text
        await desk.until(lambda: desk.status == "Read again.")


async def test_first_list_that_cannot_be_read_is_told_and_keys_do_not_wait_for_it(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    failing = Failing(services.application_list)
    failing.error = Refusal(LOCKED)
    async with opened(replace(services, application_list=failing), clock) as desk:
        assert desk.status == f"! {LOCKED}"
        await desk.press("enter")
        assert desk.screen == "ApplicationsScreen"
        failing.error = None
        await desk.press("ctrl+r", "enter")
        assert desk.screen == "ApplicationScreen"


async def test_secrets_that_cannot_be_read_are_told_and_those_shown_stay(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("nightly"))
    failing = Failing(services.locks)
    async with opened(replace(services, locks=failing), clock) as desk:
        await desk.press("enter")
        failing.error = Refusal(LOCKED)
        await desk.press("a")
        assert desk.status == f"! {LOCKED}"
        assert "nightly" in desk.marked
        failing.error = None
        await desk.press("ctrl+r")
        await desk.until(lambda: desk.status == "Read again.")


async def test_search_of_the_palette_that_is_refused_is_told(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    failing = Failing(services.application_list)
    async with opened(replace(services, application_list=failing), clock) as desk:
        failing.error = Refusal(LOCKED)
        await desk.press("colon")
        await desk.type("billing")
        assert desk.status == f"! {LOCKED}"
        await desk.press("escape")
        assert desk.screen == "ApplicationsScreen"


async def test_refusal_at_the_start_ends_the_console_with_its_sentence(clock: Clock) -> None:
    def refuse() -> Services:
        raise Refusal(LOCKED)

    async with opened(refuse, clock) as desk:
        assert desk.app.return_code == 1
        assert desk.app.opening.unfit is not None
        assert desk.app.opening.unfit.sentence == LOCKED


@pytest.mark.slow
@pytest.mark.parametrize("error", [Refusal(LOCKED), ValueError("no such pragma")])
async def test_news_that_cannot_be_looked_for_end_nothing_and_are_found_later(
    services: Services, application: ApplicationView, clock: Clock, error: Exception
) -> None:
    desk_of_core = Failing(services.desk.database)
    broken = replace(services, desk=replace(services.desk, database=desk_of_core))
    async with opened(broken, clock) as desk:
        desk_of_core.error = error
        await desk.pilot.pause(1.3)
        assert desk.screen == "ApplicationsScreen"
        services.applications.create(NewApplication("orders"))
        desk_of_core.error = None
        await desk.pilot.pause(1.3)
        await desk.settle()
        assert "orders" in desk.text


async def test_nothing_is_read_behind_a_secret_that_is_on_show(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    failing = Failing(services.applications)
    async with opened(replace(services, applications=failing), clock) as desk:
        await desk.press("enter", "n", "enter")
        failing.error = Refusal(LOCKED)
        desk.app.refresh_screens()
        await desk.settle()
        assert desk.screen == "IssuedSecretModal"
        assert LOCKED not in desk.text


async def test_defect_in_a_read_waits_until_the_secret_is_put_away(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    failing = Failing(services.applications)
    with pytest.raises(WorkerFailed):
        async with opened(replace(services, applications=failing), clock) as desk:
            await desk.press("enter", "n", "enter")
            failing.error = ValueError("a defect")
            for screen in desk.app.screen_stack[:2]:
                screen.refresh_data()
            await desk.pilot.pause(0.3)
            assert desk.screen == "IssuedSecretModal"
            assert desk.app.return_code is None
            desk.hit("c")
            await desk.pilot.pause(0.3)
            desk.hit("enter")
            await desk.pilot.pause(0.3)
    assert desk.app.return_code == 1
