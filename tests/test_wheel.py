"""What is installed: the four rooms that run, their stylesheet and their migrations, and nothing of ours beside."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel built from this checkout."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = directory.glob("*.whl")
    return ZipFile(wheel).namelist()


def test_wheel_has_these_top_level_names_and_no_others(names: list[str]) -> None:
    assert {name.split("/")[0] for name in names} == {
        "keydesk",
        "tui",
        "web",
        "core",
        "store",
        "keydesk-0.1.0.dist-info",
    }


def test_wheel_brings_stylesheet_migrations_and_licence(names: list[str]) -> None:
    needed = {
        "tui/keydesk.tcss",
        "store/migrations/env.py",
        "store/migrations/versions/0001_credentials.py",
        "store/migrations/versions/0002_authorization_server.py",
        "store/migrations/versions/0003_lock_by_uptime.py",
        "keydesk-0.1.0.dist-info/licenses/LICENSE",
    }
    assert needed <= set(names)


def test_wheel_carries_no_database_no_cache_and_no_picture(names: list[str]) -> None:
    assert [name for name in names if name.endswith((".db", ".pyc", ".png", ".svg"))] == []
