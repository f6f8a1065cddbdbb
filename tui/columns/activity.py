"""The columns of the activity."""

import re
from dataclasses import replace
from datetime import datetime

from core.rules.methods import Method
from core.rules.operator import Operator
from core.rules.views.activity import ActivityRow
from tui.drawing.moments import stamp
from tui.widgets.table import Cell, Column, Flexible

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_HINT = re.compile(r"kd_[0-9A-Za-z]{8}$")
_SUBSCRIPTIONS = ("api.subscribed", "api.unsubscribed")
_IN_SHORT = {Method.PRIVATE_KEY_JWT: "JWT", Method.TLS: "TLS", Method.SELF_SIGNED_TLS: "TLS"}
_ROOMY = 100
"""From how many columns on the object and what happened to it stand apart."""


def columns() -> list[Column[ActivityRow]]:
    """Return the columns of one application's activity; which application it is needs no column."""
    return [
        Column("at", "When", 16, lambda row: Cell(stamp(row.at)[:16], "muted")),
        Column("actor", "Who", Flexible(12, weight=4, maximum=28), lambda row: Cell(who(row))),
        Column("action", "What", 19, lambda row: Cell(row.action, _style(row))),
        Column(
            "detail", "Detail", Flexible(20, weight=5), lambda row: Cell(detail(replace(row, reason=brief(row.reason))))
        ),
    ]


def columns_of_all(width: int) -> list[Column[ActivityRow]]:
    """Return the columns of the activity of all applications, for a terminal of *width* columns."""
    when, actor, action, rest = columns()
    if width < _ROOMY:
        about = Column[ActivityRow]("object", "Object", Flexible(20), lambda row: Cell(_in_short(row)))
        return [when, replace(actor, width=10), action, about]
    about = Column("object", "Object", Flexible(14, weight=2, maximum=28), lambda row: Cell(_owner(row)))
    return [when, replace(actor, width=Flexible(12, weight=2, maximum=28)), action, about, rest]


def who(row: ActivityRow) -> str:
    """Return the actor, with what was only claimed marked as such; a client is this application's own."""
    return "the client" if row.actor.startswith("client ") else str(Operator(row.actor, row.claimed))


def detail(row: ActivityRow) -> str:
    """Return which secret or API it was about, and the reason and source of a refused logon, or what a change set."""
    hint = _HINT.search(row.object)
    parts = [hint[0]] if hint else [_api(row)]
    if row.reason:
        times = f" {row.count} times" if row.count > 1 else ""
        parts.append(f"{row.reason}{times}{f' from {row.source}' if row.source else ''}")
    else:
        changes = (row.after or row.before or {}).items()  # of what is gone, what it was
        parts.append(", ".join(f"{key}: {written(value)}" for key, value in changes if key not in ("hint", "state")))
    return " · ".join(filter(None, parts))


def brief(reason: str | None) -> str | None:
    """Return why a logon was refused, with a short name for a method that stands before it."""
    method, colon, why = (reason or "").partition(": ")
    return f"{_IN_SHORT[Method(method)]}: {why}" if colon and method in _IN_SHORT else reason


def written(value: object) -> str:
    """Return a stored value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    if isinstance(value, str) and _TIME.fullmatch(value):
        return stamp(datetime.fromisoformat(value))
    return "none" if value is None else str(value)


def _owner(row: ActivityRow) -> str:
    """Return the object without the hint, or the name of an API, that the detail begins with."""
    return _HINT.sub("", row.object).rstrip().removesuffix(f" {_api(row)}")


def _api(row: ActivityRow) -> str:
    """Return to which API an application was subscribed; nothing in every other row."""
    return row.object.rpartition(" ")[2] if row.action in _SUBSCRIPTIONS else ""


def _in_short(row: ActivityRow) -> str:
    """Return the object and what there is room for: of a refused logon, why it was refused."""
    return " · ".join(filter(None, (_owner(row), brief(row.reason) or detail(row))))


def _style(row: ActivityRow) -> str:
    return "bad" if row.action in ("logon.refused", "client_id.locked") else ""
