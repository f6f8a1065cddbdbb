"""The activity as lines to take elsewhere: JSON for programs, CSV for an auditor's spreadsheet.

The JSON has everything that a row's hash covers (`core.activity.chain.link`), so that the chain can be walked again
from it: `at` is exact to the microsecond, and `before` and `after` are hashed as JSON with their keys in order.
The CSV (RFC 4180) has the columns of a change log: a line for each attribute that a change touched. Text is made
harmless in it, for the terminal and for the spreadsheet, which takes a cell like `=1+1` for a formula: an apostrophe
before it shows that it is none. Every cell is quoted, because a spreadsheet may take another separator.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any
from unicodedata import normalize

from core.rules.operator import Operator
from core.rules.text import shown
from core.rules.views.activity import ActivityRow
from keydesk.commands.documents import as_json, moment
from keydesk.commands.shapes.activity import activity_shape

COLUMNS = (
    "Date",
    "Administrator ID",
    "Administrator name",
    "Resource type",
    "Resource ID",
    "Resource name",
    "Action",
    "Attribute",
    "Old value",
    "Value",
)
_LINE_END = "\r\n"
_FORMULA = ("=", "+", "-", "@")
_TYPES = {"certificate": "Certificate", "jwt_trust": "JWT trust", "api": "API", "signing_key": "Signing key"}
"""What a row is of, by the first word of its action."""

Change = tuple[str, Any, Any]
"""An attribute with its value before and after; None is none."""


def json_lines(rows: Iterable[ActivityRow]) -> Iterator[str]:
    """Give a JSON object a line."""
    return (f"{as_json({**activity_shape(row), 'at': row.at.astimezone(UTC).isoformat()})}\n" for row in rows)


def csv_lines(rows: Iterable[ActivityRow]) -> Iterator[str]:
    """Give the head, then a line for each attribute that a row tells of, and one for a row that tells of none."""
    yield f"{','.join(COLUMNS)}{_LINE_END}"
    for row in rows:
        for attribute, old, new in changes(row) or [("", None, None)]:
            yield _line((*_whole(row), attribute, _text(old), _text(new)))


def changes(row: ActivityRow) -> list[Change]:
    """Return what a row tells of: attributes that changed, and why and from where a logon was refused."""
    before, after = row.before or {}, row.after or {}
    told = [(name, before.get(name), after.get(name)) for name in sorted({**before, **after})]
    told = [change for change in told if change[1:] != (None, None)]
    told += [("reason", None, row.reason)] if row.reason else []
    told += [("source", None, row.source)] if row.source else []
    return told + ([("count", None, row.count)] if row.count > 1 else [])


def in_words(changed: Iterable[Change]) -> str:
    """Return changes as one line for a table."""
    return "; ".join(
        f"{name}: {_text(new)}" if old is None else f"{name}: {_text(old)} -> {_text(new) or 'none'}"
        for name, old, new in changed
    )


def _whole(row: ActivityRow) -> tuple[str, ...]:
    """Return the columns that all lines of one row share."""
    who = str(Operator(row.actor, row.claimed))
    return (moment(row.at) or "", row.actor, who, _resource_type(row), row.object_id, row.object, row.action)


def _resource_type(row: ActivityRow) -> str:
    """Return what kind of thing a row is about, told by the object where only a secret has actions of its own kind."""
    if row.object_id == row.application_id:
        return "Application"
    return _TYPES.get(row.action.partition(".")[0], "Client secret")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else as_json(value)


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator=_LINE_END, quoting=csv.QUOTE_ALL).writerow(map(_harmless, cells))
    return line.getvalue()


def _harmless(text: str) -> str:
    clean = shown(text)
    # Where full-width letters are written, a full-width sign begins a formula too.
    return f"'{clean}" if normalize("NFKC", clean[:1]) in _FORMULA else clean
