"""What may be asked about applications."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.rules import limits
from core.rules.errors import Refusal
from core.rules.requests.fields import UNCHANGED, Checks, Unchanged, check
from core.rules.requests.texts import check_characters, description
from core.rules.scopes import oauth_scopes
from core.rules.text import folded, is_visible, normalised

# What is left of a UUID in any spelling once only letters and digits count.
_UUID_LIKE = re.compile(r"(urnuuid|uuid)?[0-9a-f]{32}")
_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class NewApplication:
    """An application to be made."""

    name: str
    description: str | None = None

    def __post_init__(self) -> None:
        check(self, _CHECKS)


@dataclass(frozen=True, slots=True)
class ApplicationChanges:
    """What to change about an application; what is not given stays. `token_lifetime` is in minutes."""

    name: str | Unchanged = UNCHANGED
    description: str | Unchanged | None = UNCHANGED
    enabled: bool | Unchanged = UNCHANGED
    locking_enabled: bool | Unchanged = UNCHANGED
    introspects: bool | Unchanged = UNCHANGED
    token_lifetime: int | Unchanged = UNCHANGED
    scopes: Iterable[str] | Unchanged = UNCHANGED

    def __post_init__(self) -> None:
        check(self, _CHECKS)


def _name(text: str) -> str:
    name = normalised(text)
    if not name:
        raise Refusal(f"Give the application a name of 1 to {limits.NAME_LENGTH} characters.", field="name")
    check_characters("name", text)
    if not is_visible(name):
        raise Refusal("This name shows nothing; use letters, digits or signs that can be seen.", field="name")
    if len(name) > limits.NAME_LENGTH:
        raise Refusal(f"A name has at most {limits.NAME_LENGTH} characters; this has {len(name)}.", field="name")
    if _UUID_LIKE.fullmatch(_SEPARATORS.sub("", folded(name))):
        raise Refusal("A name that looks like a client ID would be mistaken for one; choose words.", field="name")
    return name


def _token_lifetime(minutes: int) -> int:
    allowed = limits.TOKEN_LIFETIME_MINUTES
    if minutes not in allowed:
        raise Refusal(f"The token lifetime is {allowed[0]} to {allowed[-1]} minutes.", field="token_lifetime")
    return minutes


_CHECKS: Checks = {
    "name": _name,
    "description": lambda text: description(text, limits.DESCRIPTION_LENGTH),
    "token_lifetime": _token_lifetime,
    "scopes": oauth_scopes,
}
