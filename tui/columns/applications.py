"""The columns of the list of applications."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.rules.limits import EXPIRING_WITHIN
from core.rules.views import ApplicationState, ApplicationView
from tui.moments import ago, until
from tui.widgets.table import Cell, Column, Flexible

Now = Callable[[], datetime]

STATE_STYLES = {
    ApplicationState.ACTIVE: "ok",
    ApplicationState.EXPIRING: "warn",
    ApplicationState.LOCKED: "bad",
    ApplicationState.DISABLED: "muted",
}


def columns(now: Now) -> list[Column[ApplicationView]]:
    """Return the columns; below 100 cells the client ID is cut to its beginning."""
    return [
        Column("name", "Name", Flexible(16, weight=3, maximum=40), lambda row: Cell(row.name)),
        Column("client_id", "Client ID", Flexible(9, weight=2, maximum=36), lambda row: Cell(row.client_id, "muted")),
        Column("secrets", "Secrets", 7, _secrets, align="right"),
        Column("next_expiry", "Next expiry", 11, lambda row: _next_expiry(row, now())),
        Column("last_used", "Last used", 10, lambda row: Cell(ago(now(), row.last_used_at))),
        Column("state", "State", 8, lambda row: Cell(row.state, STATE_STYLES[row.state])),
    ]


def _secrets(row: ApplicationView) -> Cell:
    return Cell(f"{row.secrets.counted}/{row.secrets.limit}")


def _next_expiry(row: ApplicationView, now: datetime) -> Cell:
    if row.next_expiry is None:
        return Cell("–", "muted")
    soon = row.next_expiry - now <= EXPIRING_WITHIN
    return Cell(until(now, row.next_expiry), "warn" if soon and row.next_expiry - now > timedelta(0) else "")
