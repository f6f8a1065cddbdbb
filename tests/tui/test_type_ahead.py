"""Keys that come faster than the screens that they are meant for: none is lost, none reaches the wrong screen."""

from textual.events import Key

from core.rules.views import ApplicationView
from core.services import Services
from tests.tui.conftest import Open
from tests.tui.console import Console


def burst(desk: Console, keys: str) -> None:
    """Send keys in one packet, with no time for anything between them."""
    for key in keys:
        name, character = ("enter", "\r") if key == "\r" else (key, key)
        desk.app.post_message(Key(name, character))


async def test_name_typed_in_one_burst_with_the_key_that_asks_for_it_is_whole(
    console: Open, services: Services, application: ApplicationView
) -> None:
    async with console() as desk:
        burst(desk, "norders\r")
        await desk.pilot.pause(0.5)
        await desk.settle()
        assert desk.screen == "ApplicationScreen"
        assert services.applications.resolve("orders").name == "orders"


async def test_burst_through_two_screens_makes_a_secret_with_its_description(
    console: Open, services: Services, application: ApplicationView
) -> None:
    async with console() as desk:
        burst(desk, "\rnnightly\r")
        await desk.pilot.pause(0.5)
        await desk.settle()
        assert desk.screen == "IssuedSecretModal"
        [secret] = services.client_secrets.list(application.id)
        assert secret.description == "nightly"
