"""The one catalogue of what can go wrong by somebody's doing; everything else is a defect and may crash.

`Refusal` speaks to an operator, `OAuthError` and `LogonRefused` to a client: what they say echoes nothing of what
was sent, and the private reason of a refused logon never leaves the house.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.rules.denials import Denial

if TYPE_CHECKING:
    from core.rules.views.certificates import CertificateView
    from core.rules.views.client_secrets import SecretView


class Refusal(Exception):
    """Something that an operator can act on: which field, and one sentence that says what would be right."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotFound(Refusal):
    """The named application or secret does not exist, or no longer."""


class NameTaken(Refusal):
    """Another application has this name; case and Unicode look-alikes count as the same."""


class LimitReached(Refusal):
    """No place is left under a limit, such as 20 client secrets for one application.

    `candidates` are the secrets that could be revoked, the one that would be missed least first.
    """

    def __init__(self, sentence: str, *, candidates: "Sequence[SecretView]" = ()) -> None:
        super().__init__(sentence)
        self.candidates = tuple(candidates)


class PartlyRead(Refusal):
    """Some certificates of an application cannot be read: `hints` name them, and `views` are the others."""

    def __init__(self, sentence: str, views: "tuple[CertificateView, ...]", hints: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.views = views
        self.hints = hints


class NotLocked(Refusal):
    """Only a locked client ID can be unlocked."""


class DatabaseFailed(Refusal):
    """The database is damaged, or its server does not answer."""


class UnfitPlace(Exception):
    """The database, its directory or the terminal is not fit to work with; nothing was touched. Exit code 3."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class OAuthError(Exception):
    """A code of RFC 6749 section 5.2 with a sentence for whoever wrote the client."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class LogonRefused(Exception):
    """`invalid_client` of RFC 6749 section 5.2: the same for every cause; `reason` is for the activity alone."""

    error = "invalid_client"
    description = "Client authentication failed."

    def __init__(self, reason: str, denial: Denial | None = None) -> None:
        super().__init__(self.description)
        self.reason = reason
        self.denial = denial
        """The check that refused it, where a protected API was called."""
