"""From the start of the process to the list on the screen, and the memory that it takes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import report
from tests.benchmarks.bench import FEW, MANY, Bench
from tests.benchmarks.data import FIRST_NAME
from tests.benchmarks.terminal import FIRST_FRAME, resident_megabytes

_MOVES = (b"G", b"g", b"\x1b[6~", b"\x1b[6~", b"G", b"\x1b[5~", b"g")
"""Keys that bring far parts of the list into memory: last, first, a page on, a page back."""


class Start(NamedTuple):
    """One start of the console; times in seconds."""

    first_frame: float
    data_shown: float
    """From the process's start, as the first."""
    list_shown: float
    """From the moment when the core was loaded."""
    megabytes: float


def lines(bench: Bench, runs: int) -> Iterator[report.Line]:
    """Start each program in turn, after once that does not count, and tell how they compare."""
    empty, few, many = [], [], []
    for _ in range(runs + 1):
        empty.append(_empty(bench))
        few.append(_console(bench, bench.few))
        many.append(_console(bench, bench.many))
    del empty[0], few[0], many[0]
    for what, starts in ((f"{FEW:,} applications", few), (f"{MANY:,} applications", many)):
        first_frame, data_shown, _, _ = zip(*starts, strict=True)
        yield report.ratio(f"first frame, {what}", first_frame, "empty app", empty, 1.3)
        yield report.ratio(f"data shown, {what}", data_shown, "empty app", empty, 3.5)
    (_, _, slow, large), (_, _, quick, small) = zip(*many, strict=True), zip(*few, strict=True)
    yield report.ratio("list shown", slow, f"{FEW} applications", quick, 1.5)
    yield report.more_megabytes("memory", large, f"{FEW} applications", small, 10)


def _empty(bench: Bench) -> float:
    with bench.empty_app() as screen:
        first_frame = screen.until(FIRST_FRAME) - screen.began
        screen.rest()
    return first_frame


def _console(bench: Bench, database: Path) -> Start:
    trace = database.with_suffix(".trace")
    trace.unlink(missing_ok=True)
    with bench.console(database, trace) as screen:
        first_frame = screen.until(FIRST_FRAME) - screen.began
        data_shown = screen.until(FIRST_NAME.encode()) - screen.began
        screen.rest(0.3)
        for key in _MOVES:
            screen.drawn(key)
        megabytes = resident_megabytes(screen.process)
    passed = {line["event"]: line["monotonic"] for line in map(json.loads, trace.read_text().splitlines())}
    return Start(first_frame, data_shown, passed["data shown"] - passed["core loaded"], megabytes)
