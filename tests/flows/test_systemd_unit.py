"""The unit of docs/operations.md, read by systemd's own tools: nothing of it is started."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.flows.handbook import block
from tests.flows.installed import KEYDESK

pytestmark = pytest.mark.slow

WORST_EXPOSURE = 1.5
"""Of 10, by the weights of systemd-analyze; a unit without any of this has 9.6."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as a file, for the command that is installed here."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: nobody has read the unit")
    path = tmp_path / "keydesk.service"
    path.write_text(block("ini", {"/opt/keydesk/bin/keydesk": str(KEYDESK)}, holding="keydesk serve"))
    return path


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze, which may look at this machine's units too."""
    command = ["systemd-analyze", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_understands_every_line(unit: Path) -> None:
    ended = analyzed("verify", str(unit))
    assert ended.returncode == 0, ended.stderr
    assert unit.name not in ended.stderr


def test_systemd_would_notice_a_line_that_it_does_not_understand(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSistem=strict"))
    assert unit.name in analyzed("verify", str(unit)).stderr


def test_systemd_calls_it_little_exposed(unit: Path) -> None:
    ended = analyzed("security", "--offline=yes", "--no-pager", str(unit))
    found = re.search(r"Overall exposure level for keydesk\.service: ([\d.]+)", ended.stdout)
    if not found:
        pytest.skip(f"this systemd does not read units offline: {ended.stderr.strip()}")
    assert float(found[1]) <= WORST_EXPOSURE


def test_what_the_unit_starts_is_a_command_line_that_keydesk_takes(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
    ended = subprocess.run(
        [*line.split(), "--help"], env={"COLUMNS": "100"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
