"""The real places that a clipboard is tried in: a private tmux server, an X display that nobody sees."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.clipboard.places import TmuxServer


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[TmuxServer]:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed: the way through tmux was not tried")
    server = TmuxServer(tmp_path / "tmux")
    yield server
    server.end()


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of a real X display without a screen to look at."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed: the desktop's clipboard was not tried")
    reading, writing = os.pipe()
    # -noreset: a desktop always has some client; without any, the server would begin anew and drop connections.
    argv = ["Xvfb", "-displayfd", str(writing), "-noreset", "-nolisten", "tcp", "-screen", "0", "64x64x8"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(argv, pass_fds=[writing], stdout=quiet, stderr=quiet) as server:
        os.close(writing)
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"
        server.terminate()
