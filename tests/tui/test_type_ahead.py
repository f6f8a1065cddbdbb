"""Keys that come faster than the screens that they are meant for: none is lost, none reaches the wrong screen."""

import threading
from dataclasses import replace

from textual.events import Key

from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from tests.staging import Clock
from tests.tui.conftest import Open
from tests.tui.console import NARROW, Console, app_on, opened
from tests.tui.gates import Gated


async def burst(desk: Console, keys: str) -> None:
    """Send keys in one packet, with no time for anything between them, and see what comes of it."""
    for key in keys:
        name, character = ("enter", "\r") if key == "\r" else (key, key)
        desk.app.post_message(Key(name, character))
    await desk.pilot.pause(0.5)
    await desk.settle()


async def test_name_typed_in_one_burst_with_the_key_that_asks_for_it_is_whole(
    console: Open, services: Services, application: ApplicationView
) -> None:
    async with console() as desk:
        await burst(desk, "norders\r")
        assert desk.screen == "ApplicationScreen"
        assert services.applications.resolve("orders").name == "orders"


async def test_burst_through_two_screens_makes_a_secret_with_its_description(
    console: Open, services: Services, application: ApplicationView
) -> None:
    async with console() as desk:
        await burst(desk, "\rnnightly\r")
        assert desk.screen == "IssuedSecretModal"
        [secret] = services.client_secrets.list(application.id)
        assert secret.description == "nightly"


async def test_keys_typed_while_the_filter_looks_reach_the_row_that_it_finds(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.applications.create(NewApplication("alpha"))
    gated = Gated(services.application_list)
    async with opened(replace(services, application_list=gated), clock) as desk:
        gated.gate.clear()
        desk.hit("slash", *"billing", "enter", "enter")
        await desk.pilot.pause(0.4)
        assert desk.screen == "ApplicationsScreen"
        gated.gate.set()
        await desk.settle()
        assert "› billing-api › Trust" in desk.crumbs


async def test_keys_typed_before_the_services_are_there_wait_for_them(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    gate = threading.Event()

    def late() -> Services:
        gate.wait(20)
        return services

    for keys, screen in ((["enter"], "ApplicationScreen"), (["n", "x", "y", "enter"], "ApplicationScreen")):
        gate.clear()
        app = app_on(late, clock)
        async with app.run_test(size=NARROW) as pilot:
            desk = Console(pilot)
            await pilot.pause(0.1)
            desk.hit(*keys)
            await pilot.pause(0.3)
            assert desk.screen == "ApplicationsScreen"
            gate.set()
            await desk.settle()
            assert desk.screen == screen
    assert services.applications.resolve("xy")


async def test_key_for_a_secret_waits_until_the_secrets_are_read(
    services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("ci"))
    gated = Gated(services.locks)
    async with opened(replace(services, locks=gated), clock) as desk:
        gated.gate.clear()
        desk.hit("enter", "x")
        await desk.pilot.pause(0.3)
        assert desk.screen == "ApplicationScreen"
        gated.gate.set()
        await desk.settle()
        assert desk.screen == "Confirm"
