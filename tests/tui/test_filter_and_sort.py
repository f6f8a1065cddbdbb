"""Finding a row by typing, and putting rows in order."""

import pytest

from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.services import Services
from tests.staging import Clock
from tests.tui.conftest import Open
from tui.widgets.filter import Filter

NAMES = ("billing-api", "billing-batch", "café-orders")


@pytest.fixture
def three(services: Services) -> None:
    for name in NAMES:
        services.applications.create(NewApplication(name, f"What {name} is for"))


def shown(text: str) -> list[str]:
    return [name for name in NAMES if name in text]


@pytest.mark.usefixtures("three")
async def test_filter_follows_the_typing_and_enter_keeps_it(console: Open) -> None:
    async with console() as desk:
        await desk.press("slash")
        await desk.type("BATCH")
        assert shown(desk.text) == ["billing-batch"]
        await desk.press("enter")
        assert desk.lines[0].endswith("1 · /BATCH")
        await desk.press("enter")
        assert "billing-batch" in desk.crumbs
        await desk.press("escape")
        assert shown(desk.text) == ["billing-batch"]


@pytest.mark.usefixtures("three")
async def test_escape_clears_the_filter_while_typing_and_after(console: Open) -> None:
    async with console() as desk:
        await desk.press("slash")
        await desk.type("batch")
        await desk.press("escape")
        assert shown(desk.text) == list(NAMES)
        await desk.press("slash")
        await desk.type("batch")
        await desk.press("enter", "escape")
        assert shown(desk.text) == list(NAMES)
        assert not desk.app.screen.query_one(Filter).display


async def test_filter_finds_by_description_client_id_and_hint(console: Open, services: Services) -> None:
    made = [services.applications.create(NewApplication(name, f"What {name} is for")) for name in NAMES]
    issued = services.client_secrets.add(made[1].id, NewSecret())
    async with console() as desk:
        for text, name in [
            ("what café", "café-orders"),
            (made[0].client_id[:13].upper(), "billing-api"),
            (issued.secret.hint, "billing-batch"),
            (issued.value, "billing-batch"),
        ]:
            await desk.press("slash")
            await desk.type(text)
            assert shown("\n".join(desk.lines[2:])) == [name], text
            await desk.press("escape")


@pytest.mark.usefixtures("three")
async def test_filter_that_finds_nothing_says_which_key_helps(console: Open) -> None:
    async with console() as desk:
        await desk.press("slash")
        await desk.type("nothing like it")
        assert "Nothing matches. Esc clears the filter." in desk.text
        await desk.press("enter", "escape")
        assert shown(desk.text) == list(NAMES)


@pytest.mark.usefixtures("three")
async def test_arrows_move_while_the_filter_is_typed(console: Open) -> None:
    async with console() as desk:
        await desk.press("slash")
        await desk.type("billing")
        await desk.press("down")
        assert "billing-batch" in desk.marked


@pytest.mark.usefixtures("three")
async def test_keys_are_letters_while_the_filter_is_typed(console: Open, services: Services) -> None:
    async with console() as desk:
        await desk.press("slash")
        await desk.type("xnqyeg?:")
        assert desk.screen == "ApplicationsScreen"
        assert desk.app.screen.query_one(Filter).field.value == "xnqyeg?:"
        assert len(desk.sent) == 0


@pytest.mark.slow
async def test_secrets_are_filtered_and_escape_clears_before_it_goes_up(console: Open, services: Services) -> None:
    application = services.applications.create(NewApplication("billing-api"))
    for description in ("ci", "laptop"):
        services.client_secrets.add(application.id, NewSecret(description))
    async with console() as desk:
        await desk.press("enter", "slash")
        await desk.type("lap")
        await desk.press("enter")
        assert "laptop" in desk.marked
        assert "Secrets 2/20   /lap" in desk.text
        await desk.press("escape")
        assert "› Trust" in desk.crumbs
        assert " ci " in desk.text
        await desk.press("slash")
        await desk.type("nobody")
        assert "Nothing matches. Esc clears the filter." in desk.text
        await desk.press("escape", "escape")
        assert desk.screen == "ApplicationsScreen"


async def test_activity_is_filtered(console: Open, services: Services) -> None:
    application = services.applications.create(NewApplication("billing-api"))
    services.client_secrets.add(application.id, NewSecret("ci"))
    async with console() as desk:
        await desk.press("enter", "3", "slash")
        await desk.type("created")
        assert "application.created" in desk.marked
        assert "secret.added" not in desk.text


@pytest.mark.usefixtures("three")
async def test_s_sorts_by_the_next_column_and_capital_s_turns_it_round(console: Open) -> None:
    async with console() as desk:
        assert "Name ▲" in desk.text
        await desk.press("S")
        assert "Name ▼" in desk.text
        assert "café-orders" in desk.marked
        await desk.press("s")
        assert "Client" in desk.text.splitlines()[1]
        assert desk.status == "Sorted by Client ID, ascending."
        for _ in range(5):
            await desk.press("s")
        assert "Name ▲" in desk.text
        assert "billing-api" in desk.marked


async def test_secrets_are_sorted(console: Open, services: Services) -> None:
    application = services.applications.create(NewApplication("billing-api"))
    for description in ("b", "a", "c"):
        services.client_secrets.add(application.id, NewSecret(description))
    async with console() as desk:
        await desk.press("enter", "s")
        assert "Description ▲" in desk.text
        assert desk.marked.startswith(" > a ")
        await desk.press("S")
        assert desk.marked.startswith(" > c ")


async def test_activity_has_one_order(console: Open, services: Services) -> None:
    services.applications.create(NewApplication("billing-api"))
    async with console() as desk:
        await desk.press("enter", "3")
        before = desk.text
        await desk.press("s", "S")
        assert desk.text == before


async def test_secrets_begin_with_the_newest_and_the_first_capital_s_turns_them_round(
    console: Open, services: Services, clock: Clock
) -> None:
    application = services.applications.create(NewApplication("billing-api"))
    for description in ("first", "second", "third"):
        services.client_secrets.add(application.id, NewSecret(description))
        clock.advance(hours=1)
    async with console(size=(100, 24)) as desk:
        await desk.press("enter")
        assert "Created ▼" in desk.text
        assert desk.marked.startswith(" > third ")
        await desk.press("S")
        assert "Created ▲" in desk.text
        assert desk.marked.startswith(" > first ")


async def test_pasted_secret_is_cut_to_its_hint_in_every_filter(console: Open, services: Services) -> None:
    application = services.applications.create(NewApplication("billing-api"))
    issued = services.client_secrets.add(application.id, NewSecret("ci"))
    async with console() as desk:
        for keys in ([], ["enter"]):
            await desk.press(*keys, "slash")
            await desk.paste(f" {issued.value} ")
            await desk.pilot.pause(0.15)
            await desk.settle()
            assert issued.value[12:20] not in desk.text
            assert desk.app.screen.query_one("Filter.-open", Filter).field.value == issued.secret.hint
            assert issued.secret.hint in desk.text
            assert "Nothing matches" not in desk.text
            await desk.press("enter")
            assert issued.value[12:20] not in desk.text


async def test_empty_filter_goes_when_it_is_left_and_a_filled_one_stays(console: Open, services: Services) -> None:
    services.applications.create(NewApplication("billing-api"))
    async with console() as desk:
        await desk.press("slash", "tab")
        assert not desk.app.screen.query_one(Filter).display
        await desk.press("slash")
        await desk.type("bill")
        await desk.press("tab")
        assert desk.app.screen.query_one(Filter).display
        assert desk.lines[0].endswith("1 · /bill")
