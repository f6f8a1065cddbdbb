"""The columns of the list of what expires."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.rules.expiry import CredentialKind, SecretState, threshold
from core.rules.limits import THUMBPRINT_HINT
from core.rules.views.expiring import ExpiringView
from tui.columns.certificates import common_name
from tui.drawing.moments import ago, date, distance
from tui.widgets.table import Cell, Column, Flexible

Now = Callable[[], datetime]


def columns(now: Now, thresholds: Sequence[int]) -> list[Column[ExpiringView]]:
    """Return the columns; until it is wide, a name does for the hint, and from where it was used is left out."""
    return [
        Column("application", "Application", Flexible(12, weight=3, maximum=40), lambda row: Cell(row.application)),
        Column("credential", "Credential", Flexible(11, weight=2, maximum=40), lambda row: Cell(named(row))),
        Column("hint", "Hint", Flexible(11, weight=1, maximum=THUMBPRINT_HINT), _hint, from_width=100),
        Column("expires", "Expires", 10, lambda row: Cell(date(row.expires_at))),
        Column("left", "Left", 9, lambda row: Cell(left(row, now()))),
        Column("last_used", "Last used", 10, lambda row: Cell(ago(now(), row.last_used_at), _used(row))),
        Column("from", "From", Flexible(9, weight=1, maximum=20), _source, from_width=110),
        Column("state", "State", len(_within(max(thresholds))), lambda row: state(row, now(), thresholds)),
    ]


def named(row: ExpiringView) -> str:
    """Return what tells a credential from others: what somebody has written about it, or else its own name."""
    if row.kind is CredentialKind.CERTIFICATE:
        return f"cert. {row.description or common_name(row.subject or '') or row.hint}"
    return row.description or row.hint


def in_full(row: ExpiringView) -> str:
    """Return what tells a credential from its twin: its hint, then all that is written about it, and its last use."""
    source = f"last used from {row.last_used_from}" if row.last_used_from else ""
    return " · ".join(filter(None, (f"{row.kind.label} {row.hint}", row.description or row.subject, source)))


def left(row: ExpiringView, now: datetime) -> str:
    """Return how long it is until the end, as *12 d*, or since, as *20 d ago*."""
    span = row.expires_at - now
    return distance(span) if span > timedelta(0) else ago(now, row.expires_at)


def state(row: ExpiringView, now: datetime, thresholds: Sequence[int]) -> Cell:
    """Return the word for how near the end is, or for what matters more than that."""
    if not row.enabled:
        return Cell("Disabled", "muted")
    if row.expires_at <= now:
        return Cell("Expired", "bad")
    if row.state is SecretState.RETIRING:
        return Cell("Retiring", "warn")
    days = threshold(now, row.expires_at, thresholds)
    if days is None:
        return Cell("Later", "ok")
    return Cell(_within(days), "bad" if days == min(thresholds) and len(thresholds) > 1 else "warn")


def _within(days: int) -> str:
    return f"Within {days} d"


def _hint(row: ExpiringView) -> Cell:
    return Cell(row.hint, "muted")


def _source(row: ExpiringView) -> Cell:
    return Cell(row.last_used_from or "–", "muted")


def _used(row: ExpiringView) -> str:
    return "" if row.last_used_at else "muted"
