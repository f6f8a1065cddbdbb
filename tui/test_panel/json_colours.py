"""JSON in colours, laid out by its own tokens: what came is shown as it was spelt, and nothing is lost on the way."""

import json
import re
from collections.abc import Iterator
from itertools import islice

from textual.content import Content

from tui.drawing.plain import beginning

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_NAME, _TEXT, _OTHER, _SIGN = "$text-accent", "$text-success", "$text-warning", "$text-muted"
_DEEPEST = 24
"""Levels that are set in further each; what lies deeper is not read by anybody."""
_STEP = "  "


def json_lines(text: str, most: int, longest: int) -> tuple[list[Content], int] | None:
    """Return a JSON text as coloured lines, one member or element each; None where it is none.

    There are *most* lines at most, and how many more there would be; of a name or a value, *longest* characters.
    """
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    lines = _lines(_TOKEN.findall(text))
    shown = [
        Content("").join([beginning(part, longest, style) for part, style in parts]) for parts in islice(lines, most)
    ]
    return shown, sum(1 for _ in lines)  # drawing them would take the time: what nobody sees is only counted


def _lines(found: list[str]) -> Iterator[list[tuple[str, str]]]:
    """Return the parts of each line, with their styles."""
    depth, parts, opened = 0, [("", "")], False
    for place, part in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else ""
        if part in "}]":
            depth -= 1
            if not opened:  # an empty one stays on its line
                yield parts
                parts = [_indent(depth)]
        elif opened:
            yield parts
            parts = [_indent(depth)]
        parts.append(_coloured(part, following))
        opened = part in "{["
        depth += opened
        if part == ",":
            yield parts
            parts = [_indent(depth)]
    yield parts


def _coloured(part: str, following: str) -> tuple[str, str]:
    if part in "{}[],:":
        return ": " if part == ":" else part, _SIGN
    if part.startswith('"'):
        return part, _NAME if following == ":" else _TEXT
    return part, _OTHER


def _indent(depth: int) -> tuple[str, str]:
    return _STEP * min(depth, _DEEPEST), ""
