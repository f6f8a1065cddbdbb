"""The trace for the benchmark: one line for each milestone, and nothing without a file."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

from tui.trace import Trace


def test_each_milestone_is_one_line_of_json_the_first_time_only(tmp_path: Path) -> None:
    seconds = itertools.count(1)
    with (tmp_path / "trace").open("w") as file:
        trace = Trace(file, lambda: float(next(seconds)))
        for milestone in ("started", "first frame", "started"):
            trace.mark(milestone)
        lines = (tmp_path / "trace").read_text().splitlines()  # it is there while the console still runs
    assert [json.loads(line) for line in lines] == [
        {"event": "started", "monotonic": 1.0},
        {"event": "first frame", "monotonic": 2.0},
    ]


def test_without_a_file_the_clock_is_not_asked() -> None:
    asked: list[float] = []
    trace = Trace(None, lambda: asked.append(1.0) or 0.0)
    trace.mark("started")
    assert asked == []


def test_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    environ = {**os.environ, "KEYDESK_TRACE": str(tmp_path / "missing" / "trace")}
    ran = subprocess.run([sys.executable, "-m", "keydesk"], env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 3
    assert ran.stderr == "KEYDESK_TRACE names a file that cannot be written: No such file or directory.\n"
