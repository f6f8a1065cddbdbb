"""Where the console cannot draw: a sentence and exit code 3. Where there is too little room: a sentence until then."""

import pytest

from tests.terminal.harness import CTRL_Q, ENTER, Terminal
from tests.terminal.room import KEYDESK, Room
from tests.terminal.steps import furnish, open_trust, show_secret

pytestmark = pytest.mark.slow

NO_TERMINAL = "The console wants a terminal. For scripts there are commands: keydesk --help."
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0"}
"""A locale that is not UTF-8 and is on every machine."""


@pytest.mark.parametrize("away", ["</dev/null", ">out", "2>out", "<&-", ">&-"])
def test_where_one_stream_is_no_terminal_one_sentence_points_to_the_commands(room: Room, away: str) -> None:
    command = ["sh", "-c", f'"$@" {away}', "sh", *KEYDESK]
    with Terminal(command, room.environment(), room.path) as terminal:
        assert terminal.finish() == 3
    said = (room.path / "out").read_text() if away == "2>out" else terminal.text.strip()
    assert said.strip() == NO_TERMINAL
    assert not room.database.exists()


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": ""}, ASCII], ids=["dumb", "none", "ascii"])
def test_terminal_that_cannot_show_it_gets_one_sentence(room: Room, environment: dict[str, str]) -> None:
    with room.console(size=(80, 24), **environment) as terminal:
        assert terminal.finish() == 3
    assert terminal.raw.decode("ascii").count("\n") == 1
    assert "\x1b" not in terminal.raw.decode("ascii")
    assert terminal.text.startswith("The terminal is said to")
    assert not room.database.exists()


def test_small_terminal_says_so_until_it_grows(room: Room) -> None:
    furnish(room)
    with room.console(size=(20, 5)) as terminal:
        terminal.wait_for("Too small: 20x5.", "Ctrl+Q quits.").resize(80, 24)
        open_trust(terminal)
        terminal.resize(20, 5).wait_for("Too small").press("n", "x", "1", ENTER, "q").wait_silent()
        terminal.resize(80, 24).wait_for("Client Authentication", "n new secret").wait_silent()
        assert "Add a client secret" not in terminal.text
        terminal.resize(20, 5).wait_for("Too small").press(CTRL_Q)
        assert terminal.finish() == 0


def test_secret_outlives_a_small_terminal(room: Room) -> None:
    furnish(room)
    with room.console() as terminal:
        value = show_secret(terminal)
        terminal.resize(20, 5).wait_for("Too small").press(CTRL_Q, ENTER).wait_silent()
        assert value not in terminal.text
        terminal.resize(80, 24).wait_for(value, "[ Done ]")


@pytest.mark.parametrize("size", [(10, 3), (1, 1)], ids=["10x3", "1x1"])
def test_tiny_terminal_is_left_in_peace(room: Room, size: tuple[int, int]) -> None:
    with room.console(size=size) as terminal:
        terminal.wait_until(lambda: b"\x1b[?1049h" in terminal.raw).wait_silent(1.0).press(CTRL_Q)
        assert terminal.finish() == 0
