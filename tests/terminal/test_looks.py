"""The codes that reach the terminal under each look: all colours, sixteen, none; with the mouse and without."""

import re

import pytest

from tests.terminal.harness import CTRL_P, CTRL_Q, ENTER, ESC, Terminal
from tests.terminal.room import Room
from tests.terminal.steps import close_unkept, make_secret, open_trust

STYLES = {0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29}
DEFAULTS = {39, 49}
"""The terminal's own foreground and background: no colour."""
SIXTEEN = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
MOUSE = re.compile(rb"\x1b\[\?(9|100[0-35-6]|1015|1016)h")


def see_everything(terminal: Terminal) -> None:
    """Open each screen and each kind of dialog on the demo data, and quit."""
    terminal.wait_for("enter open", "locked", "disabled", "expiring").press("/").wait_gone("enter open").press(ESC)
    open_trust(terminal.wait_for("enter open"))
    make_secret(terminal)
    terminal.press("t").wait_for("CLIENT_SECRET").press("m").wait_for("m takes it back").press("m")
    close_unkept(terminal.wait_for("is back"))
    terminal.press(ENTER).wait_for("Client secret kd_").press(ESC).wait_gone("Client secret kd_")
    terminal.press("v").wait_for("Verify").press(ENTER).wait_for("! Paste").press(ESC).wait_gone("! Paste")
    terminal.press("?").wait_for("Keys that are valid here").press(ESC).wait_gone("Keys that are")
    terminal.press(CTRL_P).wait_for("Commands").press(ESC).wait_gone("Commands")
    terminal.press("1").wait_for("Token lifetime").press("3").wait_for("secret.added").press(CTRL_Q)
    assert terminal.finish() == 0


def codes(terminal: Terminal) -> set[int]:
    """Return every number in every sequence that sets a style."""
    sequences = re.findall(rb"\x1b\[([0-9;:]*)m", terminal.raw)
    return {int(number or 0) for sequence in sequences for number in re.split(rb"[;:]", sequence)}


@pytest.mark.slow
def test_no_color_sends_no_colour(room: Room) -> None:
    with room.console("--demo", NO_COLOR="1") as terminal:
        see_everything(terminal)
    assert codes(terminal) <= STYLES | DEFAULTS
    assert 7 in codes(terminal)


@pytest.mark.slow
def test_ansi_theme_sends_only_the_sixteen_colours(room: Room) -> None:
    with room.console("--demo", "--theme", "ansi", "--no-mouse") as terminal:
        see_everything(terminal)
    assert codes(terminal) <= STYLES | DEFAULTS | SIXTEEN
    assert codes(terminal) & SIXTEEN
    assert not MOUSE.search(terminal.raw)


@pytest.mark.parametrize(("depth", "code"), [("truecolor", b"38;2;"), ("", b"38;5;")], ids=["truecolour", "256"])
def test_dark_theme_uses_the_colours_that_the_terminal_has(room: Room, depth: str, code: bytes) -> None:
    with room.console("--demo", COLORTERM=depth) as terminal:
        terminal.wait_for("billing-api")
    assert code in terminal.raw
    assert MOUSE.search(terminal.raw)
