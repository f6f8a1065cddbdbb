"""However the console ends with a secret on the screen: the secret is nowhere, and the terminal as it was."""

import re
import signal
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.harness import CTRL_C, ENTER, ESC, Terminal
from tests.terminal.room import KEYDESK, Room
from tests.terminal.steps import ONCE, agree, close_unkept, furnish, open_trust, quit_with_the_secret, show_secret

pytestmark = pytest.mark.slow

LEFT = b"\x1b[?1049l"
"""The end of the alternate screen: what follows stays in the operator's scrollback."""
MODES = {b"1049": b"l", b"25": b"h", b"7": b"h", b"2004": b"l", b"1004": b"l"}
MODES |= dict.fromkeys([b"1000", b"1003", b"1006", b"1015"], b"l")
"""Main screen, cursor shown, lines wrapped, pasting and focus unreported, the mouse left alone."""
ANY_VALUE = re.compile(rb"kd_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}|\$argon2id\$")


def close_and_quit(terminal: Terminal, room: Room) -> None:
    close_unkept(terminal)
    terminal.press(ESC).wait_gone("Client Authentication").press("q")


def quit_at_once(terminal: Terminal, room: Room) -> None:
    quit_with_the_secret(terminal)


def terminate(terminal: Terminal, room: Room) -> None:
    terminal.process.send_signal(signal.SIGTERM)


def interrupt(terminal: Terminal, room: Room) -> None:
    terminal.process.send_signal(signal.SIGINT)


def hang_up(terminal: Terminal, room: Room) -> None:
    terminal.process.send_signal(signal.SIGHUP)


def drop_a_table(terminal: Terminal, room: Room) -> None:
    room.sql("DROP TABLE client_secrets")
    put_away(terminal)


def put_away(terminal: Terminal) -> None:
    """See that the secret stands though the data is spoilt, and close it; what is read then cannot be."""
    terminal.wait_silent(1.2).wait_for(ONCE)
    agree(terminal.press(ENTER).wait_for("without keeping the secret?"))


ENDS = [
    (close_and_quit, 0),
    (quit_at_once, 0),
    (terminate, 128 + signal.SIGTERM),
    (hang_up, 128 + signal.SIGHUP),
    (interrupt, 128 + signal.SIGINT),
    (drop_a_table, 1),
]


@pytest.mark.parametrize(("end", "code"), ENDS, ids=[end.__name__ for end, _ in ENDS])
def test_secret_is_nowhere_after_the_end(room: Room, end: Callable[[Terminal, Room], None], code: int) -> None:
    furnish(room)
    with room.console() as terminal:
        value = show_secret(terminal)
        end(terminal, room)
        assert terminal.finish() == code
        assert_restored(terminal)
        after = bytes(terminal.raw).split(LEFT)[1]
        assert not ANY_VALUE.search(after)
        assert b"\x1b[2K" not in after, "what stood on the operator's own screen is theirs"
        assert (b"keydesk has a defect and stopped" in after) == (code == 1)
    assert leftovers(room, value) == []


def test_process_ends_when_its_terminal_is_closed(room: Room) -> None:
    furnish(room)
    with room.console() as terminal:
        value = show_secret(terminal)
        terminal.hang_up()
        assert terminal.process.wait(10) != 0
    assert leftovers(room, value) == []


@pytest.mark.slow
@pytest.mark.parametrize("close", [True, False], ids=["closed", "terminated"])
def test_process_ends_though_its_terminal_has_stopped_taking_anything(room: Room, close: bool) -> None:
    furnish(room)
    with room.console() as terminal:
        show_secret(terminal)
        for step in range(200):  # drawn anew at each size, until there is more than a terminal holds unread
            terminal.resize(100 + step % 2, 40)
            time.sleep(0.01)
        terminal.hang_up() if close else terminal.process.terminate()
        assert terminal.process.wait(20) == 128 + (signal.SIGHUP if close else signal.SIGTERM)


def test_backup_holds_no_secret(room: Room) -> None:
    furnish(room)
    with room.console() as terminal:
        value = show_secret(terminal)
        terminal.press("c").wait_for("Sent to your terminal").press("t").wait_for("CLIENT_SECRET=")
        command = [*KEYDESK, "backup", str(room.path / "copy.db")]
        subprocess.run(command, env=room.environment(), check=True, capture_output=True)
        assert leftovers(room, value) == []


def test_crash_while_a_secret_is_made_tells_neither_value_nor_hash(room: Room) -> None:
    furnish(room)
    room.sql("CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END")
    with room.console() as terminal:
        open_trust(terminal)
        terminal.press("n").wait_for("Add a client secret").press(ENTER)
        assert terminal.finish() == 1
        assert_restored(terminal)
        assert not ANY_VALUE.search(terminal.raw)
    with room.services() as services:
        assert services.client_secrets.list(services.applications.resolve("billing-api").id) == ()


def test_variables_of_textual_make_no_file_and_change_nothing(room: Room) -> None:
    furnish(room)
    before = set(room.path.rglob("*"))
    with room.console(
        TEXTUAL="debug,devtools", TEXTUAL_DEBUG="1", TEXTUAL_LOG=str(room.path / "log"), TEXTUAL_DRIVER="none:Here",
        TEXTUAL_SCREENSHOT="1", TEXTUAL_SCREENSHOT_LOCATION=str(room.path), TEXTUAL_SCREENSHOT_FILENAME="shot.svg",
        TEXTUAL_PRESS="n", TEXTUAL_COLOR_SYSTEM="256", TEXTUAL_ALLOW_SIGNALS="1", TEXTUAL_THEME="nord",
    ) as terminal:  # fmt: skip
        show_secret(terminal)
        terminal.press(CTRL_C).wait_silent(1.2)  # screenshots are made after a second
        quit_at_once(terminal, room)
        assert terminal.finish() == 0
        assert b"38;2;" in terminal.raw
    assert set(room.path.rglob("*")) == before


def test_process_may_not_be_dumped(room: Room) -> None:
    furnish(room)
    with room.console() as terminal:
        show_secret(terminal)
        process = Path(f"/proc/{terminal.process.pid}")
        assert re.search(r"^Max core file size +0 +0 ", (process / "limits").read_text(), re.MULTILINE)
        # Linux gives the files of a process that may not be dumped to root; where root runs this, see test_sudo.
        assert (process / "environ").stat().st_uid == 0


def leftovers(room: Room, value: str) -> list[str]:
    """Return the files that hold the value, as it is or as a clipboard gets it."""
    return room.files_with(value) + room.files_with(b64encode(value.encode()).decode())


def assert_restored(terminal: Terminal) -> None:
    """Every mode of the terminal is as a shell wants it."""
    assert dict(re.findall(rb"\x1b\[\?(\d+)([hl])", terminal.raw)) == MODES
    assert terminal.raw.rfind(b"\x1b[<u") > terminal.raw.rfind(b"\x1b[>")
    assert terminal.echoes
