"""The columns of the activity."""

from core.rules.operator import Operator
from core.rules.views import ActivityRow
from tui.moments import stamp
from tui.widgets.table import Cell, Column, Flexible


def columns() -> list[Column[ActivityRow]]:
    """Return the columns, newest row first."""
    return [
        Column("at", "When", 19, lambda row: Cell(stamp(row.at)[:19], "muted")),
        Column("actor", "Who", Flexible(10, weight=2, maximum=34), lambda row: Cell(who(row))),
        Column("action", "What", Flexible(14, weight=1, maximum=22), lambda row: Cell(row.action, _style(row))),
        Column("object", "Object", Flexible(12, weight=2, maximum=40), lambda row: Cell(row.object)),
        Column("detail", "Detail", Flexible(10, weight=3), lambda row: Cell(detail(row), "muted"), from_width=76),
    ]


def who(row: ActivityRow) -> str:
    """Return the actor, with what was only claimed marked as such."""
    return str(Operator(row.actor, row.claimed))


def detail(row: ActivityRow) -> str:
    """Return the reason and source of a refused logon, or what a change set."""
    if row.reason:
        times = f" ({row.count} times)" if row.count > 1 else ""
        return f"{row.reason}{times}{f' from {row.source}' if row.source else ''}"
    return ", ".join(f"{key}: {written(value)}" for key, value in (row.after or {}).items())


def written(value: object) -> str:
    """Return a stored value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _style(row: ActivityRow) -> str:
    return "bad" if row.action in ("logon.refused", "client_id.locked") else ""
