"""The certificates of one application, filtered and sorted where they are: there are 80 at most."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from core.rules.expiry import CertificateState
from core.rules.views.certificates import CertificateView
from tui.columns.certificates import common_name
from tui.widgets.table import Sort

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_STATES = list(CertificateState)

_KEYS: dict[str, Callable[[CertificateView], Any]] = {
    "expires": lambda row: row.not_after,
    "description": lambda row: (row.description or "").casefold(),
    "subject": lambda row: common_name(row.subject).casefold(),
    "thumbprint": lambda row: row.thumbprint,
    "last_used": lambda row: row.last_used_at or _LONG_AGO,
    "state": lambda row: _STATES.index(row.state),
}
SORTS = tuple(_KEYS)


def arranged(rows: Sequence[CertificateView], search: str, sort: Sort | None) -> list[CertificateView]:
    """Return the certificates that *search* finds, in the order of *sort*.

    It finds by description, subject, issuer, the beginning of the thumbprint (colons or not), or creator.
    """
    found = [row for row in rows if _matches(row, search.casefold())]
    if sort:
        found.sort(key=_KEYS[sort.key], reverse=sort.descending)
    return found


def _matches(row: CertificateView, search: str) -> bool:
    texts = (row.description or "", row.subject, row.issuer, row.created_by)
    return any(search in text.casefold() for text in texts) or row.thumbprint.startswith(search.replace(":", ""))
