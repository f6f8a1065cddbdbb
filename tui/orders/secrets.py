"""The secrets of one application, filtered and sorted where they are: there are few."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from core.rules.expiry import SecretState
from core.rules.views.client_secrets import SecretView
from tui.columns.secrets import letters
from tui.widgets.table import Sort

_NEVER = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_STATES = list(SecretState)

_KEYS: dict[str, Callable[[SecretView], Any]] = {
    "created": lambda secret: secret.created_at,
    "description": lambda secret: (secret.description or "").casefold(),
    "hint": lambda secret: secret.hint.casefold(),
    "scopes": lambda secret: letters(secret.scopes),
    "expires": lambda secret: secret.retires_at or secret.expires_at or _NEVER,
    "last_used": lambda secret: secret.last_used_at or _LONG_AGO,
    "state": lambda secret: _STATES.index(secret.state),
}
SORTS = tuple(_KEYS)


def arranged(secrets: Sequence[SecretView], search: str, sort: Sort | None) -> list[SecretView]:
    """Return the secrets that *search* finds by description, hint or creator, in the order of *sort*.

    The revoked ones come after the others in every order: they are history.
    """
    found = [secret for secret in secrets if _matches(secret, search.casefold())]
    if sort:
        found.sort(key=_KEYS[sort.key], reverse=sort.descending)
    return sorted(found, key=lambda secret: secret.state is SecretState.REVOKED)


def _matches(secret: SecretView, search: str) -> bool:
    return any(search in text.casefold() for text in (secret.description or "", secret.hint, secret.created_by))
