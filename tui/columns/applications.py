"""The columns of the list of applications."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.rules.limits import EXPIRING_WITHIN
from tui.drawing.moments import ago, until
from tui.widgets.table import Cell, Column, Flexible

if TYPE_CHECKING:
    from core.rules.views.applications import ApplicationView

Now = Callable[[], datetime]

STATE_STYLES = {"active": "ok", "expiring": "warn", "locked": "bad", "disabled": "muted"}
"""By the words of `ApplicationState`, whose module is heavy: the first frame does not wait for it."""

WIDE = 100
_WHOLE_ID, _BEGINNING = 36, 9


def columns(now: Now, width: int) -> "list[Column[ApplicationView]]":
    """Return the columns for a table of *width* cells; the client ID stands in full where there is room."""
    client_id = _WHOLE_ID if width >= WIDE else _BEGINNING
    return [
        Column("name", "Name", Flexible(15, maximum=48), lambda row: Cell(row.name)),
        Column("client_id", "Client ID", client_id, lambda row: Cell(row.client_id, "muted")),
        Column("secrets", "Secrets", 7, _secrets, align="right"),
        Column("next_expiry", "Next expiry", 11, lambda row: _next_expiry(row, now())),
        Column("last_used", "Last used", 10, lambda row: Cell(ago(now(), row.last_used_at))),
        Column("state", "State", 8, lambda row: Cell(row.state, STATE_STYLES[row.state])),
    ]


def _secrets(row: "ApplicationView") -> Cell:
    return Cell(f"{row.secrets.counted}/{row.secrets.limit}")


def _next_expiry(row: "ApplicationView", now: datetime) -> Cell:
    if row.next_expiry is None:
        return Cell("–", "muted")
    soon = row.next_expiry - now <= EXPIRING_WITHIN
    return Cell(until(now, row.next_expiry), "warn" if soon and row.next_expiry - now > timedelta(0) else "")
