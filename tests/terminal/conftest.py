"""A room for each test, and the real multiplexers in it."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from tests.terminal.multiplexers import Screen, Tmux
from tests.terminal.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    tmp_path.chmod(0o700)
    return Room(tmp_path)


@pytest.fixture
def tmux(room: Room) -> Iterator[Tmux]:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed: nothing was tried in it")
    tmux = Tmux(room)
    yield tmux
    with suppress(CalledProcessError):  # it has ended already
        tmux("kill-server")


@pytest.fixture
def screen(room: Room) -> Iterator[Screen]:
    if not shutil.which("screen"):
        pytest.skip("screen is not installed: nothing was tried in it")
    screen = Screen(room)
    yield screen
    with suppress(CalledProcessError):  # it has ended already
        screen("quit")
