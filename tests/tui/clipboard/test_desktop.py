"""The desktop's clipboard on a real X display, with the real xclip and xsel, and on a display that is dead."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pexpect
import pytest

from tests.tui.clipboard.places import until
from tui.clipboard import Clipboard, Outcome, native
from tui.clipboard.routes import Way
from tui.clipboard.running import Subprocesses

READ = {"xclip": ("xclip", "-selection", "clipboard", "-o"), "xsel": ("xsel", "-b", "-o")}


@pytest.fixture
def value() -> str:
    """A value of its own for each test: a process that waits for an earlier one must not clear this one."""
    return f"kd_Example1_{uuid4()}"


@pytest.fixture(params=["xclip", "xsel"])
def program(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed: it was not tried")
    return name


@pytest.fixture
def desk(program: str, display: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a desktop that has this program and no other."""
    return only(program, tmp_path, display)


def only(program: str, place: Path, display: str) -> dict[str, str]:
    (place / program).symlink_to(str(shutil.which(program)))
    return {"TERM": "xterm-256color", "DISPLAY": display, "PATH": str(place), "HOME": str(place)}


@pytest.fixture
def pasted(program: str, display: str) -> Callable[[], str]:
    """Paste, as another program on the same display would."""
    environment = {**os.environ, "DISPLAY": display}

    def paste() -> str:
        return subprocess.run(READ[program], env=environment, capture_output=True, text=True, check=False).stdout

    return paste


def no_terminal(text: str) -> None:
    pytest.fail("the desktop took it: nothing goes to the terminal")


@pytest.mark.slow
def test_another_program_can_paste_what_was_copied(
    desk: dict[str, str], value: str, pasted: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    report = Clipboard(desk, no_terminal).copy(value)
    assert (report.outcome, pasted()) == (Outcome.COPIED, value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_secret_is_cleared_when_its_time_is_up(desk: dict[str, str], value: str, pasted: Callable[[], str]) -> None:
    copied = time.monotonic()
    Clipboard(desk, no_terminal, clear_after=2).copy(value)
    until(lambda: pasted() == "")
    assert time.monotonic() - copied >= 2


@pytest.mark.slow
def test_what_the_operator_copied_since_is_not_cleared(
    desk: dict[str, str], value: str, pasted: Callable[[], str]
) -> None:
    Clipboard(desk, no_terminal, clear_after=1).copy(value)
    Clipboard(desk, no_terminal).copy("the operator's own", secret=False)
    time.sleep(2)
    assert pasted() == "the operator's own"


@pytest.mark.slow
def test_secret_copied_again_has_its_full_time_again(
    desk: dict[str, str], value: str, pasted: Callable[[], str]
) -> None:
    clipboard = Clipboard(desk, no_terminal, clear_after=3)
    clipboard.copy(value)
    time.sleep(2)
    clipboard.copy(value)
    time.sleep(2)
    assert pasted() == value, "the first copy's process cleared the second copy"
    until(lambda: pasted() == "")


@pytest.mark.slow
def test_clearing_now_empties_the_clipboard(desk: dict[str, str], value: str, pasted: Callable[[], str]) -> None:
    clipboard = Clipboard(desk, no_terminal)
    clipboard.copy(value)
    assert clipboard.clear().outcome is Outcome.CLEARED
    assert pasted() == ""


CONSOLE = """
import os, signal, time
from tui.clipboard import Clipboard
print(Clipboard(os.environ, print, clear_after=3).copy(os.environ["VALUE"]).outcome, flush=True)
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGHUP])
def test_after_the_console_has_died_paste_works_and_the_secret_is_cleared(
    desk: dict[str, str], value: str, pasted: Callable[[], str], end: signal.Signals, pytestconfig: pytest.Config
) -> None:
    environment = {**desk, "VALUE": value, "PYTHONPATH": str(pytestconfig.rootpath)}
    console = pexpect.spawn(sys.executable, ["-c", CONSOLE], env=environment, timeout=10)
    console.expect("copied")
    console.kill(end)
    console.close(force=True)
    assert pasted() == value
    until(lambda: pasted() == "")


def test_dead_display_is_sent_to_the_terminal_and_prints_nothing(
    program: str, value: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sent: list[str] = []
    report = Clipboard(only(program, tmp_path, ":4242"), sent.append).copy(value)
    assert (report.outcome, len(sent)) == (Outcome.SENT, 1)
    assert capfd.readouterr() == ("", "")


def test_dead_display_of_a_terminal_without_clipboard_is_not_copied(program: str, value: str, tmp_path: Path) -> None:
    environment = {**only(program, tmp_path, ":4242"), "TERM": "dumb"}
    assert Clipboard(environment, no_terminal).copy(value).outcome is Outcome.NOT_COPIED


def test_dead_display_is_not_taken_for_an_empty_clipboard(program: str, tmp_path: Path) -> None:
    runner = Subprocesses(only(program, tmp_path, ":4242"))
    assert not native.clear(runner, Way(program))
