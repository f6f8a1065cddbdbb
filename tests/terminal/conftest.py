"""A room for each test, and the real multiplexers in it."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from tests.terminal.multiplexers import Screen, Tmux
from tests.terminal.room import Room


def needs(program: str) -> None:
    """Skip, and say so, where a multiplexer is missing."""
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed: nothing was tried in it")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    tmp_path.chmod(0o700)
    return Room(tmp_path)


@pytest.fixture
def tmux(room: Room) -> Iterator[Tmux]:
    needs("tmux")
    tmux = Tmux(room)
    yield tmux
    with suppress(CalledProcessError):  # it has ended already
        tmux("kill-server")


@pytest.fixture
def screen(room: Room) -> Iterator[Screen]:
    needs("screen")
    screen = Screen(room)
    yield screen
    with suppress(CalledProcessError):  # it has ended already
        screen("quit")
