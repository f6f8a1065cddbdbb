"""The bytes that reach a real terminal, and the mouse that only a real one has."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pyte
import pytest

from tests.tui.widgets.table.test_fit import HOSTILE

ROOT = Path(__file__).parents[4]
APP = Path(__file__).with_name("terminal_app.py")
OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[[0-9;]*H")
"""What Textual draws lines with: colours and cursor positions."""


class Terminal:
    """A terminal of 80x24 that keeps every byte and shows the screen."""

    def __init__(self, child: "pexpect.spawn[str]") -> None:
        self.child = child
        self.sent = ""
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.Stream(self.screen)

    def read(self, quiet: float) -> str:
        """Read until nothing more comes for so many seconds; return what came."""
        fresh = ""
        while True:
            try:
                fresh += self.child.read_nonblocking(65536, quiet)
            except pexpect.TIMEOUT:
                self.sent += fresh
                self._stream.feed(fresh)
                return fresh

    def text(self, line: int, first: int, end: int) -> str:
        """Return what stands in some cells."""
        return "".join(self.screen.buffer[line][x].data for x in range(first, end))


@contextmanager
def terminal(rows: str) -> Iterator[Terminal]:
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
    child = pexpect.spawn(
        sys.executable, [str(APP), rows], env=environment, dimensions=(24, 80), encoding="utf-8", timeout=20
    )
    child.delaybeforesend = None
    child.expect_exact("Name")
    drawn = Terminal(child)
    drawn.read(0.8)
    try:
        yield drawn
    finally:
        child.close(force=True)


def test_no_sequence_of_stored_text_reaches_the_terminal() -> None:
    with terminal("hostile") as screen:
        for _ in HOSTILE[1:]:
            screen.child.send("j")
            step = screen.read(0.1)
            assert step
            assert len(step.encode()) < 1536
    drawn = OURS.sub("", screen.sent)
    assert not re.search(r"]52;c;aGk=\x07|\x1b\[2J\x1b\[H|[\x80-\x9f\u202e\u200d]|\x07", drawn)
    assert "]52;c;aGk=" in drawn


def test_every_row_keeps_its_columns_in_the_terminal() -> None:
    with terminal("hostile") as screen:
        for line in range(1, len(HOSTILE) + 1):
            assert screen.text(line, 71, 80) == "active   "
        assert screen.screen.display[1].startswith(" > [/]!")


@pytest.mark.slow
def test_nothing_is_sent_while_nothing_happens() -> None:
    with terminal("long") as screen:
        assert screen.read(2.0) == ""


@pytest.mark.slow
def test_letting_go_of_the_mark_clicks_no_row() -> None:
    with terminal("long") as screen:
        assert screen.text(1, 79, 80) == "▐"
        for event in ("\x1b[<0;80;2M", "\x1b[<32;41;12M", "\x1b[<0;41;12m"):
            screen.child.send(event)
            screen.read(0.3)
        assert screen.text(11, 79, 80) == "▐"
        assert [line for line in screen.screen.display if line.startswith(" > ")] == []
        screen.child.send("\x1b[<0;41;12M\x1b[<0;41;12m")
        screen.read(0.3)
        assert screen.text(11, 0, 3) == " > "
