"""The time since boot, as /proc tells it, and nothing where it does not."""

import time
from pathlib import Path

import pytest

from core.rules.clocks import Uptime
from keydesk.uptime import since_boot


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A /proc of a machine that has run for a minute and a half."""
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("b007\n")
    (tmp_path / "uptime").write_text("90.25 170.01\n")
    return tmp_path


def test_it_is_told_in_milliseconds_with_the_boot(proc: Path) -> None:
    tell = since_boot(proc)
    assert tell() == Uptime("b007", 90_250)
    (proc / "uptime").write_text("91.00 170.02\n")
    assert tell() == Uptime("b007", 91_000)


@pytest.mark.parametrize("content", ["", "soon\n", "nan 1\n", "inf 1\n", "\xff"])
def test_what_is_no_uptime_is_none(proc: Path, content: str) -> None:
    (proc / "uptime").write_text(content, encoding="latin-1")
    assert since_boot(proc)() is None


@pytest.mark.parametrize("missing", ["uptime", "sys/kernel/random/boot_id"])
def test_where_one_of_the_files_is_missing_there_is_none(proc: Path, missing: str) -> None:
    (proc / missing).unlink()
    assert since_boot(proc)() is None


def test_a_boot_without_an_id_tells_none(proc: Path) -> None:
    (proc / "sys/kernel/random/boot_id").write_text("\n")
    assert since_boot(proc)() is None


@pytest.mark.skipif(not Path("/proc/uptime").exists(), reason="this system has no /proc/uptime")
def test_on_this_machine_it_runs() -> None:
    tell = since_boot()
    first = tell()
    assert first is not None
    time.sleep(0.05)
    second = tell()
    assert second is not None
    assert second.boot == first.boot
    assert 20 <= second.passed - first.passed < 5000
