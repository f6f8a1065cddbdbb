"""The trace for the benchmark: one line for each milestone, and nothing without a file."""

import itertools
import json
from pathlib import Path

from tui.trace import Trace


def test_each_milestone_is_one_line_of_json_the_first_time_only(tmp_path: Path) -> None:
    seconds = itertools.count(1)
    trace = Trace(tmp_path / "trace", lambda: float(next(seconds)))
    for milestone in ("started", "first frame", "started"):
        trace.mark(milestone)
    lines = (tmp_path / "trace").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"event": "started", "monotonic": 1.0},
        {"event": "first frame", "monotonic": 2.0},
    ]


def test_without_a_file_the_clock_is_not_asked() -> None:
    Trace(None, lambda: 1 / 0).mark("started")
