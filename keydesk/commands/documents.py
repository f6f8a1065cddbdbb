"""How JSON is written (INTERFACE.md section 2): in printable ASCII, and what every object has in common.

Lists are bare arrays, states are lower-case, what is absent is null, times are ISO 8601 in UTC to the second.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from keydesk.streams import write

Shape = dict[str, Any]
"""The keys of an object."""


def write_document(value: Any) -> None:
    """Write one JSON document."""
    write(f"{as_json(value, indent=2)}\n")


def write_array(values: Iterable[Any]) -> None:
    """Write one JSON array, an element a line, without ever holding more than one of them."""
    separator = "[\n"
    for value in values:
        write(f"{separator}{as_json(value)}")
        separator = ",\n"
    write("[]\n" if separator == "[\n" else "\n]\n")


def as_json(value: Any, indent: int | None = None) -> str:
    """Return the JSON of *value* in printable ASCII, so that no terminal obeys what was stored."""
    # DEL is the one control character that JSON lets stand.
    return json.dumps(value, ensure_ascii=True, indent=indent).replace("\x7f", "\\u007f")


def moment(at: datetime | None) -> str | None:
    """Return a moment as `2026-05-02T12:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
