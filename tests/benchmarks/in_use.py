"""What keys cost once the list is there, and that nothing is drawn where none is pressed."""

from collections.abc import Iterator

from tests.benchmarks import report
from tests.benchmarks.bench import FEW, Bench
from tests.benchmarks.data import FIRST_NAME, RARE_HINT, RARE_NAME
from tests.benchmarks.terminal import FIRST_FRAME, Terminal

KEYS = 60
SEARCHES = 15
_IN_VIEW = 12
"""Steps that do not scroll a list on 24 lines."""
_IDLE_SECONDS = 5
_KEY_SECONDS = 0.08
"""Between two keys of a fast typist."""
_ESCAPE = b"\x1b"


def lines(bench: Bench) -> Iterator[report.Line]:
    """Use the programs in turn, and tell how they compare."""
    with bench.console(bench.many) as many:
        _list_is_there(many)
        with bench.data_table() as table:
            yield from _steps(many, table)
        with bench.console(bench.few) as few:
            _list_is_there(few)
            for what, text in (("a rare word", RARE_NAME[:8]), ("a hint's beginning", RARE_HINT[:8])):
                yield _filter(what, text, many, few)
        yield report.size(f"drawn in {_IDLE_SECONDS} s at rest", [many.idle(_IDLE_SECONDS)], 0)


def _list_is_there(screen: Terminal) -> None:
    screen.until(FIRST_NAME.encode())
    screen.rest(0.5)


def _steps(ours: Terminal, theirs: Terminal) -> Iterator[report.Line]:
    """Move the cursor one row at a time, in both lists alike: first in view, then scrolling."""
    theirs.until(FIRST_FRAME)
    theirs.rest(0.5)
    steps = [(ours.drawn(b"j"), theirs.drawn(b"j")) for _ in range(KEYS)]
    mine, peer = [one.seconds for one, _ in steps], [other.seconds for _, other in steps]
    yield report.ratio("key to frame", mine, "DataTable", peer, 1.5)
    yield report.late_ratio("key to frame, 95 %", mine, "DataTable", peer, 1.5)
    in_view, scrolling = steps[:_IN_VIEW], steps[-_IN_VIEW:]
    yield report.size("drawn by a step of the cursor", [one.size for one, _ in in_view], 1500)
    sizes = [one.size for one, _ in scrolling], [other.size for _, other in scrolling]
    yield report.size_ratio("drawn by a step that scrolls", sizes[0], "DataTable", sizes[1], 1.5)


def _filter(what: str, text: str, many: Terminal, few: Terminal) -> report.Line:
    times = [(_settled(many, text), _settled(few, text)) for _ in range(SEARCHES)]
    slow, quick = zip(*times, strict=True)
    return report.ratio(f"filter settled, {what}", slow, f"{FEW} applications", quick, 1.5)


def _settled(screen: Terminal, text: str) -> float:
    """Type into the filter; return the seconds from its last key to the last byte that answers it."""
    screen.drawn(b"/")
    for key in text[:-1]:
        screen.press(key.encode())
        screen.idle(_KEY_SECONDS)
    seconds = screen.drawn(text[-1].encode(), f"1 · /{text}".encode()).seconds
    screen.drawn(_ESCAPE)
    screen.rest(0.5)
    return seconds
