"""JSON in colours, laid out by its own tokens: what came is shown as it was spelt, and nothing is lost on the way."""

import json
import re
from collections.abc import Iterator

from textual.content import Content

from tui.drawing.plain import plain

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_NAME, _TEXT, _OTHER, _SIGN = "$text-accent", "$text-success", "$text-warning", "$text-muted"
_DEEPEST = 24
"""Levels that are set in further each; what lies deeper is not read by anybody."""
_STEP = "  "


def json_lines(text: str) -> list[Content] | None:
    """Return a JSON text as coloured lines, one member or element each; None where it is none."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [Content("").join(parts) for parts in _lines(_TOKEN.findall(text))]


def _lines(found: list[str]) -> Iterator[list[Content]]:
    depth, parts, opened = 0, [plain("")], False
    for place, part in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else ""
        if part in "}]":
            depth -= 1
            if not opened:  # an empty one stays on its line
                yield parts
                parts = [plain(_indent(depth))]
        elif opened:
            yield parts
            parts = [plain(_indent(depth))]
        parts.append(_coloured(part, following))
        opened = part in "{["
        depth += opened
        if part == ",":
            yield parts
            parts = [plain(_indent(depth))]
    yield parts


def _coloured(part: str, following: str) -> Content:
    if part in "{}[],:":
        return plain(": " if part == ":" else part, _SIGN)
    if part.startswith('"'):
        return plain(part, _NAME if following == ":" else _TEXT)
    return plain(part, _OTHER)


def _indent(depth: int) -> str:
    return _STEP * min(depth, _DEEPEST)
