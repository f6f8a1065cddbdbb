"""A room for each test."""

from pathlib import Path

import pytest

from tests.terminal.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    tmp_path.chmod(0o700)
    return Room(tmp_path)
