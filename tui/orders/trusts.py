"""The JWT trusts of one application, filtered and sorted where they are: there are 40 at most."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from core.rules.views.jwt_trusts import TrustView
from tui.columns.trusts import TrustState, address, state
from tui.widgets.table import Sort

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_STATES = list(TrustState)

_KEYS: dict[str, Callable[[TrustView], Any]] = {
    "trusts": lambda row: (row.kind, address(row).casefold()),
    "subject": lambda row: (row.subject or "").casefold(),
    "keys": lambda row: len(row.keys),
    "fetched": lambda row: row.fetched_at or _LONG_AGO,
    "last_used": lambda row: row.last_used_at or _LONG_AGO,
    "state": lambda row: _STATES.index(state(row)),
}
SORTS = tuple(_KEYS)


def arranged(rows: Sequence[TrustView], search: str, sort: Sort | None) -> list[TrustView]:
    """Return the trusts that *search* finds by issuer, JWKS URI, subject, audience, description, key or creator."""
    found = [row for row in rows if _matches(row, search.casefold())]
    if sort:
        found.sort(key=_KEYS[sort.key], reverse=sort.descending)
    return found


def _matches(row: TrustView, search: str) -> bool:
    texts = (row.issuer, row.jwks_uri, row.subject, row.audience, row.description, row.created_by)
    return any(search in text.casefold() for text in (*texts, *(key.kid for key in row.keys)) if text)
