"""Two things that share a word: the API scopes of a secret, and the OAuth scopes of an application."""

import re
from collections.abc import Iterable
from enum import StrEnum

from core.rules.errors import Refusal
from core.rules.limits import OAUTH_SCOPES_LENGTH

# scope-token of RFC 6749 section 3.3
_SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")


class ApiScope(StrEnum):
    """Which of our APIs a secret opens; the value is the word on the command line and in JSON."""

    APPLICATION = "application"
    APPLICATION_USERS = "application-users"
    OPENID = "openid"

    @property
    def label(self) -> str:
        """The words of the form."""
        return _LABELS[self]

    @property
    def letter(self) -> str:
        """The letter that stands for it in a narrow table."""
        return self.label[0] if self is not ApiScope.APPLICATION_USERS else "U"


_LABELS = {
    ApiScope.APPLICATION: "Application",
    ApiScope.APPLICATION_USERS: "Application Users",
    ApiScope.OPENID: "OpenID",
}


def api_scopes(chosen: Iterable[str]) -> frozenset[ApiScope]:
    """Return the chosen API scopes; refuses none at all and unknown words."""
    words = set(chosen)
    unknown = words - set(ApiScope)
    if unknown:
        known = ", ".join(ApiScope)
        raise Refusal(f"There is no API scope “{min(unknown)}”; choose from {known}.", field="scopes")
    if not words:
        raise Refusal("Choose at least one API scope: a secret without one opens nothing.", field="scopes")
    return frozenset(map(ApiScope, words))


def oauth_scopes(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return OAuth scopes without repeats, in order; refuses what RFC 6749 section 3.3 does not allow."""
    unique = tuple(dict.fromkeys(tokens))
    for token in unique:
        if not _SCOPE_TOKEN.fullmatch(token):
            raise Refusal(
                "An OAuth scope is one word of printable ASCII without space, quote or backslash.",
                field="oauth_scopes",
            )
    if len(" ".join(unique)) > OAUTH_SCOPES_LENGTH:
        raise Refusal(f"The OAuth scopes together may have {OAUTH_SCOPES_LENGTH} characters.", field="oauth_scopes")
    return unique
