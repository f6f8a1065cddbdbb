"""Real tmux and real screen with their default settings, in a terminal that keeps every byte."""

import os
import shutil
from base64 import b64encode
from pathlib import Path

import pytest

from tests.tui.clipboard.places import OuterTerminal, TmuxServer, clean_environment, until
from tui.clipboard import Clipboard, Outcome
from tui.clipboard.osc52 import sequence, through_screen

VALUE = "kd_Example1_" + "x" * 49
PAYLOAD = b64encode(VALUE.encode())


def unused(text: str) -> None:
    pytest.fail("inside tmux nothing goes to the terminal directly")


def test_outer_terminal_receives_the_copy_and_tmux_keeps_no_buffer(tmux: TmuxServer) -> None:
    terminal = tmux.attach("xterm-256color")
    report = Clipboard(tmux.environment(), unused).copy(VALUE)
    assert (report.outcome, report.sentence.split(".")[0]) == (Outcome.SENT, "Sent to your terminal through tmux")
    assert terminal.read().count(b"\x1b]52;;" + PAYLOAD + b"\x07") == 1
    assert tmux("list-buffers") == ""


def test_buffers_of_the_operator_stay(tmux: TmuxServer) -> None:
    tmux.attach("xterm-256color")
    tmux("set-buffer", "something of the operator")
    Clipboard(tmux.environment(), unused).copy(VALUE)
    assert tmux("show-buffer") == "something of the operator"
    assert len(tmux("list-buffers").splitlines()) == 1


def test_clearing_sends_a_blank(tmux: TmuxServer) -> None:
    terminal = tmux.attach("xterm-256color")
    clipboard = Clipboard(tmux.environment(), unused)
    clipboard.copy(VALUE)
    assert clipboard.clear().outcome is Outcome.SENT
    assert terminal.read().endswith(b"\x1b]52;;IA==\x07")
    assert tmux("list-buffers") == ""


@pytest.mark.parametrize("term", ["linux", "screen-256color", "vt100"])
def test_terminal_that_tmux_cannot_pass_a_copy_to_is_not_copied(tmux: TmuxServer, term: str) -> None:
    terminal = tmux.attach(term)
    report = Clipboard(tmux.environment(), unused).copy(VALUE)
    assert report.outcome is Outcome.NOT_COPIED
    assert f"of type {term}" in report.why
    assert b"]52;" not in terminal.read()


def test_tmux_in_tmux_says_that_the_outer_one_drops_copies(tmux: TmuxServer) -> None:
    terminal = tmux.attach("tmux-256color")
    report = Clipboard(tmux.environment(), unused).copy(VALUE)
    assert "another tmux" in report.sentence
    assert PAYLOAD in terminal.read()


def test_terminal_used_last_receives_the_copy(tmux: TmuxServer) -> None:
    first = tmux.attach("xterm-256color")
    second = tmux.attach("linux")
    assert Clipboard(tmux.environment(), unused).copy(VALUE).outcome is Outcome.NOT_COPIED
    second.close()
    until(lambda: len(tmux("list-clients").splitlines()) == 1)
    assert Clipboard(tmux.environment(), unused).copy(VALUE).outcome is Outcome.SENT
    assert PAYLOAD in first.read()


def test_session_that_nobody_looks_at_is_not_copied(tmux: TmuxServer) -> None:
    tmux("new-session", "-d", "sh")
    report = Clipboard(tmux.environment(), unused).copy(VALUE)
    assert (report.outcome, report.why) == (Outcome.NOT_COPIED, "No terminal is attached to this tmux.")


def test_server_that_has_ended_is_not_copied(tmux: TmuxServer, capfd: pytest.CaptureFixture[str]) -> None:
    tmux.attach("xterm-256color")
    environment = tmux.environment()
    tmux.end()
    report = Clipboard(environment, unused).copy(VALUE)
    assert (report.outcome, report.why) == (Outcome.NOT_COPIED, "No tmux answers here.")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("length", [61, 4096])
def test_screen_hands_the_copy_to_its_own_terminal(tmp_path: Path, length: int) -> None:
    if not shutil.which("screen"):
        pytest.skip("screen is not installed: the way through screen was not tried")
    copy = sequence(b"x" * length)
    (tmp_path / "bytes").write_text(through_screen(copy))
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    environment = {**clean_environment(), "SCREENDIR": str(sockets)}
    command = f"cat {tmp_path}/bytes; echo shown; sleep 2"
    argv = ["screen", "-c", os.devnull, "sh", "-c", command]
    terminal = OuterTerminal(argv, "xterm-256color", environment)
    until(lambda: b"shown" in terminal.read())
    terminal.close()
    assert copy.encode() in terminal.received
