"""A protected API as *verify* needs it: what it takes from callers, and whom it lets in."""

from dataclasses import dataclass
from typing import Any

from core.apis.apis import located_of, securities_of
from core.rules.apis import Profile
from core.rules.presented import Declaration
from core.rules.scopes import ApiScope


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is declared of an API at this moment."""

    id: str
    name: str
    takes: Declaration
    scopes: tuple[str, ...]
    any_scope: bool
    api_scope: ApiScope | None
    subscribed_only: bool
    profile: Profile

    @classmethod
    def of(cls, row: Any) -> "Guarded":
        """Return what *row*, an API or a look at one, tells of."""
        return cls(
            row.id,
            row.name,
            Declaration(securities_of(row), *located_of(row)),
            tuple(row.scopes.split()),
            row.any_scope,
            ApiScope(row.api_scope) if row.api_scope else None,
            row.subscribed_only,
            Profile(row.profile),
        )

    def opens_to(self, scope: str | None) -> bool:
        """Tell whether a token with these OAuth scopes opens it."""
        if not self.scopes:
            return True
        found = set((scope or "").split(" ")).intersection(self.scopes)
        return bool(found) if self.any_scope else len(found) == len(self.scopes)
