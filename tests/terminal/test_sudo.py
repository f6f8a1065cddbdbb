"""Operators who share one service account through real sudo: who did what, and what of each other they see."""

import re
import time
from collections.abc import Iterator

import pytest

from tests.terminal.accounts import Desk, shared_desk
from tests.terminal.harness import CTRL_Q, ENTER, Terminal, until
from tests.terminal.multiplexers import Tmux
from tests.terminal.room import Room
from tests.terminal.steps import NAME, ONCE, make_secret, open_trust, revoke

pytestmark = pytest.mark.slow


@pytest.fixture
def desk() -> Iterator[Desk]:
    with shared_desk() as desk:
        yield desk


def make_application(terminal: Terminal) -> str:
    """Make the first application and a secret of it, and return what is on the screen then."""
    terminal.wait_for("No applications yet", "n new").press("n").wait_for("New application").press(NAME, ENTER)
    terminal.wait_for("No client secrets yet", "n new secret")
    return make_secret(terminal)


def test_two_operators_see_each_other_and_the_activity_tells_them_apart(desk: Desk) -> None:
    alice, bob = desk.operators
    with desk.console(alice) as first, desk.console(bob) as second:
        make_application(first)
        first.press("c").wait_for("Sent to your terminal. It cannot be confirmed").press(ENTER)
        first.wait_gone(ONCE).wait_for("Secrets 1/20")
        open_trust(second)
        revoke(second.wait_for("Secrets 1/20"))
        revoked = time.monotonic()
        first.wait_for("Secrets 0/20")
        assert time.monotonic() - revoked < 3.0
        first.press("3").wait_for("secret.revoked", "enter open").press(ENTER)
        first.wait_for("Activity 3", f"{bob} (claimed, as {desk.service})")
        second.press("3").wait_for("secret.revoked", "enter open").press("j", ENTER)
        second.wait_for("Activity 2", f"{alice} (claimed, as {desk.service})").press(CTRL_Q)
        assert second.finish() == 0
        first.hang_up()
        until(lambda: not desk.processes())


def test_only_the_service_account_can_read_the_data_and_nobody_the_memory(desk: Desk) -> None:
    with desk.console(desk.operators[0]) as terminal:
        make_application(terminal)
        assert {path.stat().st_mode & 0o777 for path in desk.home.rglob("*") if path.is_file()} == {0o600}
        assert {path.stat().st_mode & 0o777 for path in desk.home.rglob("keydesk")} == {0o700}
        (process,) = desk.processes()
        assert re.search(r"^Max core file size +0 +0 ", (process / "limits").read_text(), re.MULTILINE)
        assert (process / "environ").stat().st_uid == 0  # to root belongs what may not be dumped


def test_in_tmux_behind_sudo_the_way_out_is_named_and_works(room: Room, tmux: Tmux, desk: Desk) -> None:
    with Terminal(tmux.session(desk.as_service(desk.operators[0])), room.environment(), desk.path) as terminal:
        value = make_application(terminal)
        terminal.press("c").wait_for("! Not copied: select it, or press w.")
        assert b"\x1b]52;" not in terminal.raw
        terminal.press("w").wait_for("Written to").press(ENTER).wait_gone(value).press(CTRL_Q).wait_for("ended")
    (file,) = desk.home.glob("keydesk-kd_*.env")
    assert f"CLIENT_SECRET={value}\n" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
