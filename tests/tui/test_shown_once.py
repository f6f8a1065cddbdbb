"""The secret, shown once: nothing closes it by accident, and nothing keeps it behind the operator's back."""

import base64
import gc
import stat
import threading
from pathlib import Path

import pytest

from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.services import Services
from store.database import Database
from tests.staging import Clock, fetched, log_on, plain_sql
from tests.tui.conftest import Open
from tests.tui.console import Console
from tui.clipboard import Setting

COUNT = "SELECT count(*) FROM client_secrets"
LINE_OF_VALUE = 10


async def make(desk: Console) -> str:
    """Make a secret by keys and return the value that is shown."""
    await desk.press("enter", "n", "enter")
    assert desk.screen == "IssuedSecretModal"
    return next(line for line in desk.lines if line.startswith("kd_"))


def copied(sequence: str) -> str:
    """Return what an OSC 52 sequence brings to the clipboard."""
    return base64.b64decode(sequence.split(";")[2].rstrip("\x07\x1b\\")).decode()


async def test_value_is_one_line_flush_left_and_works(
    console: Open, services: Services, application: ApplicationView
) -> None:
    async with console() as desk:
        value = await make(desk)
        assert len(value) == 61
        assert application.client_id in desk.lines
        assert not isinstance(log_on(services, application.client_id, value), Exception)
        assert "This is the only time that it is shown." in desk.text


async def test_escape_and_stray_keys_do_not_close_it(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        value = await make(desk)
        await desk.press("q", "n", "e", "v", "u", "slash", "1", "backspace", "delete", "j", "z", "ctrl+r", "escape")
        assert desk.screen == "IssuedSecretModal"
        assert "Esc does not close this: press Enter on Done." in desk.text
        assert value in desk.lines


async def test_closing_asks_once_more_unless_it_was_kept(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        value = await make(desk)
        await desk.press("enter")
        assert desk.screen == "Confirm"
        assert "It was neither copied nor written. After this nobody can see it again." in desk.text
        await desk.press("enter")
        assert desk.screen == "IssuedSecretModal"
        assert value in desk.lines
        await desk.press("enter", "escape")
        assert desk.screen == "IssuedSecretModal"
        await desk.press("enter", "tab", "enter")
        assert desk.screen == "ApplicationScreen"
        assert value not in desk.text
        assert value[:11] in desk.marked
        assert fetched(database, COUNT) == [(1,)]


async def test_copied_secret_closes_at_one_key(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        value = await make(desk)
        await desk.press("c")
        assert "Sent to your terminal. It cannot be confirmed: paste to test." in desk.text
        assert [copied(sequence) for sequence in desk.sent] == [value]
        assert desk.app.clipboard == ""
        await desk.press("enter")
        assert desk.screen == "ApplicationScreen"
        assert desk.app.clipboard == ""


async def test_two_quick_keys_on_done_close_only_the_secret(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("c")
        desk.hit("enter", "enter")
        await desk.settle()
        below = [type(screen).__name__ for screen in desk.app.screen_stack]
        assert below == ["ApplicationsScreen", "ApplicationScreen", "Details"], "the second key meant the row"


async def test_copy_that_got_nowhere_says_the_way_out_and_keeps_asking(
    console: Open, application: ApplicationView
) -> None:
    async with console(setting=Setting.OFF) as desk:
        await make(desk)
        await desk.press("c")
        assert "! Not copied: select it, or press w." in desk.text
        assert desk.sent == []
        await desk.press("enter")
        assert desk.screen == "Confirm"


async def test_client_id_is_copied_but_that_keeps_no_secret(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("y")
        assert [copied(sequence) for sequence in desk.sent] == [application.client_id]
        await desk.press("enter")
        assert desk.screen == "Confirm"


async def test_clipboard_is_cleared_on_demand(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("X")
        assert "Nothing was copied from here, so nothing was cleared." in desk.text
        await desk.press("c", "X")
        assert copied(desk.sent[-1]) == " "


async def test_selected_text_goes_through_the_clipboard_room_as_a_secret(
    console: Open, application: ApplicationView
) -> None:
    async with console(setting=Setting.OFF) as desk:
        value = await make(desk)
        await desk.pilot.mouse_down("#value", offset=(0, 3))
        await desk.pilot.hover("#value", offset=(61, 3))
        await desk.pilot.mouse_up("#value", offset=(61, 3))
        await desk.press("ctrl+c")
        assert "! Not copied: select it, or press w." in desk.text
        assert value in (desk.app.screen.get_selected_text() or "")
        assert desk.app.clipboard == ""


async def test_copied_selection_that_holds_the_value_counts_as_kept(
    console: Open, application: ApplicationView
) -> None:
    async with console() as desk:
        value = await make(desk)
        await desk.pilot.mouse_down("#value", offset=(0, 3))
        await desk.pilot.hover("#value", offset=(61, 3))
        await desk.pilot.mouse_up("#value", offset=(61, 3))
        await desk.press("ctrl+c")
        assert [copied(sequence) for sequence in desk.sent] == [value]
        assert desk.app.clipboard == ""
        await desk.press("enter")
        assert desk.screen == "ApplicationScreen"


async def test_w_writes_a_file_for_the_owner_only_and_refuses_to_overwrite(
    console: Open, application: ApplicationView, tmp_path: Path
) -> None:
    async with console(directories=[tmp_path / "missing", tmp_path]) as desk:
        value = await make(desk)
        await desk.press("w")
        path = tmp_path / f"keydesk-{value[:11]}.env"
        assert path.read_text() == f"CLIENT_ID={application.client_id}\nCLIENT_SECRET={value}\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "readable for you only." in desk.text.replace("\n", " ")
        await desk.press("w")
        assert "! Rename or remove" in " ".join(desk.text.split())
        await desk.press("enter")
        assert desk.screen == "ApplicationScreen"


async def test_file_that_cannot_be_written_keeps_nothing(
    console: Open, application: ApplicationView, tmp_path: Path
) -> None:
    async with console(directories=[tmp_path / "missing"]) as desk:
        await make(desk)
        await desk.press("w")
        assert "! Neither the working directory nor the home directory can be written to." in desk.text
        await desk.press("enter")
        assert desk.screen == "Confirm"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_t_shows_every_form_and_comes_round(
    console: Open, application: ApplicationView, size: tuple[int, int]
) -> None:
    async with console(size=size) as desk:
        value = await make(desk)
        for mark in ("CLIENT_SECRET=", "curl -K-", '"client_secret":'):
            await desk.press("t")
            assert mark in desk.text
            [line] = [line for line in desk.lines if value in line]
            assert len(line) <= 80
            assert "copy secret" in desk.text
            assert "[ Done ]" in desk.text
        await desk.press("t")
        assert value in desk.lines


async def test_everything_fits_the_smallest_terminal(console: Open, application: ApplicationView) -> None:
    async with console(size=(64, 16)) as desk:
        value = await make(desk)
        assert value in desk.lines
        assert application.client_id in desk.lines
        assert "[ Done ]" in desk.text
        assert "copy secret" in desk.text


async def test_mouse_is_released_and_taken_back(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("m")
        assert "The mouse selects in your terminal now. m takes it back." in desk.text
        await desk.press("m")
        assert "The mouse is back." in desk.text


@pytest.mark.parametrize("way", ["", "question_mark"])
async def test_control_q_asks_and_quits_when_sure(console: Open, application: ApplicationView, way: str) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press(*way.split(), "ctrl+q")
        assert desk.app.return_code is None
        assert desk.screen == "Confirm"
        await desk.press("ctrl+q")
        assert desk.app.return_code is None
        await desk.press("tab", "enter")
        assert desk.app.return_code == 0


async def test_control_q_asks_also_when_it_was_kept(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("c", "ctrl+q")
        assert desk.app.return_code is None
        assert "It was copied or written." in desk.text
        await desk.press("tab", "enter")
        assert desk.app.return_code == 0


async def test_clearing_the_clipboard_takes_the_copy_back(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("c", "X", "enter")
        assert desk.screen == "Confirm"
        assert "It was neither copied nor written." in desk.text


async def test_escape_says_what_closes_it(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("escape")
        assert "Esc does not close this: press Enter on Done." in desk.text


async def test_cursor_stands_on_the_new_secret_afterwards(
    console: Open, services: Services, application: ApplicationView, clock: Clock
) -> None:
    services.client_secrets.add(application.id, NewSecret("old"))
    clock.advance(days=1)
    async with console() as desk:
        value = await make(desk)
        await desk.press("c", "enter")
        assert value[:11] in desk.marked


async def test_palette_is_not_available(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("colon", "ctrl+p")
        assert desk.screen == "IssuedSecretModal"


async def test_help_lists_these_keys_only_and_enter_runs_one(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        value = await make(desk)
        await desk.press("question_mark")
        assert "Copy the client secret." in desk.text
        assert "Make a client secret" not in desk.text
        assert "Quit; asks first." in desk.text
        await desk.type("copy secret client")
        await desk.press("enter")
        assert [copied(sequence) for sequence in desk.sent] == [value]


async def test_two_quick_keys_on_the_form_make_one_secret(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        desk.hit("enter", "enter")
        await desk.settle()
        assert fetched(database, COUNT) == [(1,)]
        assert desk.screen in ("IssuedSecretModal", "Confirm")


async def test_secret_is_shown_after_the_terminal_was_too_small_for_it_and_not_lost_by_control_q(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        async with desk.under_way(database, "enter"):
            await desk.pilot.resize_terminal(40, 10)
        assert desk.text.startswith("Too small: 40x10.")
        assert fetched(database, COUNT) == [(1,)]
        assert "A secret is on show: enlarge it." in " ".join(desk.text.split())
        await desk.press("ctrl+q")
        assert desk.app.return_code is None
        await desk.resize(80, 24)
        assert desk.screen == "IssuedSecretModal"
        await desk.resize(40, 10)
        assert "A secret is on show: enlarge it." in desk.text.replace("\n", " ")
        await desk.press("ctrl+q", "escape", "enter")
        assert desk.app.return_code is None
        await desk.resize(80, 24)
        assert desk.screen == "IssuedSecretModal"
        assert [line for line in desk.lines if line.startswith("kd_")] != []


async def test_escape_during_the_write_does_not_lose_the_secret(
    console: Open, application: ApplicationView, database: Database
) -> None:
    async with console() as desk:
        await desk.press("enter", "n")
        async with desk.under_way(database, "enter"):
            desk.hit("escape", "enter", "escape")
            await desk.pilot.pause(0.1)
            assert desk.screen == "NewSecretForm"
        assert fetched(database, COUNT) == [(1,)]
        assert desk.screen == "IssuedSecretModal"


@pytest.mark.parametrize("width", [64, 70, 74, 75, 76, 77, 79, 80, 120])
async def test_value_is_never_broken_over_two_lines(console: Open, application: ApplicationView, width: int) -> None:
    async with console(size=(width, 24)) as desk:
        value = await make(desk)
        for _ in range(5):
            assert len([line for line in desk.lines if value in line]) == 1
            await desk.press("t")


async def test_form_that_no_longer_fits_gives_way_to_the_plain_one(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        value = await make(desk)
        await desk.press("t", "t", "t")
        assert '"client_secret":' in desk.text
        await desk.resize(70, 24)
        assert value in desk.lines
        await desk.press("t")
        assert "The other forms want a wider terminal; w writes a file." in desk.text


async def test_client_id_that_was_spoilt_reaches_neither_the_terminal_nor_a_file(
    console: Open, application: ApplicationView, database: Database, tmp_path: Path
) -> None:
    plain_sql(database, "UPDATE applications SET client_id = :id", id="x\x1b]52;c;QUJD\x07$(id)é")
    async with console(directories=[tmp_path]) as desk:
        value = await make(desk)
        assert desk.is_clean
        for key in ("t", "w"):
            await desk.press(key)
            assert "! The client ID of this application is no UUID" in desk.text
            assert desk.is_clean
            assert value in desk.lines
        assert not (tmp_path / f"keydesk-{value[:11]}.env").exists()


async def test_mouse_is_taken_back_when_the_secret_is_put_away(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        await make(desk)
        await desk.press("m", "c")
        assert desk.app.mouse.released
        await desk.press("enter")
        assert not desk.app.mouse.released


async def test_done_waits_for_a_copy_that_is_under_way(console: Open, application: ApplicationView) -> None:
    gate = threading.Event()
    async with console() as desk:
        await make(desk)
        desk.app.calls.keeping.put(lambda: gate.wait(20), lambda _: None, lambda _: None)
        desk.hit("c", "enter", "enter")
        await desk.pilot.pause(0.3)
        assert desk.screen == "IssuedSecretModal"
        assert "It closes when that is copied or written." in desk.text
        gate.set()
        await desk.settle()
        assert "› Trust" in desk.crumbs


async def test_copying_holds_up_no_other_key(console: Open, application: ApplicationView) -> None:
    gate = threading.Event()
    async with console() as desk:
        desk.app.calls.keeping.put(lambda: gate.wait(20), lambda _: None, lambda _: None)
        desk.hit("enter", "n")
        await desk.until(lambda: desk.screen == "NewSecretForm")
        desk.hit("escape")
        await desk.until(lambda: desk.screen == "ApplicationScreen")
        assert desk.app.calls.keeping.busy, "it was under way all the time"
        gate.set()


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("t t t t c enter", marks=pytest.mark.slow),
        "enter tab enter",
        pytest.param("w enter", marks=pytest.mark.slow),
        pytest.param("ctrl+q escape c enter", marks=pytest.mark.slow),
    ],
)
async def test_nothing_in_memory_holds_the_value_afterwards(
    console: Open, application: ApplicationView, tmp_path: Path, way: str
) -> None:
    async with console(directories=[tmp_path]) as desk:
        needle = (await make(desk))[12:]
        await desk.press(*way.split())
        assert desk.screen == "ApplicationScreen"
        desk.sent.clear()
        assert holders(needle) == []


def holders(needle: str) -> list[str]:
    """Return the kinds of objects that refer to a text that holds *needle*."""
    gc.collect()
    return [
        type(holder).__name__
        for holder in gc.get_objects()
        for text in gc.get_referents(holder)
        if type(text) is str and needle in text and text is not needle
    ]


async def test_what_holds_the_value_is_found_while_it_is_on_show(console: Open, application: ApplicationView) -> None:
    async with console() as desk:
        needle = (await make(desk))[12:]
        assert "IssuedSecret" in " ".join(holders(needle))
