"""The columns of the certificates table."""

import re
from collections.abc import Callable
from datetime import datetime

from core.rules.expiry import CertificateState
from core.rules.views.certificates import CertificateView
from tui.drawing.moments import ago, until
from tui.widgets.table import Cell, Column, Flexible

Now = Callable[[], datetime]

STATE_STYLES = {
    CertificateState.ACTIVE: "ok",
    CertificateState.EXPIRING: "warn",
    CertificateState.NOT_YET_VALID: "warn",
    CertificateState.EXPIRED: "bad",
}
_COMMON_NAME = re.compile(r"(?:^|[,+])CN=((?:\\.|[^,+\\])*)", re.IGNORECASE | re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def columns(now: Now) -> list[Column[CertificateView]]:
    """Return the columns; the thumbprint's beginning and from where it was used want a wide terminal."""
    return [
        Column("description", "Description", Flexible(11, weight=2, maximum=40), _description),
        Column("subject", "Subject", Flexible(11, weight=2, maximum=40), lambda row: Cell(common_name(row.subject))),
        Column("thumbprint", "Thumbprint", 10, lambda row: Cell(row.thumbprint[:10], "muted")),
        Column("expires", "Expires", 10, lambda row: Cell(until(now(), row.not_after), _urgency(row))),
        Column("days_left", "Left", 6, lambda row: Cell(f"{row.days_left} d", "muted"), "right", from_width=90),
        Column("last_used", "Last used", 10, lambda row: Cell(ago(now(), row.last_used_at), _used(row))),
        Column("from", "From", Flexible(9, weight=1, maximum=20), _source, from_width=120),
        Column("state", "State", 8, _state),
    ]


def common_name(subject: str) -> str:
    """Return the common name in a distinguished name (RFC 4514), or all of it where it has none."""
    found = _COMMON_NAME.search(subject)
    return _ESCAPED.sub(r"\1", found.group(1)) if found else subject


def named(row: CertificateView) -> str:
    """Return what a certificate is called in a sentence: its description, or whose it is."""
    return row.description or common_name(row.subject) or row.hint


def _description(row: CertificateView) -> Cell:
    return Cell(row.description) if row.description else Cell("–", "muted")


def _state(row: CertificateView) -> Cell:
    early = row.state is CertificateState.NOT_YET_VALID  # in the eight cells of the column
    return Cell("Not yet" if early else row.state.capitalize(), STATE_STYLES[row.state])


def _source(row: CertificateView) -> Cell:
    return Cell(row.last_used_from or "–", "muted")


def _urgency(row: CertificateView) -> str:
    return STATE_STYLES[row.state] if row.state in (CertificateState.EXPIRING, CertificateState.EXPIRED) else ""


def _used(row: CertificateView) -> str:
    return "" if row.last_used_at else "muted"
