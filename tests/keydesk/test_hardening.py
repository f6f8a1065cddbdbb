"""What the process does before it reads anything, each time in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keydesk.hardening import harden
from tests.processes import ROOT, alone


def hardened_facts() -> dict[str, object]:
    import ctypes
    import resource

    environ = {"TEXTUAL_LOG": "/tmp/x", "TEXTUAL": "devtools", "TEXTUAL_DRIVER": "evil:Driver", "TERM": "xterm"}
    harden(environ)
    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0
    started = subprocess.run(["/bin/sh", "-c", "ulimit -c"], capture_output=True, text=True, check=True).stdout
    return {
        "environ": environ,
        "umask": os.umask(0o077),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "dumpable": dumpable,
        "started": started.strip(),
    }


def test_a_hardened_process_leaves_no_dump_and_no_open_file() -> None:
    assert alone(hardened_facts) == {
        "environ": {"TERM": "xterm"},
        "umask": 0o077,
        "core": [0, 0],
        "dumpable": 0,
        "started": "0",
    }


@pytest.mark.parametrize("closed", ["0", "1", "2"])
def test_no_file_takes_the_place_of_a_closed_stream(closed: str, tmp_path: Path) -> None:
    script = (
        "import os\nfrom keydesk.hardening import harden\nharden({})\n"
        f"file = os.open({str(tmp_path / 'file')!r}, os.O_CREAT | os.O_WRONLY)\n"
        f"os.fstat({closed})\nraise SystemExit(file <= 2)"
    )
    command = f'exec "$0" -c "$1" {closed}>&-'
    done = subprocess.run(["/bin/sh", "-c", command, sys.executable, script], cwd=ROOT, check=False)
    assert done.returncode == 0
