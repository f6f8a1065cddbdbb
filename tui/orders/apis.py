"""The protected APIs, and the callers of one of them, filtered and sorted where they are: they are few."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from core.rules.views.apis import ApiView, CallerView
from tui.columns.apis import access_in_short, securities_in_short, securities_in_words
from tui.widgets.table import Sort

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
Row = TypeVar("Row")

_KEYS: dict[str, Callable[[ApiView], Any]] = {
    "name": lambda row: row.name,
    "path": lambda row: row.path,
    "security": lambda row: securities_in_short(row.security),
    "access": lambda row: row.subscribed_only,
    "subscriptions": lambda row: row.subscriptions,
    "profile": lambda row: row.profile,
    "last_called": lambda row: row.last_called_at or _LONG_AGO,
}
_CALLER_KEYS: dict[str, Callable[[CallerView], Any]] = {
    "application": lambda row: row.application.casefold(),
    "subscribed": lambda row: row.subscribed_at or _LONG_AGO,
    "last_called": lambda row: row.last_called_at or _LONG_AGO,
    "calls": lambda row: row.calls,
    "state": lambda row: row.enabled,
}
SORTS, CALLER_SORTS = tuple(_KEYS), tuple(_CALLER_KEYS)


def arranged(rows: Sequence[ApiView], search: str, sort: Sort | None) -> list[ApiView]:
    """Return the APIs that *search* finds by name, title, path, upstream, gateway, security, access or profile."""
    found = [row for row in rows if _matches(search, *_texts(row))]
    return _sorted(found, _KEYS, sort)


def arranged_callers(rows: Sequence[CallerView], search: str, sort: Sort | None) -> list[CallerView]:
    """Return the callers that *search* finds by the application's name or client ID."""
    found = [row for row in rows if _matches(search, row.application, row.client_id)]
    return _sorted(found, _CALLER_KEYS, sort)


def _texts(row: ApiView) -> tuple[str | None, ...]:
    access, security = access_in_short(row), securities_in_words(row.security)
    return (row.name, row.title, row.path, row.upstream, row.gateway, security, access, row.profile, *row.scopes)


def _matches(search: str, *texts: str | None) -> bool:
    return any(search.casefold() in text.casefold() for text in texts if text)


def _sorted(rows: list[Row], keys: Mapping[str, Callable[[Row], Any]], sort: Sort | None) -> list[Row]:
    return sorted(rows, key=keys[sort.key], reverse=sort.descending) if sort else rows
