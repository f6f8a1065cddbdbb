"""The answer to a call as it may be drawn: bounded, obeyed by no terminal, and without a client secret."""

from http import HTTPStatus

from textual.content import Content

from core.apis.invoking import MOST, PATIENCE, Answer, Cut
from tui.drawing.plain import beginning, cut_to_hints, plain
from tui.test_panel.json_colours import json_lines

_MOST_LINES = 400
_MOST_HEADERS = 60
_LONGEST_LINE = 2000
_BYTES_SHOWN = 64
_MUTED = "$text-muted"
_WHERE = {
    Cut.SIZE: f"Cut at {MOST // 1024} kB: {Cut.SIZE}.",
    Cut.TIME: f"Cut after {PATIENCE:g} s: {Cut.TIME}.",
    Cut.BROKEN: f"Not whole: {Cut.BROKEN}.",
}


def status_text(status: int) -> str:
    """Return a status with its phrase, where it has one."""
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known[status]}" if status in known else str(status)


def duration(milliseconds: float) -> str:
    """Return how long a call took, as *12 ms* or *1.4 s*."""
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds:.0f} ms"


def body_lines(answer: Answer) -> list[Content]:
    """Return the body in lines, coloured where it is JSON."""
    text = _text(answer.content)
    if not answer.content:
        lines, more = [plain("no body", _MUTED)], 0
    elif text is None:
        lines, more = _binary(answer.content), 0
    else:
        text = cut_to_hints(text)
        lines, more = json_lines(text, _MOST_LINES, _LONGEST_LINE) or _plain_lines(text)
    return [*lines, *_left_out(more, "lines"), *([plain(_WHERE[answer.cut], "$text-warning")] if answer.cut else [])]


def header_lines(answer: Answer) -> list[Content]:
    """Return the header fields in lines."""
    lines = [
        Content("").join([plain(f"{name}: ", _MUTED), beginning(cut_to_hints(value), _LONGEST_LINE)])
        for name, value in answer.headers[:_MOST_HEADERS]
    ]
    return [*lines, *_left_out(len(answer.headers) - _MOST_HEADERS, "header fields")]


def _text(content: bytes) -> str | None:
    """Return a body as text, or None where it is none; a letter that was cut in half is no reason."""
    if b"\0" in content:
        return None
    text = content.decode(errors="replace")
    return None if text.count("\N{REPLACEMENT CHARACTER}") * 10 > len(text) else text


def _binary(content: bytes) -> list[Content]:
    rows = [content[start : start + 16].hex(" ") for start in range(0, min(len(content), _BYTES_SHOWN), 16)]
    return [plain(f"Binary, {len(content):,} bytes; the first of them:", _MUTED), *map(plain, rows)]


def _plain_lines(text: str) -> tuple[list[Content], int]:
    """Return as many lines as are drawn, and how many more there are."""
    lines = text.splitlines()
    return [beginning(each, _LONGEST_LINE) for each in lines[:_MOST_LINES]], len(lines) - _MOST_LINES


def _left_out(more: int, noun: str) -> list[Content]:
    return [plain(f"… and {more:,} more {noun}.", "$text-warning")] if more > 0 else []
