"""A whole life by keys: two starts of the installed command, from the first sight to what is still there."""

import time
from base64 import b64encode

import pytest

from core.rules.errors import LogonRefused
from core.rules.scopes import ApiScope
from tests.terminal.harness import CTRL_P, ENTER, ESC, TAB
from tests.terminal.room import Room
from tests.terminal.steps import NAME, ONCE, close_unkept, make_secret, open_trust


def works(room: Room, value: str) -> bool:
    """Tell whether the application authenticates by this value, as a client would."""
    with room.services() as services:
        client_id = services.applications.resolve(NAME).client_id
        try:
            services.authentication.by_secret(client_id, value, ApiScope.OPENID, "127.0.0.1")
        except LogonRefused:
            return False
        return True


def test_application_and_secret_live_from_the_first_start_to_the_second(room: Room) -> None:
    with room.console() as terminal:
        terminal.wait_for("No applications yet").press("n").wait_for("New application")
        terminal.press(NAME, ENTER).wait_for(f"{NAME} › Trust › Client Authentication", "No client secrets yet")
        value = make_secret(terminal, "nightly job")
        terminal.press("c").wait_for("Sent to your terminal")
        assert b"\x1b]52;c;" + b64encode(value.encode()) + b"\x07" in terminal.raw
        terminal.press(ENTER).wait_gone(value).wait_for("Secrets 1/20", "nightly job", value[:11], "Active")
        assert works(room, value)

        terminal.press("x").wait_for("Revoke kd_", "[ Cancel ]").press(ENTER).wait_gone("Revoke kd_")
        assert works(room, value)
        terminal.press("x").wait_for("Revoke kd_", "[ Cancel ]").press(TAB, ENTER).wait_for("is revoked", "0/20")
        assert not works(room, value)

        terminal.press(ESC).wait_gone("Client Authentication").wait_for("0/20")
        terminal.press(ESC).wait_silent().press("q")
        assert terminal.finish() == 0
    with room.console() as terminal:
        open_trust(terminal)
        terminal.wait_for("Secrets 0/20").press("a").wait_for("nightly job", value[:11], "Revoked")
        terminal.press(ESC).wait_gone("Client Authentication").press("q")
        assert terminal.finish() == 0
    assert room.files_with(value) == []
    with room.services() as services:
        assert services.activity.verify().ok


def test_secret_is_written_to_a_file_for_its_owner_alone(room: Room) -> None:
    with room.console() as terminal:
        terminal.wait_for("No applications yet").press("n").wait_for("New application")
        terminal.press(NAME, ENTER).wait_for("No client secrets yet")
        value = make_secret(terminal)
        terminal.press("w").wait_for("Written to").press(ENTER).wait_gone(value)
        terminal.wait_for("Secrets 1/20")
    (file,) = room.path.glob("keydesk-kd_*.env")
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"CLIENT_SECRET={value}\n" in file.read_text()
    assert room.files_with(value) == [file.name]


@pytest.mark.slow
def test_stray_keys_do_not_close_the_secret(room: Room) -> None:
    with room.console("--demo") as terminal:
        open_trust(terminal)
        value = make_secret(terminal)
        for key in [ESC, "q", "x", "1", ":", CTRL_P, " ", "\x7f"]:
            terminal.press(key).wait_silent()
            assert value in terminal.text
            assert "[ Done ]" in terminal.text


def test_keys_that_come_in_one_packet_all_have_their_effect(room: Room) -> None:
    with room.console() as terminal:
        terminal.wait_for("No applications yet").press(f"n{NAME}{ENTER}").wait_for("No client secrets yet")
        terminal.press(f"nnightly job{ENTER}").wait_for(ONCE, f"New secret for {NAME}")
        close_unkept(terminal)
        terminal.wait_for("nightly job", "Secrets 1/20")


@pytest.mark.parametrize(
    "pause",
    [0.005, *(pytest.param(pause, marks=pytest.mark.slow) for pause in (0.001, 0.02, 0.05))],
    ids=lambda pause: f"{1000 * pause:g}ms",
)
def test_keys_typed_while_a_form_opens_keep_their_order(room: Room, pause: float) -> None:
    with room.console() as terminal:
        terminal.wait_for("No applications yet")
        for key in f"nabcdefghijklmnopqrstuvwxyz{ENTER}":
            terminal.press(key)
            time.sleep(pause)  # a fast hand, between one packet for all and one for each in peace
        terminal.wait_for("› Trust › Client Authentication").press("1")
        terminal.wait_for("Applications › abcdefghijklmnopqrstuvwxyz › Overview")
