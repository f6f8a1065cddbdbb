"""The columns of the secrets table."""

from collections.abc import Callable
from datetime import datetime

from core.rules.expiry import SecretState
from core.rules.scopes import ApiScope
from core.rules.views.client_secrets import SecretView
from tui.drawing.moments import ago, date, until
from tui.widgets.table import Cell, Column, Flexible

Now = Callable[[], datetime]

STATE_STYLES = {
    SecretState.ACTIVE: "ok",
    SecretState.EXPIRING: "warn",
    SecretState.RETIRING: "warn",
    SecretState.EXPIRED: "bad",
    SecretState.REVOKED: "muted",
}


def columns(now: Now) -> list[Column[SecretView]]:
    """Return the columns; who made it and from where it was used want a wide terminal."""
    return [
        Column("description", "Description", Flexible(11, weight=3, maximum=40), _description),
        Column("hint", "Hint", 11, lambda row: Cell(row.hint)),
        Column("scopes", "Scopes", 6, lambda row: Cell(letters(row.scopes))),
        Column("created", "Created", 10, lambda row: Cell(date(row.created_at), "muted"), from_width=90),
        Column("created_by", "By", Flexible(8, weight=1, maximum=24), lambda row: Cell(row.created_by), from_width=100),
        Column("expires", "Expires", 10, lambda row: Cell(expires(row, now()), _urgency(row))),
        Column("last_used", "Last used", 10, lambda row: Cell(ago(now(), row.last_used_at), _used(row))),
        Column("from", "From", Flexible(9, weight=1, maximum=20), _source, from_width=120),
        Column("state", "State", 8, lambda row: Cell(row.state.capitalize(), STATE_STYLES[row.state])),
    ]


def letters(scopes: frozenset[ApiScope]) -> str:
    """Return the API scopes as one letter each at a place of its own: *A U O*, *A · ·*."""
    return " ".join(scope.letter if scope in scopes else "·" for scope in ApiScope)


def expires(row: SecretView, now: datetime) -> str:
    """Return when the secret ends, or when it was revoked."""
    if row.state is SecretState.REVOKED:
        return "–"
    return until(now, row.retires_at or row.expires_at)


def _description(row: SecretView) -> Cell:
    return Cell(row.description) if row.description else Cell("–", "muted")


def _source(row: SecretView) -> Cell:
    return Cell(row.last_used_from or "–", "muted")


def _urgency(row: SecretView) -> str:
    return STATE_STYLES[row.state] if row.state in (SecretState.EXPIRING, SecretState.RETIRING) else ""


def _used(row: SecretView) -> str:
    return "" if row.last_used_at else "muted"
