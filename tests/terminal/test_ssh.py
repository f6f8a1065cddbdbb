"""The console over a real SSH connection, with tmux at its other end and without."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.harness import CTRL_Q, ENTER, until
from tests.terminal.multiplexers import Tmux
from tests.terminal.room import KEYDESK, Room
from tests.terminal.sshd import SshServer, ssh_server
from tests.terminal.steps import NAME, furnish, quit_with_the_secret, revoke, show_secret

pytestmark = pytest.mark.slow


@pytest.fixture
def server(room: Room) -> Iterator[SshServer]:
    with ssh_server(room) as server:
        furnish(room)
        yield server


def test_secret_is_made_copied_and_revoked_over_ssh_in_tmux(room: Room, server: SshServer, tmux: Tmux) -> None:
    with server.log_in(*tmux.session(KEYDESK)) as terminal:
        value = show_secret(terminal)
        terminal.press("c").wait_for("Sent to your terminal through tmux.", "paste to test")
        assert b"\x1b]52;;" + b64encode(value.encode()) + b"\x07" in terminal.raw
        assert tmux("list-buffers") == ""
        terminal.press(ENTER).wait_gone(value)
        revoke(terminal.wait_for("Secrets 1/20"))
        terminal.press(CTRL_Q).wait_for("ended")
        assert value not in tmux("capture-pane", "-p", "-S", "-")
    assert room.files_with(value) == []


def test_plain_ssh_sends_the_copy_to_the_terminal_and_names_where_it_came_from(room: Room, server: SshServer) -> None:
    with server.log_in(*KEYDESK) as terminal:
        value = show_secret(terminal)
        terminal.press("c").wait_for("Sent to your terminal. It cannot be confirmed")
        assert b"\x1b]52;c;" + b64encode(value.encode()) + b"\x07" in terminal.raw
        quit_with_the_secret(terminal)
        assert terminal.finish() == 0
    assert value.encode() not in terminal.raw.split(b"\x1b[?1049l")[1]
    with room.services() as services:
        (made, *_) = services.activity.page(services.applications.resolve(NAME).id).rows
    assert (made.action, made.claimed) == ("secret.added", "127.0.0.1")


def test_console_ends_with_its_connection(room: Room, server: SshServer) -> None:
    with server.log_in(*room.remembering) as terminal:
        value = show_secret(terminal)
        console = Path(f"/proc/{room.pid}")
        assert console.exists()
        terminal.process.kill()
        until(lambda: not console.exists())
    assert room.files_with(value) == []
