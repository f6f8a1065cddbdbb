"""What may be asked about client secrets."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.rules.errors import Refusal
from core.rules.expiry import Lifetime
from core.rules.requests.fields import UNCHANGED, Checks, Unchanged, check
from core.rules.requests.texts import credential_description
from core.rules.scopes import ApiScope, api_scopes


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client secret to be made."""

    description: str | None = None
    lifetime: Lifetime = Lifetime.ONE_YEAR
    scopes: Iterable[str] = field(default_factory=lambda: frozenset(ApiScope))

    def __post_init__(self) -> None:
        check(self, _CHECKS)


@dataclass(frozen=True, slots=True)
class SecretChanges:
    """What to change about a secret; a given lifetime is counted from now. The value never changes."""

    description: str | Unchanged | None = UNCHANGED
    lifetime: Lifetime | Unchanged = UNCHANGED
    scopes: Iterable[str] | Unchanged = UNCHANGED

    def __post_init__(self) -> None:
        check(self, _CHECKS)


def _lifetime(word: str) -> Lifetime:
    try:
        return Lifetime(word)
    except ValueError:
        raise Refusal(f"A secret expires in {', '.join(Lifetime)}: choose one of these.", field="lifetime") from None


_CHECKS: Checks = {
    "description": credential_description,
    "lifetime": _lifetime,
    "scopes": api_scopes,
}
