"""The console in real tmux and real screen with their default settings: the copy comes out, the secret is not kept."""

import os
import signal
from base64 import b64encode
from collections.abc import Callable

import pytest

from tests.terminal.harness import ENTER, ESC, Terminal
from tests.terminal.multiplexers import Screen, Tmux
from tests.terminal.room import KEYDESK, Room
from tests.terminal.steps import furnish, quit_with_the_secret, revoke, show_secret

pytestmark = pytest.mark.slow


def test_tmux_passes_the_copy_on_and_keeps_nothing(room: Room, tmux: Tmux) -> None:
    furnish(room)
    with Terminal(tmux.session(KEYDESK), room.environment(), room.path) as terminal:
        value = show_secret(terminal)
        terminal.press("c").wait_for("Sent to your terminal through tmux.", "paste to test")
        assert b"\x1b]52;;" + b64encode(value.encode()) + b"\x07" in terminal.raw
        assert tmux("list-buffers") == ""
        terminal.press(ENTER).wait_gone(value)
        revoke(terminal.wait_for("Secrets 1/20"))
        terminal.press(ESC).wait_gone("Client Authentication").press("q").wait_for("ended")
        assert value not in tmux("capture-pane", "-p", "-S", "-")
    assert room.files_with(value) == []


def quit_at_once(terminal: Terminal, room: Room) -> None:
    quit_with_the_secret(terminal)


def terminate(terminal: Terminal, room: Room) -> None:
    os.kill(room.pid, signal.SIGTERM)


def crash(terminal: Terminal, room: Room) -> None:
    room.sql("DROP TABLE client_secrets")
    terminal.press(ENTER)  # the secret is put away, and what is read then cannot be


@pytest.mark.parametrize("end", [quit_at_once, terminate, crash], ids=lambda end: end.__name__)
def test_screen_passes_the_copy_on_and_forgets_what_it_showed(
    room: Room, screen: Screen, end: Callable[[Terminal, Room], None]
) -> None:
    furnish(room)
    with screen.run(room.remembering) as terminal:
        value = show_secret(terminal)
        terminal.press("c").wait_for("Sent to your terminal through screen.", "paste to test")
        assert b"\x1b]52;c;" + b64encode(value.encode()) + b"\x07" in terminal.raw
        end(terminal, room)
        terminal.wait_for("=== Command")
        assert value not in terminal.text
        assert value not in screen.history()
