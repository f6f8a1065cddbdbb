"""What may be asked about protected APIs."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.rules import limits
from core.rules.api_urls import gateway_url, public_path, upstream_url
from core.rules.apis import (
    CLIENT_ID_AT,
    CLIENT_SECRET_AT,
    Located,
    Profile,
    Security,
    api_name,
    check_apart,
    located,
    profile,
    securities,
)
from core.rules.errors import Refusal
from core.rules.requests.fields import UNCHANGED, Checks, Unchanged, check
from core.rules.requests.texts import check_characters
from core.rules.scopes import ApiScope, oauth_scopes
from core.rules.text import normalised


@dataclass(frozen=True, slots=True)
class NewApi:
    """An API to be protected.

    Without an upstream its gateway is none of our business, without a gateway it can only be tried at *verify*.
    `api_scope` is what a secret must open; None: any will do.
    """

    name: str
    path: str
    upstream: str | None = None
    title: str | None = None
    gateway: str | None = None
    security: Iterable[str] = (Security.PAIR,)
    client_id_at: Located = CLIENT_ID_AT
    client_secret_at: Located = CLIENT_SECRET_AT
    scopes: Iterable[str] = ()
    any_scope: bool = False
    api_scope: ApiScope | None = None
    subscribed_only: bool = False
    profile: str = Profile.RFC6750

    def __post_init__(self) -> None:
        check(self, _CHECKS)
        check_apart(self.client_id_at, self.client_secret_at)


@dataclass(frozen=True, slots=True)
class ApiChanges:
    """What to change about an API; what is not given stays, None takes it away."""

    name: str | Unchanged = UNCHANGED
    path: str | Unchanged = UNCHANGED
    upstream: str | Unchanged | None = UNCHANGED
    title: str | Unchanged | None = UNCHANGED
    gateway: str | Unchanged | None = UNCHANGED
    security: Iterable[str] | Unchanged = UNCHANGED
    client_id_at: Located | Unchanged = UNCHANGED
    client_secret_at: Located | Unchanged = UNCHANGED
    scopes: Iterable[str] | Unchanged = UNCHANGED
    any_scope: bool | Unchanged = UNCHANGED
    api_scope: ApiScope | Unchanged | None = UNCHANGED
    subscribed_only: bool | Unchanged = UNCHANGED
    profile: str | Unchanged = UNCHANGED

    def __post_init__(self) -> None:
        check(self, _CHECKS)


def _title(text: str | None) -> str | None:
    title = normalised(text or "")
    check_characters("title", text or "")
    if len(title) > limits.NAME_LENGTH:
        raise Refusal(f"A title has at most {limits.NAME_LENGTH} characters; this has {len(title)}.", field="title")
    return title or None


def _api_scope(word: str | None) -> ApiScope | None:
    try:
        return ApiScope(word) if word else None
    except ValueError:
        raise Refusal(f"There is no such API scope; choose from {', '.join(ApiScope)}.", field="api_scope") from None


_CHECKS: Checks = {
    "name": api_name,
    "path": public_path,
    "upstream": lambda url: upstream_url(url) if url and url.strip() else None,
    "title": _title,
    "gateway": lambda url: gateway_url(url) if url and url.strip() else None,
    "security": lambda chosen: securities(set(chosen)),
    "client_id_at": lambda where: located(where.place, where.name, "client_id"),
    "client_secret_at": lambda where: located(where.place, where.name, "client_secret"),
    "scopes": oauth_scopes,
    "api_scope": _api_scope,
    "profile": profile,
}
