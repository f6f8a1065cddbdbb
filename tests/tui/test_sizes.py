"""The terminal as it is: too small, 80x24, wide, and changing while one works."""

import pytest

from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from tests.staging import log_on
from tests.tui.conftest import Open
from tests.tui.console import Console


@pytest.fixture
def busy(services: Services, application: ApplicationView) -> ApplicationView:
    """An application with something to show everywhere."""
    for number in range(3):
        services.client_secrets.add(application.id, NewSecret(f"secret {number}"))
    for source in ("10.0.0.7", "10.0.0.8", "10.0.0.9"):
        log_on(services, application.client_id, source=source)
    return application


def check(desk: Console) -> None:
    """Everything fits, and the last line names keys."""
    columns, rows = desk.app.size
    assert desk.overflowing == []
    assert len(desk.lines) == rows
    if columns >= 64:
        assert desk.hints.endswith("? all keys")


async def test_everything_follows_the_terminal(console: Open, busy: ApplicationView) -> None:
    async with console() as desk:
        for keys in ("", "enter", "1", "3"):
            await desk.press(*keys.split())
            crumbs = desk.crumbs[:26]
            for size in ((200, 60), (64, 16), (80, 24)):
                await desk.resize(*size)
                check(desk)
                assert desk.crumbs.startswith(crumbs)


@pytest.mark.slow
async def test_dialogs_follow_the_terminal(console: Open, busy: ApplicationView) -> None:
    async with console() as desk:
        await desk.press("enter")
        for key in ("n", "x", "question_mark", "enter"):
            await desk.press(key)
            screen = desk.screen
            for size in ((64, 16), (120, 36), (80, 24)):
                await desk.resize(*size)
                assert desk.overflowing == []
                assert sum("╭─" in line for line in desk.lines) == 1
                assert sum("─╯" in line for line in desk.lines) == 1
                assert desk.screen == screen
            await desk.press("escape")
            assert desk.screen == "ApplicationScreen"


async def test_dialog_of_a_long_row_is_scrolled_by_the_arrows(console: Open, services: Services) -> None:
    services.applications.create(NewApplication("wordy", "word " * 99))
    async with console(size=(64, 16)) as desk:
        await desk.press("enter", "3", "enter")
        assert "token_lifetime" not in desk.text
        await desk.press(*["pagedown"] * 6)
        assert "token_lifetime" in desk.text


async def test_form_on_a_small_terminal_follows_the_focus(console: Open, busy: ApplicationView) -> None:
    async with console(size=(64, 16)) as desk:
        await desk.press("e", *["tab"] * 5)
        assert "it may introspect any token" in desk.text
        await desk.press("tab")
        assert "[ Save ]" in desk.text


@pytest.mark.parametrize("size", [(20, 5), (63, 24), (80, 15)])
async def test_terminal_that_is_too_small_is_told_so(
    console: Open, application: ApplicationView, size: tuple[int, int]
) -> None:
    async with console(size=size) as desk:
        said = " ".join(desk.text.split())
        assert said == f"Too small: {size[0]}x{size[1]}. keydesk wants 64x16. Ctrl+Q quits."
        await desk.press("n", "enter", "x", "escape", "q")
        assert desk.app.return_code is None
        await desk.resize(80, 24)
        assert "billing-api" in desk.marked
        await desk.resize(*size)
        await desk.press("ctrl+q")
        assert desk.app.return_code == 0


async def test_small_terminal_in_between_loses_nothing_that_was_typed(
    console: Open, application: ApplicationView
) -> None:
    async with console() as desk:
        await desk.press("n")
        await desk.type("orders")
        await desk.resize(60, 10)
        assert desk.text.startswith("Too small: 60x10.")
        await desk.resize(50, 8)
        assert desk.text.startswith("Too small: 50x8.")
        await desk.resize(80, 24)
        assert desk.value("name") == "orders"


async def test_client_id_stands_in_full_from_a_hundred_columns(console: Open, application: ApplicationView) -> None:
    async with console(size=(99, 24)) as desk:
        assert application.client_id not in desk.text
        assert application.client_id[:8] in desk.text
        await desk.resize(100, 24)
        assert application.client_id in desk.marked


async def test_eighty_columns_show_every_column_that_matters(console: Open, busy: ApplicationView) -> None:
    async with console() as desk:
        for head in ("Name", "Client ID", "Secrets", "Next expiry", "Last used", "State"):
            assert head in desk.lines[1]
        await desk.press("enter")
        heads = next(line for line in desk.lines if "Hint" in line)
        for head in ("Description", "Hint", "Scopes", "Expires", "Last used", "State"):
            assert head in heads


async def test_twenty_secrets_are_reached_on_the_smallest_terminal(
    console: Open, services: Services, application: ApplicationView
) -> None:
    made = [services.client_secrets.add(application.id, NewSecret(f"number {n}")).secret for n in range(20)]
    async with console(size=(64, 16)) as desk:
        await desk.press("enter", "G")
        last = desk.marked
        await desk.press("g")
        first = desk.marked
        ends = {secret.hint for secret in made if secret.hint in first or secret.hint in last}
        assert len(ends) == 2
        check(desk)


@pytest.mark.parametrize("size", [(64, 16), (80, 24), (120, 36)])
async def test_long_name_is_shortened_and_the_end_of_the_crumbs_stays(
    console: Open, services: Services, size: tuple[int, int]
) -> None:
    services.applications.create(NewApplication("b" * 100))
    async with console(size=size) as desk:
        await desk.press("enter")
        assert desk.crumbs.startswith("Applications › b")
        assert "… › Trust › Client Authentication" in desk.crumbs
        assert desk.crumbs.endswith("active")
        await desk.press("3")
        assert "… › Activity" in desk.crumbs
